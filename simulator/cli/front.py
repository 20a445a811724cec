"""Opens the terminal UI, with a fake Pointillist and a Segment source started inside, generating at once.

A FILE of Segment messages is opened as a recording instead. Nothing leaves this machine.

Example: pointillist-sim --seed 7 --rate 50
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from fake_pointillist.flags import above_zero, add_unique, whole
from simulator.cli.exits import Exit
from simulator.cli.inputs import add_mapping, add_policy
from simulator.cli.sending_flags import TOKEN_VARIABLE
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from simulator.tui.engine import Engine

_FASTEST = 10_000
"""Messages a second the generator of the UI makes at most."""
_SCREENS = ("live", "identity", "edit", "demo")
_THEMES = ("dark", "light", "ansi-dark", "ansi-light")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of the bare command."""
    parser.add_argument("files", metavar="FILE", nargs="*", help="open these recordings instead of generating")
    parser.add_argument("--seed", type=whole(0, 42), default=42, metavar="S", help="seed of the generator")
    parser.add_argument("--rate", type=above_zero(50, _FASTEST), default=20, metavar="R", help="messages a second")
    parser.add_argument(
        "--scenario", action="append", metavar="NAME", help="what the generator plays; repeatable (default: mixed)"
    )
    add_mapping(parser)
    add_policy(parser)
    add_unique(parser)
    parser.add_argument("--paused", action="store_true", help="start paused")
    parser.add_argument("--attach", metavar="URL", help="show a fake that runs elsewhere; nothing is generated")
    parser.add_argument("--token", metavar="T", help="its tenant (default: demo; with --attach POINTILLIST_API_KEY)")
    parser.add_argument(
        "--screen", choices=_SCREENS, metavar="NAME", default="live", help=f"first screen: {', '.join(_SCREENS)}"
    )
    parser.add_argument("--act", type=whole(1, 3, 5), default=1, metavar="N", help="first act of the demo")
    parser.add_argument(
        "--theme",
        choices=_THEMES,
        metavar="NAME",
        default="dark",
        help=f"colours: {', '.join(_THEMES)}; ansi-* follow the terminal's",
    )
    parser.add_argument("--ascii", action="store_true", help="plain signs, for fonts and terminals without the others")
    parser.add_argument("--web", action="store_true", help="serve the same UI to a browser here (extra: web)")
    parser.add_argument("--web-port", type=whole(1, 8000, 65_535), default=8000, metavar="PORT", help="port of --web")


def run(arguments: argparse.Namespace) -> int:
    """Open the UI and return the exit code.

    Raises:
        UsageError: A flag that cannot be meant, or no terminal to draw on.
    """
    _check_names(arguments)
    if arguments.web:
        return _serve_web(arguments)
    in_browser = "TEXTUAL_DRIVER" in os.environ  # set by the web server that runs us for a browser
    if not in_browser and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("the terminal UI needs a terminal; 'pointillist-sim run' does the same without one")
    from simulator.tui.settling import put_off

    put_off()
    from simulator.tui.app import SimulatorApp

    app = SimulatorApp(
        _engine(arguments),
        ascii_only=arguments.ascii,
        attached=arguments.attach is not None,
        recordings=arguments.files,
        first_mode=arguments.screen,
        first_act=arguments.act,
        keymap=_keymap(),
        theme=arguments.theme if arguments.theme.startswith("ansi") else f"pointillist-{arguments.theme}",
    )
    code = app.run()
    return Exit.OK if code is None else code


def _check_names(arguments: argparse.Namespace) -> None:
    """Refuse unknown names, and a URL that is none, before the screen is taken over."""
    from fake_pointillist.identity.policies import policy_of

    policy_of(arguments.policy)
    if arguments.attach is not None:
        arguments.attach = _base_url(arguments.attach)
    if arguments.mapping not in ("segment-docs", "typed", "device-plus"):
        from simulator.mapping import load_mapping

        load_mapping(arguments.mapping)
    for name in arguments.files:
        if name != "-":
            open(name, "rb").close()  # noqa: PTH123 - only whether it can be opened
        else:
            raise UsageError("the terminal UI reads its keys from standard input: name a file instead of -")


def _engine(arguments: argparse.Namespace) -> Engine:
    if arguments.attach is not None:
        from simulator.tui.remote import RemoteEngine

        return RemoteEngine(arguments.attach, token=_token(arguments))
    from simulator.tui.engine import Recipe
    from simulator.tui.local import LocalEngine

    recipe = Recipe(scenarios=tuple(arguments.scenario or ("mixed",)), seed=arguments.seed, rate=arguments.rate)
    return LocalEngine(
        recipe=recipe,
        mapping=arguments.mapping,
        policy=arguments.policy,
        unique=arguments.unique,
        running=not (arguments.paused or arguments.files),
        token=_token(arguments),
    )


def _base_url(url: str) -> str:
    """Return the base URL of a fake, where ``host:port`` or its ``/event`` will do too."""
    from simulator.delivery.request import endpoint

    return str(endpoint(url if "://" in url else f"http://{url}")).removesuffix("/event")


def _token(arguments: argparse.Namespace) -> str:
    token: str | None = arguments.token
    if token is None and arguments.attach is not None:
        token = os.environ.get(TOKEN_VARIABLE)
    return token or "demo"


def _keymap() -> dict[str, str]:
    """Return the user's own keys: ``[tool.pointillist-simulator.keys]``, by the ids the help names."""
    from simulator.project import read_project

    keys = read_project().table.get("keys", {})
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise UsageError("[tool.pointillist-simulator.keys] must be a table of names and keys")
    return keys


def _serve_web(arguments: argparse.Namespace) -> int:
    """Serve the same UI in a browser, on this machine only."""
    try:
        from simulator.cli.web import serve_web
    except ImportError as error:
        raise UsageError("--web needs the extra 'web': pip install 'pointillist-simulator[web]'") from error
    words = ["--seed", str(arguments.seed), "--rate", f"{arguments.rate:g}"]
    words += ["--mapping", arguments.mapping, "--policy", arguments.policy, "--theme", arguments.theme]
    words += ["--screen", arguments.screen, "--act", str(arguments.act)]
    for name in arguments.scenario or ():
        words += ["--scenario", name]
    words += ["--unique", ",".join(arguments.unique)] if arguments.unique else []
    words += ["--paused"] if arguments.paused else []
    words += ["--ascii"] if arguments.ascii else []
    words += ["--attach", arguments.attach] if arguments.attach else []
    if arguments.attach is not None:  # somebody else's token: other users of this machine see a process's arguments
        os.environ[TOKEN_VARIABLE] = _token(arguments)
    elif arguments.token is not None:
        words += ["--token", arguments.token]
    serve_web([*words, *(["--", *arguments.files] if arguments.files else [])], arguments.web_port)
    return Exit.OK
