"""The server as a command: its flags, and serving until a signal.

``python -m fake_pointillist`` and ``pointillist-sim serve`` are both this; they differ in what they say.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from typing import TYPE_CHECKING

from fake_pointillist.flags import add_unique, port, whole
from fake_pointillist.identity.attribution import Options
from fake_pointillist.identity.policies import DEFAULT_POLICY, POLICIES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from fake_pointillist.server import FakePointillist

INTERRUPTED = 130
"""The exit code after Ctrl-C, as shells have it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST", help="where to listen; elsewhere needs --token")
    parser.add_argument("--port", type=port, default=8765, metavar="PORT", help="port of the fake; 0 a free one")
    parser.add_argument("--db", metavar="PATH", help="keep events in this file, durably (default: until it stops)")
    parser.add_argument(
        "--token", metavar="T", action="append", default=[], help="a token that is taken; repeatable (default: any)"
    )
    parser.add_argument(
        "--policy", metavar="P", default=DEFAULT_POLICY, help=f"tenants start with it: {', '.join(POLICIES)}"
    )
    add_unique(parser)
    parser.add_argument(
        "--on-violation",
        choices=("reject", "record"),
        default="reject",
        help="answer 400 to an event that breaks a hard rule, or take and list it",
    )
    parser.add_argument(
        "--keep", type=whole(1, 100_000), metavar="N", help="keep the newest N events of each tenant (default: all)"
    )


def serve(arguments: argparse.Namespace, announce: Callable[[FakePointillist], None]) -> int:
    """Serve until SIGTERM (returns 0) or Ctrl-C (returns 130).

    Args:
        arguments: Of the flags of :func:`add_arguments`.
        announce: Called with the server once it answers.

    Raises:
        FakePointillistError: It cannot start, or has ended by itself.
        ValueError: A flag's value is out of bounds.
    """
    from fake_pointillist.server import FakePointillist  # noqa: PLC0415 - who asks for --help does not wait for it

    options = Options(unique=arguments.unique)
    # Handlers stand before anything is announced: whoever reads it may send a signal at once.
    stopped = threading.Event()
    signals: list[int] = []

    def stop(number: int, _frame: object) -> None:
        signals.append(number)
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        with FakePointillist(
            host=arguments.host,
            port=arguments.port,
            db=arguments.db,
            tokens=arguments.token,
            policy=arguments.policy,
            options=options,
            on_violation=arguments.on_violation,
            keep=arguments.keep,
        ) as server:
            announce(server)
            while not stopped.wait(1.0):
                server.check()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return INTERRUPTED if signals[0] == signal.SIGINT else 0


def first_line(server: FakePointillist) -> str:
    """Return what programs read first: ``{"url": "...", "pid": n}``."""
    return json.dumps({"url": server.url, "pid": os.getpid()})
