"""What the file commands share: FILE arguments, ``--mapping``, ``--now``, and the messages they mean."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from simulator.cli.progress import is_watched, shown
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from simulator.segment.message import Received


def add_files(parser: argparse.ArgumentParser) -> None:
    """Declare the input files."""
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="JSON Lines, a JSON array, one object, or a batch body, gzipped or not; - is standard input (the default "
        "where something is piped in)",
    )


def add_mapping(parser: argparse.ArgumentParser) -> None:
    """Declare ``--mapping``."""
    parser.add_argument(
        "--mapping",
        default="segment-docs",
        metavar="M",
        help="a mapping file, or segment-docs (default), typed, device-plus",
    )


def add_now(parser: argparse.ArgumentParser) -> None:
    """Declare ``--now``."""
    parser.add_argument("--now", metavar="ISO", help="fix the clock, so that results can be compared byte for byte")


def clock(arguments: argparse.Namespace) -> Callable[[], int]:
    """Return the clock the user asked for, in microseconds since the epoch.

    Raises:
        UsageError: ``--now`` is no time.
    """
    text = arguments.now
    if text is None:
        return lambda: time.time_ns() // 1000
    from simulator.segment.times import read_time

    instant = read_time(text)
    if instant is None:
        raise UsageError(f"--now {text}: not a time; write it like 2026-03-02T09:15:30Z")
    return lambda: instant


def received(arguments: argparse.Namespace, *, results_at_end: bool = False) -> Iterator[Received]:
    """Yield the messages of the files asked for, with a progress bar where somebody can see one.

    Args:
        arguments: The command line, parsed.
        results_at_end: Nothing is written before the last message, so a bar disturbs no output on the same terminal.

    Raises:
        UsageError: No file is named and nothing is piped in.
        InputError: See :func:`simulator.segment.reading.read_messages`.
    """
    from simulator.segment.reading import STDIN, read_messages

    files = list(arguments.files)
    if not files:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("no input: name a FILE, or pipe messages in (- is standard input)")
        files = [STDIN]
    messages = read_messages(files)
    watched = is_watched(arguments) and (results_at_end or not sys.stdout.isatty())
    return shown(messages) if watched else messages


def is_live(arguments: argparse.Namespace) -> bool:
    """Say whether results should be written one by one: somebody may be waiting at the other end of a pipe."""
    return not arguments.files or "-" in arguments.files or sys.stdout.isatty()
