"""The five-act demo of identity stitching, on the real pipeline: real HTTP to a fake Pointillist started for it.

Browsing; she logs in and history flips; the phone; a late event; the shared tablet. Without --script it plays in the
terminal UI; with it, the same frames are printed as text, the same every time.

Example: pointillist-sim demo --script --act 2
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from fake_pointillist.flags import whole
from simulator.cli.exits import Exit
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--script", action="store_true", help="print the frames as text; no terminal needed")
    parser.add_argument("--act", type=whole(1, 3, 5), metavar="N", help="with --script: only this act (default: all)")
    parser.add_argument("--ascii", action="store_true", help="plain signs, in the terminal UI")


def run(arguments: argparse.Namespace) -> int:
    """Print the frames, or open the UI on the demo.

    Raises:
        UsageError: There is no terminal to play in, or ``--act`` without ``--script``.
    """
    if not arguments.script:
        return _open(arguments)
    from fake_pointillist import FakePointillist
    from simulator.cli.stopping import unbroken
    from simulator.demo.playing import NOW_US, Player
    from simulator.demo.script import script
    from simulator.fake_client import FakeClient

    with FakePointillist(now=lambda: NOW_US) as fake, FakeClient(fake.url, "demo") as client:
        lines = script(Player(fake.url, "demo", client).frames(), arguments.act)
        while True:
            with unbroken():  # a frame sends its messages
                line = next(lines, None)
            if line is None:
                break
            sys.stdout.buffer.write(f"{line}\n".encode())
            sys.stdout.buffer.flush()
    return Exit.OK


def _open(arguments: argparse.Namespace) -> int:
    if arguments.act is not None:
        raise UsageError("--act goes with --script; in the terminal UI the keys 1 to 5 go to an act")
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError("the demo plays in a terminal; 'pointillist-sim demo --script' prints it as text")
    from simulator.cli import front
    from simulator.cli.parser import Parser

    parser = Parser(prog="pointillist-sim demo")
    front.add_arguments(parser)
    flags = ["--screen", "demo", *(["--ascii"] if arguments.ascii else [])]
    return front.run(parser.parse_args(flags))
