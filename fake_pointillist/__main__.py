"""``python -m fake_pointillist``: the server alone, without the simulator; ``pointillist-sim serve`` says more."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import threading

from fake_pointillist.errors import FakePointillistError
from fake_pointillist.server import FakePointillist


def main() -> int:
    """Serve until SIGTERM (0) or Ctrl-C (130); 2 where it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m fake_pointillist", description=__doc__, allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--db", metavar="PATH")
    parser.add_argument("--token", action="append", default=[])
    parser.add_argument("--policy", default="first-claim")
    parser.add_argument("--on-violation", choices=("reject", "record"), default="reject")
    parser.add_argument("--keep", type=int, metavar="N")
    arguments = parser.parse_args()
    stopped = threading.Event()
    signals: list[int] = []

    def stop(number: int, _frame: object) -> None:
        signals.append(number)
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    try:
        with FakePointillist(
            host=arguments.host,
            port=arguments.port,
            db=arguments.db,
            tokens=arguments.token,
            policy=arguments.policy,
            on_violation=arguments.on_violation,
            keep=arguments.keep,
        ) as server:
            sys.stdout.write(json.dumps({"url": server.url, "pid": os.getpid()}) + "\n")
            sys.stdout.flush()
            while not stopped.wait(3600):
                pass
    except (FakePointillistError, ValueError) as error:
        sys.stderr.write(f"fake_pointillist: {error}\n")
        return 2
    return 130 if signals[0] == signal.SIGINT else 0


if __name__ == "__main__":
    sys.exit(main())
