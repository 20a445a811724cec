"""What the file commands share: FILE arguments, ``--mapping``, ``--now``, and the messages they mean."""

from __future__ import annotations

import os
import sys
from itertools import chain
from typing import TYPE_CHECKING

from fake_pointillist.flags import whole
from simulator import clocks
from simulator.cli.progress import is_watched, shown
from simulator.errors import InputError, SimulatorError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from simulator.parallel.making import Made, Making
    from simulator.segment.blocks import Block
    from simulator.segment.extent import Extent
    from simulator.segment.message import Received

_LARGE = 4
"""Blocks from which on other processes are worth starting: some 4 MB, a tenth of a second's work."""
_MOST_JOBS = 8
"""Processes one process can hand blocks out to without being the bottleneck itself."""


def add_files(parser: argparse.ArgumentParser) -> None:
    """Declare the input files."""
    parser.add_argument(
        "files",
        nargs="*",
        default=[],  # without one argparse calls a list that may be empty required
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
        help="a mapping file, or segment-docs, typed, device-plus",
    )


def add_policy(parser: argparse.ArgumentParser) -> None:
    """Declare ``--policy``."""
    from fake_pointillist.identity.policies import DEFAULT_POLICY, POLICIES

    parser.add_argument("--policy", default=DEFAULT_POLICY, metavar="P", help=f"identity policy: {', '.join(POLICIES)}")


def add_now(parser: argparse.ArgumentParser) -> None:
    """Declare ``--now``."""
    parser.add_argument("--now", metavar="ISO", help="fix the clock, so that results can be compared byte for byte")


def mapping_and_now(arguments: argparse.Namespace) -> list[str]:
    """Return ``--mapping`` and ``--now`` as they were given, for a command line that repeats something."""
    words = ["--mapping", arguments.mapping] if arguments.mapping != "segment-docs" else []
    return [*words, "--now", arguments.now] if arguments.now else words


def clock(arguments: argparse.Namespace) -> Callable[[], int]:
    """Return the clock the user asked for, in microseconds since the epoch.

    Raises:
        UsageError: ``--now`` is no time.
    """
    text = arguments.now
    if text is None:
        return clocks.system
    from simulator.segment.times import read_time

    instant = read_time(text)
    if instant is None:
        raise UsageError(f"--now {text}: not a time; write it like 2026-03-02T09:15:30Z")
    return clocks.Still(instant)


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Declare ``--jobs``."""
    parser.add_argument(
        "--jobs",
        type=whole(1, 4, 1_000),
        metavar="N",
        help="processes that share a large input (default: one a core, at most 8); the result is the same",
    )


def inputs(arguments: argparse.Namespace) -> list[str]:
    """Return the files asked for, or standard input where something is piped in.

    Raises:
        UsageError: No file is named and nothing is piped in.
    """
    from simulator.segment.opening import STDIN

    files = list(arguments.files)
    if files:
        return files
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("no input: name a FILE, or pipe messages in (- is standard input)")
    return [STDIN]


def nothing_in(files: Iterable[str]) -> InputError:
    """Return the error of a command that judges messages and got none: passing would hide a broken capture."""
    names = ("<stdin>" if name == "-" else name for name in files)
    return InputError(", ".join(names), "no message here, so there is nothing to judge")


def some(messages: Iterable[Received], files: Iterable[str]) -> Iterator[Received]:
    """Yield ``messages``, of which there must be some.

    Raises:
        InputError: There are none in ``files``.
    """
    came = False
    for message in messages:
        came = True
        yield message
    if not came:
        raise nothing_in(files)


def unnoted(messages: Iterable[Received]) -> Iterator[Received]:
    """Yield ``messages`` for results that have no room for a note: there a line that was not read is an error.

    Raises:
        InputError: A line is too long to be read.
    """
    for message in messages:
        for note in message.notes:
            if note.code == "line_too_long":
                raise InputError(message.origin, note.message)
        yield message


def received(arguments: argparse.Namespace, *, results_at_end: bool = False) -> Iterator[Received]:
    """Yield the messages of the files asked for, with a progress bar where somebody can see one.

    Args:
        arguments: The command line, parsed.
        results_at_end: Nothing is written before the last message, so a bar disturbs no output on the same terminal.

    Raises:
        UsageError: No file is named and nothing is piped in.
        InputError: See :func:`simulator.segment.reading.read_messages`.
    """
    from simulator.segment.reading import read_messages

    paths = inputs(arguments)
    if not _is_shown(arguments, results_at_end=results_at_end):
        return read_messages(paths)
    extent = _extent(paths)
    return shown(read_messages(paths, extent=extent), extent)


def parts(
    arguments: argparse.Namespace, start: Callable[[], Making[Made]], *, results_at_end: bool = False
) -> Iterator[Made]:
    """Yield what is made of the messages of the files asked for, part after part, with a progress bar as above.

    A large input is shared by several processes; what is yielded adds up to the same.

    Args:
        arguments: The command line, parsed.
        start: Makes what messages are given to; picklable.
        results_at_end: As above.

    Raises:
        UsageError: No file is named and nothing is piped in.
        InputError: A file cannot be read; after the part with everything before it.
    """
    from simulator.segment.blocks import read_blocks

    jobs = arguments.jobs if arguments.jobs is not None else min(_cores(), _MOST_JOBS)
    now = clock(arguments)
    paths = inputs(arguments)
    is_shown = _is_shown(arguments, results_at_end=results_at_end)
    extent = _extent(paths) if is_shown else None
    blocks = read_blocks(paths, extent=extent)
    first, failed = _first(blocks)
    if jobs > 1 and len(first) == _LARGE:
        from simulator.parallel.handing_out import made_apart

        made = made_apart(chain(first, blocks), start, now=now, jobs=jobs)
    else:
        from simulator.parallel.making import made_here
        from simulator.segment.admission import Admission
        from simulator.segment.reading import messages_of

        made = made_here(messages_of(chain(first, failed or blocks)), start(), Admission(now))
    return shown(made, extent, size=lambda part: part.messages) if is_shown else made


def _extent(paths: list[str]) -> Extent | None:
    from simulator.segment.extent import extent_of
    from simulator.segment.opening import STDIN

    return None if STDIN in paths else extent_of(paths)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # where it is missing, nothing can be said against using them all
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_shown(arguments: argparse.Namespace, *, results_at_end: bool) -> bool:
    return is_watched(arguments) and (results_at_end or not sys.stdout.isatty())


def _first(blocks: Iterator[Block]) -> tuple[list[Block], Iterable[Block] | None]:
    """Return the first blocks, and what raises the error that came after them, if one did."""
    first: list[Block] = []
    try:
        for block in blocks:
            first.append(block)
            if len(first) == _LARGE:
                break
    except SimulatorError as error:
        return first, _raising(error)
    return first, None


def _raising(error: SimulatorError) -> Iterator[Block]:
    raise error
    yield


def is_live(arguments: argparse.Namespace) -> bool:
    """Say whether results should be written one by one: somebody may be waiting at the other end of a pipe."""
    return not arguments.files or "-" in arguments.files or sys.stdout.isatty()
