"""Segment messages to Pointillist events: one result line a message, in order, on standard output.

Every line says what became of its message: the event and notes, or the code it was discarded with. With --explain it
also accounts for every leaf of the input: where it went and by which rule, or why it was dropped.

example: pointillist-sim generate -n 3 --seed 1 | pointillist-sim transform --explain
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.exits import Exit
from simulator.cli.inputs import REMEMBERED, add_files, add_mapping, add_now, clock, is_live, received

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from simulator.trace import Trace

_CHUNK = 1 << 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_files(parser)
    add_mapping(parser)
    parser.add_argument("--explain", action="store_true", help="account for every leaf: provenance and dropped")
    add_now(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the result lines; discards are results, so the exit code is 0."""
    from simulator.mapping.loading import load_mapping
    from simulator.pipeline import traces
    from simulator.segment.admission import Admission

    mapping = load_mapping(arguments.mapping)
    admission = Admission(clock(arguments), remember=REMEMBERED)
    found = traces(received(arguments), admission=admission, mapping=mapping, explain=arguments.explain)
    counts = _write(found, explain=arguments.explain, chunk=0 if is_live(arguments) else _CHUNK)
    if arguments.verbosity > 0:
        mapped, discarded = counts
        sys.stderr.write(f"{mapped + discarded} messages: {mapped} mapped, {discarded} discarded\n")
    return Exit.OK


def _write(found: Iterator[Trace], *, explain: bool, chunk: int) -> tuple[int, int]:
    """Write a line a trace, whole lines at a time; return how many were mapped and discarded."""
    import orjson

    out = sys.stdout.buffer
    lines = bytearray()
    mapped = discarded = 0
    try:
        for trace in found:
            lines += orjson.dumps(trace.to_json(explain=explain), option=orjson.OPT_APPEND_NEWLINE)
            if trace.mapped is not None:
                mapped += 1
            else:
                discarded += 1
            if len(lines) > chunk:
                out.write(lines)
                lines = bytearray()
                if not chunk:
                    out.flush()
    finally:  # what was done before a broken line is still a result
        out.write(lines)
        out.flush()
    return mapped, discarded
