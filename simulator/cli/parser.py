"""The argument parser all commands share: one-line usage errors, one shape of help, no abbreviations."""

from __future__ import annotations

import argparse
import sys
from textwrap import dedent, indent, wrap
from typing import TYPE_CHECKING, Any, NoReturn

from simulator import __version__
from simulator.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

_FAILED = "Exit code 1: "


class Parser(argparse.ArgumentParser):
    """argparse with our manners.

    Usage errors are one line and exit 2. Flags cannot be abbreviated: a new flag must never change what an old script
    means. ``-q`` and ``-v`` are there for every command as ``arguments.verbosity`` (-1, 0, 1).
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", _Help)
        options.setdefault("allow_abbrev", False)
        super().__init__(**options)
        self.add_argument("--version", action="version", version=f"pointillist-sim {__version__}")
        loudness = self.add_mutually_exclusive_group()
        loudness.add_argument(
            "-q", "--quiet", dest="verbosity", action="store_const", const=-1, default=0, help="no notes, no progress"
        )
        loudness.add_argument("-v", "--verbose", dest="verbosity", action="store_const", const=1, help="say more")

    def error(self, message: str) -> NoReturn:
        """Print one line and exit with 2."""
        sys.stderr.write(f"{self.prog}: {message} (see '{self.prog} --help')\n")
        sys.exit(Exit.CANNOT)

    def parse_args(  # type: ignore[override]  # as below
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """Parse; a flag there is none of is told with the one it nearly is."""
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._meant(unknown)}")
        return parsed

    def _meant(self, unknown: Sequence[str]) -> str:
        from difflib import get_close_matches

        flags = set(self._option_string_actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - argparse lists flags nowhere in public
                flags.update(*(inner._option_string_actions for inner in action.choices.values()))  # noqa: SLF001
        near = [get_close_matches(word.partition("=")[0], flags, 1, 0.7) for word in unknown if word.startswith("--")]
        return next((f"; did you mean {found[0]}?" for found in near if found), "")

    def parse_known_args(  # type: ignore[override]  # argparse's overloads say no more than this
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, with values of ``[tool.pointillist-simulator]`` as defaults where the project has them."""
        from simulator.cli.settings import apply_settings

        apply_settings(self)
        return super().parse_known_args(args, namespace)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Ends the help of a flag in its default: the one in use, of the project's settings too."""

    def _split_lines(self, text: str, width: int) -> list[str]:
        return wrap(" ".join(text.split()), width, break_on_hyphens=False)  # first-claim is one word to copy

    def _get_help_string(self, action: argparse.Action) -> str:
        text = action.help or ""
        told = action.nargs == 0 or action.default in (None, [], argparse.SUPPRESS) or "(default: " in text
        return text if told else f"{text} (default: %(default)s)"


def describe(text: str | None) -> dict[str, Any]:
    """Return ``description`` and ``epilog`` of a parser.

    Args:
        text: What it does; then, where it can end with 1, a paragraph ``Exit code 1: ...``; last the paragraph with
            its examples, ``Example: ...`` or ``Examples:`` and a line each.
    """
    if text is None:  # python -OO keeps no docstring
        return {}
    *body, example = text.strip().split("\n\n")
    failed = ""
    if body[-1].startswith(_FAILED):
        failed = f" 1 {' '.join(body.pop().removeprefix(_FAILED).split()).rstrip('.')};"
    word, _, lines = example.partition(":")
    lines = indent(dedent(lines).strip(), "  ")
    epilog = f"exit codes: 0 done;{failed} 2 could not do it\n\n{word.lower()}:\n{lines}"
    return {"description": "\n\n".join(body), "epilog": epilog}
