"""Start the fake Pointillist alone: POST /event, the /_fake API, and a page for people at /_fake/.

Without --db everything is gone when it stops: the newest is in memory, the rest in a temporary file. With it an event
that was answered 200 survives a kill and a power cut.
Each apiToken is a tenant of its own; without --token any is taken, but then only this machine may connect.

Example: pointillist-sim serve --port 8765 --db fake.sqlite
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fake_pointillist import command
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from fake_pointillist import FakePointillist


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of ``serve``."""
    command.add_arguments(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how the first line says the URL")


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM or Ctrl-C."""
    try:
        code = command.serve(arguments, lambda server: _announce(server, arguments))
    except ValueError as error:
        raise UsageError(str(error)) from error
    if arguments.verbosity >= 0:
        sys.stderr.write("stopped\n")
    return code


def _announce(server: FakePointillist, arguments: argparse.Namespace) -> None:
    if arguments.format == "json":
        sys.stdout.write(command.first_line(server) + "\n")
    else:
        sys.stdout.write(f"fake Pointillist on {server.url}  (POST {server.url}/event, page {server.url}/_fake/)\n")
    sys.stdout.flush()
    if arguments.verbosity >= 0:
        kept = f"in {arguments.db}" if arguments.db else "until it stops"
        taken = _taken(len(arguments.token)) if arguments.token else "any token is taken, each is a tenant"
        sys.stderr.write(f"events are kept {kept}; {taken}; Ctrl-C stops it\n")


def _taken(tokens: int) -> str:
    return "one token is taken" if tokens == 1 else f"{tokens} tokens are taken"
