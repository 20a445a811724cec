"""What became of one message, leaf by leaf: the rows every view of the mapping shows, and the account as text.

A row is input path, sign, output path, value, basis. The rows come from the Trace's provenance and drops, so nothing is
worked out a second time; the terminal UI's Mapping pane and ``transform --format text`` differ in layout only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from contracts.codes import CODES
from simulator.comparing.differing import json_type
from simulator.reports.values import Missing, at, bare, short
from simulator.segment.message import Discarded
from simulator.text import cells, shorten_end, shorten_front, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.violations import Violation
    from simulator.mapping.result import Drop, Step
    from simulator.trace import Trace

Fate: TypeAlias = Literal["copied", "converted", "added", "broke", "dropped"]
"""What became of a leaf: as it was, changed on its way, a constant of the mapping, against the contract, not sent."""

SIGNS: dict[Fate, str] = {"copied": "→", "converted": "≈→", "added": "+→", "broke": "✗→", "dropped": "∅"}
CONSTANT, NOW = "(constant)", "(now)"

_PATH, _VALUE, _NAME, _TEXT = 48, 40, 100, 400
"""The widest a column of paths or values gets, and the longest messageId and sentence, in cells."""


class Row(NamedTuple):
    """One leaf on its way.

    Attributes:
        source: JSON Pointer into the message, or ``None`` for a constant and for a time that is now.
        fate: What became of it.
        target: JSON Pointer into the event; the drop's code where it was dropped.
        value: What the event holds at ``target``; ``None`` where it was dropped.
        basis: What that rests on.
        told: The record the row was made from.
    """

    source: str | None
    fate: Fate
    target: str
    value: Any
    basis: str
    told: Step | Drop


def rows(trace: Trace) -> Iterator[Row]:
    """Yield a row for every leaf of a mapped message: what was sent, in the event's order, then what was dropped.

    The message must have been mapped with ``explain``; a discarded message has no rows.
    """
    mapped = trace.mapped
    if mapped is None:
        return
    broken = {item.path for item in trace.violations if item.severity == "error"}
    for step in mapped.provenance:
        fate: Fate = "converted" if step.converted else "copied"
        if step.source is None:
            fate = "added"
        if step.target in broken or step.source in broken:
            fate = "broke"
        yield Row(step.source, fate, step.target, at(mapped.event, step.target), step.basis, step)
    for drop in mapped.dropped:
        yield Row(drop.source, "dropped", drop.code, None, drop.basis, drop)


def unsent(target: str) -> str:
    """Return what stands in place of an input path where the message did not send what is at ``target``."""
    return NOW if target == "/eventTime" else CONSTANT


def account(trace: Trace) -> str:
    """Return the account of one message as text, ending with an empty line: a row a leaf, then drops, then notes."""
    lines = [_heading(trace)]
    if isinstance(trace.admission, Discarded):
        lines += _discarded(trace.admission, trace)
    lines += _table(list(rows(trace)))
    lines += [_note(note) for note in trace.notes]
    return "\n".join(lines) + "\n\n"


def _heading(trace: Trace) -> str:
    admission = trace.admission
    number = f"#{trace.received.index + 1}"
    name = "" if admission.message_id is None else f"  {shorten_end(visible(admission.message_id), _NAME)}"
    if isinstance(admission, Discarded):
        return f"{number}{name}  {shorten_end(visible(admission.call or 'no type'), _VALUE)}  discarded"
    event = shorten_end(visible(admission.event), 2 * _VALUE)
    called = f"track {event}" if admission.call == "track" else "identify"
    return f"{number}{name}  {called}  mapped"


def _note(note: Violation) -> str:
    place = visible(note.path) or "(the whole message)"
    text = shorten_end(visible(note.message), _TEXT)
    said = text if note.path and note.message.startswith(note.path) else f"{place}  {text}"  # many name their place
    return f"  {note.severity}  {note.code}  {said}  [{note.basis}]"


def _discarded(admission: Discarded, trace: Trace) -> list[str]:
    known = CODES[admission.code]
    found = at(trace.received.payload, admission.path) if admission.path else Missing
    got = "" if found is Missing else f"  got {shorten_end(visible(short(found)), _VALUE)} ({json_type(found)})"
    place = visible(admission.path) or "(the whole message)"
    text = shorten_end(visible(admission.message), _TEXT)
    return [f"  {admission.code}  {place}  {text}{got}  [{known.basis}]"]


def _table(found: list[Row]) -> list[str]:
    """Return the rows in columns as wide as this message needs."""
    texts = [
        (
            unsent(row.target) if row.source is None else shorten_front(visible(row.source), _PATH),
            SIGNS[row.fate],
            row.target if row.fate == "dropped" else shorten_front(visible(row.target), _PATH),
            "" if row.fate == "dropped" else shorten_end(visible(bare(row.value)), _VALUE),
            row.basis,
        )
        for row in found
    ]
    widths = [max((cells(column) for column in columns), default=0) for columns in zip(*texts, strict=True)]
    return [
        "  " + "  ".join(text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    ]
