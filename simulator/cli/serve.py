"""Start the fake Pointillist alone: POST /event, the /_fake API, and a page for people at /_fake/.

Without --db everything is in memory. With it an event that was answered 200 survives a kill and a power cut.
Each apiToken is a tenant of its own; without --token any is taken, but then only this machine may connect.

Example: pointillist-sim serve --port 8765 --db fake.sqlite
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from simulator.cli.exits import Exit
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of ``serve``."""
    parser.add_argument("--host", default="127.0.0.1", help="where to listen; other than loopback needs --token")
    parser.add_argument("--port", type=int, default=8765, help="the port; 0 takes a free one (default: 8765)")
    parser.add_argument("--db", metavar="PATH", help="keep everything in this file, durably")
    parser.add_argument("--token", action="append", default=[], help="a token that is taken; give it several times")
    parser.add_argument("--policy", default="first-claim", help="the identity policy tenants start with")
    parser.add_argument(
        "--on-violation",
        choices=("reject", "record"),
        default="reject",
        help="answer 400 to an event that breaks a rule, or take and list it (default: reject)",
    )
    parser.add_argument("--keep", type=int, metavar="N", help="keep the newest N events of each tenant")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how the first line says the URL")


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    from fake_pointillist.server import FakePointillist

    if not 0 <= arguments.port <= 65_535:
        raise UsageError(f"--port {arguments.port}: a port lies between 0 and 65535")
    # Handlers stand before the first line is out: whoever reads it may send a signal at once.
    stopped = threading.Event()
    signals: list[int] = []

    def stop(number: int, _frame: object) -> None:
        signals.append(number)
        stopped.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        server = FakePointillist(
            host=arguments.host,
            port=arguments.port,
            db=arguments.db,
            tokens=arguments.token,
            policy=arguments.policy,
            on_violation=arguments.on_violation,
            keep=arguments.keep,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error
    try:
        server.start()
        _announce(server, arguments)
        while not stopped.wait(3600):
            pass
    finally:
        server.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
    if arguments.verbosity >= 0:
        sys.stderr.write("stopped\n")
    return Exit.INTERRUPTED if signals and signals[0] == signal.SIGINT else Exit.OK


def _taken(tokens: int) -> str:
    return "one token is taken" if tokens == 1 else f"{tokens} tokens are taken"


def _announce(server: object, arguments: argparse.Namespace) -> None:
    from fake_pointillist.server import FakePointillist

    assert isinstance(server, FakePointillist)
    if arguments.format == "json":
        sys.stdout.write(json.dumps({"url": server.url, "pid": os.getpid()}) + "\n")
    else:
        sys.stdout.write(f"fake Pointillist on {server.url}  (POST {server.url}/event, page {server.url}/_fake/)\n")
    sys.stdout.flush()
    if arguments.verbosity >= 0:
        kept = f"in {arguments.db}" if arguments.db else "in memory, gone when it stops"
        taken = _taken(len(arguments.token)) if arguments.token else "any token is taken, each is a tenant"
        sys.stderr.write(f"events are kept {kept}; {taken}; Ctrl-C stops it\n")
