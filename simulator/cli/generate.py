"""Make Segment messages: consistent people on several devices moving through journeys, identified late or early.

Same arguments, same bytes: on any day, in any process, whatever the time zone. Messages go to standard output as JSON
Lines, in time order.

Example: pointillist-sim generate -n 1000 --seed 42 > messages.jsonl
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.exits import Exit

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags."""
    parser.add_argument("-n", type=int, metavar="N", help="how many messages")
    parser.add_argument("--seed", default="1", metavar="S", help="seed of everything; any text (default: 1)")
    parser.add_argument(
        "--start", default="2026-01-05T09:00:00Z", metavar="ISO", help="first moment (default: %(default)s)"
    )
    parser.add_argument("--days", type=float, metavar="D", help="stop after this much simulated time")
    parser.add_argument(
        "--scenario", action="append", metavar="NAME", help="what happens; may be repeated (default: mixed)"
    )
    parser.add_argument("--people", type=int, metavar="P", help="how many people (default: 2000)")
    parser.add_argument("--locale", default="en_US", metavar="L", help="where they live (default: en_US)")


def run(arguments: argparse.Namespace) -> int:
    """Write the messages."""
    import orjson

    from simulator.generator import messages

    stream = messages(
        arguments.n,
        arguments.seed,
        start=arguments.start,
        days=arguments.days,
        scenarios=arguments.scenario or ("mixed",),
        people=arguments.people,
        locale=arguments.locale,
    )
    out = sys.stdout.buffer
    for message in stream:
        out.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))
    return Exit.OK
