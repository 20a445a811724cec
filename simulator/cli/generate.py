"""Make Segment messages: consistent people on several devices moving through journeys, identified early, late or never.

Messages go to standard output as JSON Lines, in order of arrival. Same arguments, same bytes: on any day, in any
process, whatever the time zone or PYTHONHASHSEED (names also depend on the version of faker: --versions).

Examples:
  pointillist-sim generate -n 1000 --seed 42 > messages.jsonl
  pointillist-sim generate -n 1000 --seed 42 --bad 0.05 --truth truth.jsonl | pointillist-sim check -
"""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from fake_pointillist.flags import above_zero, share, whole
from simulator.cli.exits import Exit
from simulator.cli.progress import is_watched, shown

_CHUNK = 1 << 16
"""Bytes written at a time where nobody waits for the next line."""
_LONG = 20_000
"""Messages from which on a bar is worth its import."""

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, BinaryIO

    from simulator.generator import Plan, Spoiled


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("-n", type=whole(0, 1000), metavar="N", help="how many messages (default: until --days)")
    add_generator_arguments(parser)
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--rate", type=above_zero(50), metavar="R", help="messages a second (default: at once)")
    pace.add_argument("--speed", type=above_zero(60), metavar="X", help="play simulated time X times as fast")
    parser.add_argument("--truth", metavar="FILE", help="write here what was spoiled, and what should be reported")
    parser.add_argument("--list", action="store_true", help="list scenarios and imperfections, and stop")
    parser.add_argument("--versions", action="store_true", help="name the versions the bytes depend on, and stop")


def add_generator_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags every command has that generates: what, who, where, how bad."""
    parser.add_argument("--seed", default="1", metavar="S", help="seed of everything, any text")
    parser.add_argument("--start", metavar="ISO", help="first moment (default: 2026-01-05T09:00:00Z)")
    parser.add_argument("--days", type=above_zero(7), metavar="D", help="stop after D days of simulated time")
    parser.add_argument("--scenario", action="append", metavar="NAME", help="what happens; repeatable (default: mixed)")
    parser.add_argument("--journey", action="append", metavar="FILE", help="a journey or scenarios of your own (TOML)")
    parser.add_argument("--people", type=whole(1, 2000), metavar="P", help="how many people (default: 2000)")
    parser.add_argument("--locale", default="en_US", metavar="L", help="where they live")
    parser.add_argument("--bad", type=share, default=0, metavar="RATE", help="share of messages spoiled on purpose")
    parser.add_argument(
        "--imperfection", action="append", metavar="NAME=RATE", help="share spoiled in one way; repeatable (see --list)"
    )


def plan_of(arguments: argparse.Namespace, n: int | None) -> Plan:
    """Return the checked plan of parsed flags (:func:`add_generator_arguments`).

    Raises:
        UsageError: A flag that cannot be meant.
        InputError: A journey file that cannot be used.
    """
    from simulator.generator import plan
    from simulator.generator.clock import DEFAULT_START

    return plan(
        n,
        arguments.seed,
        start=arguments.start or DEFAULT_START,
        days=arguments.days,
        scenarios=arguments.scenario or ("mixed",),
        people=arguments.people,
        locale=arguments.locale,
        bad=arguments.bad,
        imperfections=_rates(arguments.imperfection or ()),
        journey_files=arguments.journey or (),
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the messages, or what there is to know about them."""
    if arguments.versions:
        return _versions()
    if arguments.list:
        return _list(arguments)
    if arguments.n is None and arguments.days is None:
        from simulator.errors import UsageError

        raise UsageError("generate: say how many messages (-n N), or how much time (--days D)")
    plan = plan_of(arguments, arguments.n)
    if arguments.truth is None:
        _write(arguments, plan, None)
        return Exit.OK
    import orjson

    with _whole_file(arguments.truth) as truth:

        def account(spoiled: Spoiled) -> None:
            truth.write(orjson.dumps(spoiled.to_json(), option=orjson.OPT_APPEND_NEWLINE))

        _write(arguments, plan, account)
    return Exit.OK


def _write(arguments: argparse.Namespace, plan: Plan, account: Callable[[Spoiled], None] | None) -> None:
    import orjson

    out = sys.stdout.buffer
    line = orjson.OPT_APPEND_NEWLINE
    paced = arguments.rate is not None or arguments.speed is not None
    chunk = 0 if paced or sys.stdout.isatty() else _CHUNK
    lines = bytearray()
    try:
        for message in _progress(arguments, plan, _messages(arguments, plan, account)):
            lines += orjson.dumps(message, option=line)
            if len(lines) > chunk:
                out.write(lines)
                lines = bytearray()
                if not chunk:
                    out.flush()
    finally:  # what was made before an interruption is whole lines, and still a result
        out.write(lines)


def _messages(
    arguments: argparse.Namespace, plan: Plan, account: Callable[[Spoiled], None] | None
) -> Iterator[dict[str, Any]]:
    if arguments.rate is None and arguments.speed is None:
        return plan.messages(account)
    import time

    from simulator.generator.pacing import paced

    timed = plan.timed(account)
    return paced(timed, rate=arguments.rate, speed=arguments.speed, clock=time.monotonic, wait=time.sleep)


def _progress(
    arguments: argparse.Namespace, plan: Plan, messages: Iterator[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Show a bar on standard error where a person sees it and the messages go elsewhere."""
    long = plan.n is None or plan.n >= _LONG
    return shown(messages, plan.n) if long and is_watched(arguments) and not sys.stdout.isatty() else messages


@contextmanager
def _whole_file(path: str) -> Iterator[BinaryIO]:
    """Open a file that appears only when it is whole; a device or a pipe is written as it is, never replaced."""
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113 - the path is the user's own text
        with open(path, "wb") as file:  # noqa: PTH123 - the same
            yield file
        return
    part = f"{path}.part"
    folder = os.path.dirname(path)  # noqa: PTH120 - the path is the user's own text
    if folder and not os.path.isdir(folder):  # noqa: PTH112 - the same
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    try:
        with open(part, "wb") as file:  # noqa: PTH123 - the path is the user's own text, also in error messages
            yield file
        os.replace(part, path)  # noqa: PTH105 - the same
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part)  # noqa: PTH108 - the same
        raise


def _rates(pairs: Sequence[str]) -> dict[str, float]:
    from simulator.errors import UsageError

    rates: dict[str, float] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        try:
            rates[name] = float(text)
        except ValueError:
            what = "must be a number from 0 to 1" if equals else "must be written NAME=RATE"
            raise UsageError(f"--imperfection {pair}: {what}") from None
    return rates


def _versions() -> int:
    import faker

    from simulator import __version__

    sys.stdout.write(f"pointillist-sim {__version__}\nfaker {faker.VERSION}\n")
    return Exit.OK


def _list(arguments: argparse.Namespace) -> int:
    from simulator.generator import catalogue
    from simulator.generator.scenarios import Story
    from simulator.generator.spoilers import SPOILERS

    scenarios = catalogue(arguments.journey or ())
    width = max(len(each.name) for each in (*scenarios, *SPOILERS.values()))
    lines = ["scenarios (--scenario NAME):"]
    for each in scenarios:
        number = f"{each.number:2d} " if isinstance(each, Story) and each.number is not None else "   "
        lines.append(f"  {number}{each.name:<{width}}  {each.about}")
    lines += ["", "imperfections (--imperfection NAME=RATE; --bad RATE is a mix of them):"]
    lines += [f"     {way.name:<{width}}  {way.about}" for way in SPOILERS.values()]
    sys.stdout.write("\n".join(lines) + "\n")
    return Exit.OK
