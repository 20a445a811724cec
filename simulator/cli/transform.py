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
from simulator.cli.inputs import add_files, add_mapping, add_now, clock, is_live, received

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from simulator.trace import Trace

_CHUNK = 1 << 16


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_files(parser)
    add_mapping(parser)
    parser.add_argument("--explain", action="store_true", help="account for every leaf: provenance and dropped")
    parser.add_argument(
        "--format", choices=("json", "text"), default="json", help="one line a message (json), or its account as text"
    )
    add_now(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the result lines; discards are results, so the exit code is 0."""
    from simulator.mapping.loading import load_mapping
    from simulator.pipeline import TOGETHER, traces
    from simulator.segment.admission import Admission

    mapping = load_mapping(arguments.mapping)
    admission = Admission(clock(arguments))
    explain = arguments.explain or arguments.format == "text"
    messages, live = received(arguments), is_live(arguments)
    together = 1 if live else TOGETHER
    found = traces(messages, admission=admission, mapping=mapping, explain=explain, together=together)
    counts = _write(found, _form(arguments), chunk=0 if live else _CHUNK)
    if arguments.verbosity > 0:
        mapped, discarded = counts
        sys.stderr.write(f"{mapped + discarded} messages: {mapped} mapped, {discarded} discarded\n")
    return Exit.OK


def _form(arguments: argparse.Namespace) -> Callable[[Trace], bytes]:
    """Return what makes a trace the bytes the user asked for."""
    if arguments.format == "text":
        from simulator.reports.accounts import account

        return lambda trace: account(trace).encode()
    import orjson

    explain, option = arguments.explain, orjson.OPT_APPEND_NEWLINE
    return lambda trace: orjson.dumps(trace.to_json(explain=explain), option=option)


def _write(found: Iterator[Trace], written: Callable[[Trace], bytes], *, chunk: int) -> tuple[int, int]:
    """Write every trace, whole lines at a time; return how many were mapped and discarded."""
    out = sys.stdout.buffer
    lines = bytearray()
    mapped = discarded = 0
    try:
        for trace in found:
            lines += written(trace)
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
