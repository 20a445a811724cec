"""Segment messages to Pointillist events: one result line a message, in order, on standard output.

Every line says what became of its message: the event and notes, or the code it was discarded with. With --explain it
also accounts for every leaf of the input: where it went and by which rule, or why it was dropped. --format text is that
account for people: a row a leaf, what was dropped, and the notes.

Example: pointillist-sim generate -n 3 --seed 1 | pointillist-sim transform --explain
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.exits import Exit
from simulator.cli.inputs import add_files, add_jobs, add_mapping, add_now, clock, is_live, parts, received

if TYPE_CHECKING:
    import argparse

    from simulator.trace import Trace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_files(parser)
    add_mapping(parser)
    parser.add_argument("--explain", action="store_true", help="account for every leaf: provenance and dropped")
    parser.add_argument(
        "--format",
        choices=("json", "text"),
        default="json",
        help="json: a line a message; text: its account for people",
    )
    add_jobs(parser)
    add_now(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the result lines; discards are results, so the exit code is 0."""
    from functools import partial

    from simulator.mapping.loading import load_mapping
    from simulator.parallel.making import made_here
    from simulator.parallel.transforming import TransformMaking
    from simulator.segment.admission import Admission

    explain = arguments.explain or arguments.format == "text"
    written = _text if arguments.format == "text" else partial(_line, explain=explain)
    start = partial(TransformMaking, load_mapping(arguments.mapping), written, explain=explain)
    if is_live(arguments):  # somebody may be waiting for each line
        found = made_here(received(arguments), start(), Admission(clock(arguments)), at_once=1)
    else:
        found = parts(arguments, start)
    out = sys.stdout.buffer
    mapped = discarded = 0
    for part in found:
        out.write(part.lines)
        out.flush()
        mapped += part.mapped
        discarded += part.discarded
    if arguments.verbosity > 0:
        sys.stderr.write(f"{mapped + discarded} messages: {mapped} mapped, {discarded} discarded\n")
    return Exit.OK


def _line(trace: Trace, *, explain: bool) -> bytes:
    import orjson

    return orjson.dumps(trace.to_json(explain=explain), option=orjson.OPT_APPEND_NEWLINE)


def _text(trace: Trace) -> bytes:
    from simulator.reports.accounts import account

    return account(trace).encode()
