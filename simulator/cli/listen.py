"""A Segment source for real SDKs, all the way to a fake Pointillist beside it, or to --forward.

Point an SDK's host at the first URL; every message is answered as Segment answers, mapped, and delivered. With
--journal a message is on disk before its 200, and after a crash delivery goes on where it was. --forward takes its
token from POINTILLIST_API_KEY. One line a message: --> received, <-- answered.

Example: pointillist-sim listen --port 8766 --fake-port 8765 --journal messages.journal
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fake_pointillist.flags import add_unique, port, whole
from simulator.cli.exits import Exit
from simulator.cli.inputs import add_mapping, add_policy
from simulator.cli.sending_flags import TOKEN_VARIABLE, add_delivery, options_of, token_of

if TYPE_CHECKING:
    from types import FrameType

    from simulator.cli.lines import Lines
    from simulator.fake_client.process import FakeProcess
    from simulator.gateway.gateway import Gateway

TENANT = "demo"
"""The token, and so the tenant, of the fake started beside the source."""
_TURN = 0.0005


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of ``listen``."""
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="where to listen")
    parser.add_argument("--port", type=port, default=8766, metavar="PORT", help="port of the source; 0 a free one")
    parser.add_argument("--fake-port", type=port, default=8765, metavar="PORT", help="port of the fake; 0 a free one")
    parser.add_argument("--write-key", type=write_key, metavar="K", help="the only write key taken (default: any)")
    parser.add_argument("--strict", action="store_true", help="answer 4xx, with the code, to what is discarded")
    parser.add_argument("--journal", metavar="PATH", help="messages are in this file before they are answered")
    parser.add_argument(
        "--on-full", choices=("wait", "429"), default="wait", help="let senders wait for room, or answer 429"
    )
    parser.add_argument(
        "--capacity", type=whole(1, 5000), default=5_000, metavar="N", help="messages under way at most"
    )
    parser.add_argument("--forward", metavar="URL", help="deliver to this Pointillist endpoint instead of a fake")
    add_policy(parser)
    add_unique(parser)
    add_mapping(parser)
    add_delivery(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print a message's line")


def write_key(text: str) -> str:
    """Read a write key: an empty one, of a variable that is not set, must not mean any."""
    if not text:
        raise argparse.ArgumentTypeError("must not be empty; leave the flag out to take any")
    return text


def run(arguments: argparse.Namespace) -> int:
    """Listen until Ctrl-C or SIGTERM."""
    from simulator.cli.lines import Lines
    from simulator.cli.stopping import GRACE
    from simulator.gateway.gateway import Gateway
    from simulator.gateway.journal import examine

    if arguments.forward:
        token = token_of(None, f"--forward takes it from {TOKEN_VARIABLE}: set that")
    if arguments.journal:
        examine(Path(arguments.journal))
    with ExitStack() as stack:
        # The gateway and the lines take turns in one interpreter; at Python's 5 ms each would wait for the other.
        stack.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(_TURN)
        fake = None if arguments.forward else stack.enter_context(_fake(arguments))
        if fake is not None:
            token = os.environ.get(TOKEN_VARIABLE) or TENANT
        lines = Lines(arguments.format, verbosity=arguments.verbosity)
        gateway = Gateway(
            arguments.forward or (fake.url if fake else ""),
            token=token,
            host=arguments.host,
            port=arguments.port,
            write_key=arguments.write_key,
            strict=arguments.strict,
            mapping=arguments.mapping,
            explain=True,
            options=replace(options_of(arguments, arguments.capacity), ask_actor=fake is not None),
            on_full=arguments.on_full,
            journal=arguments.journal,
            keep=0,
            watch=lines.watch,
            on_refused=lines.refused,
            on_failed=lines.stop,
        )
        stop = _on_signals(stack, lines)
        gateway.start()
        try:
            _announce(arguments, gateway, fake, token)
            lines.write_until_stopped()
        finally:
            left = gateway.stop(GRACE)
            lines.write_rest()
    _farewell(arguments, gateway, left)
    return Exit.INTERRUPTED if stop and stop[0] == signal.SIGINT else Exit.OK


def _fake(arguments: argparse.Namespace) -> FakeProcess:
    """Return the fake beside the source, in a process of its own: two processes use two cores."""
    from simulator.fake_client.process import FakeProcess

    # What the journal calls delivered must still be there after a crash, so the fake is as durable as the journal.
    db = f"{arguments.journal}.fake" if arguments.journal else None
    return FakeProcess(port=arguments.fake_port, db=db, policy=arguments.policy, options={"unique": arguments.unique})


def _on_signals(stack: ExitStack, lines: Lines) -> list[int]:
    got: list[int] = []

    def handle(number: int, _frame: FrameType | None) -> None:
        got.append(number)
        lines.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        stack.callback(signal.signal, number, signal.signal(number, handle))
    return got


def _announce(arguments: argparse.Namespace, gateway: Gateway, fake: FakeProcess | None, token: str) -> None:
    if arguments.verbosity < 0:
        return
    key = arguments.write_key or "any"
    say = sys.stderr.write
    say(f"Segment source    {gateway.url}  (write key: {key}{', strict' if arguments.strict else ''})\n")
    if fake is not None:
        shown = token if token == TENANT else f"from {TOKEN_VARIABLE}"
        say(f"fake Pointillist  {fake.url}  (apiToken: {shown}; page {fake.url}/_fake/)\n")
    else:
        say(f"forwarding to     {arguments.forward}  (token from {TOKEN_VARIABLE})\n")
    full = "senders wait" if arguments.on_full == "wait" else "senders get 429"
    say(f"at most {arguments.capacity:,} messages under way, then {full}; ")
    if arguments.journal:
        waiting = f", {gateway.resumed} from an earlier run are delivered now" if gateway.resumed else ""
        say(f"journal {arguments.journal}{waiting}\n")
    else:
        say("they are in memory only (--journal keeps them)\n")
    sys.stderr.flush()


def _farewell(arguments: argparse.Namespace, gateway: Gateway, left: int) -> None:
    from simulator.trace import Outcome

    counts = gateway.counts()
    ends = ", ".join(f"{outcome} {counts[outcome]}" for outcome in Outcome)
    kept = left + counts[Outcome.EXPIRED]
    if arguments.journal:
        rest = f"; {kept} stay in the journal for the next start" if kept else ""
    else:
        rest = f"; {left} were under way and are lost" if left else ""
    if arguments.verbosity >= 0 or kept:
        sys.stderr.write(f"stopped: {ends}{rest}\n")
