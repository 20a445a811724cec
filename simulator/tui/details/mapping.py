"""The mapping as rows: input path, sign, output path, value, basis. One row a leaf, nothing left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.codes import CODES
from simulator.comparing.differing import json_type
from simulator.mapping.result import Drop, Step
from simulator.reports.accounts import rows, unsent
from simulator.reports.values import BASIS_WORDS, at, bare, short
from simulator.segment.message import Discarded
from simulator.tui.paint import Line, Span, end, front, line
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from simulator.reports.accounts import Row
    from simulator.trace import Trace
    from simulator.tui.signs import Signs


def mapping_lines(
    trace: Trace, width: int, signs: Signs, *, mapping: str = "segment-docs", dropped_only: bool = False
) -> list[DetailLine]:
    """Return the rows of ``trace`` for ``width`` cells."""
    if isinstance(trace.admission, Discarded):
        return discarded_lines(trace.admission, trace, width)
    mapped = trace.mapped
    if mapped is None:
        return [DetailLine(line(Span(" not mapped yet", "dim")))]
    columns = _Columns(width)
    found = [row for row in rows(trace) if row.fate == "dropped" or not dropped_only]
    if not found:
        return [DetailLine(line(Span(" Nothing was dropped.", "dim")))]
    found.sort(key=_is_constant)  # what comes from the message first
    shown = (
        _drop(row, trace, columns, signs)
        if row.fate == "dropped"
        else _step(row, trace, columns, signs=signs, mapping=mapping)
        for row in found
    )
    return [DetailLine(columns.heading()), *shown]


def mapping_state(trace: Trace, signs: Signs) -> Line:
    """Return what the frame says below the rows: ``7 mapped · 1 added · 2 dropped``."""
    mapped = trace.mapped
    if mapped is None:
        return line(Span("never left Segment", "dim"))
    added = sum(1 for step in mapped.provenance if step.source is None)
    parts = [f"{len(mapped.provenance) - added} mapped", f"{added} added", f"{len(mapped.dropped)} dropped"]
    return line(Span(signs.plain(" · ").join(parts), "dim"))


def discarded_lines(admission: Discarded, trace: Trace, width: int) -> list[DetailLine]:
    """Return why a message never left Segment."""
    row = CODES.get(admission.code)
    lines = [
        DetailLine(line(Span(" Discarded by Segment, never sent to Pointillist.", "bold"))),
        DetailLine(line("")),
        DetailLine(line(" ", Span(admission.code, "warn"), f"  {admission.path}")),
    ]
    texts = [admission.message, *([row.hint] if row and row.hint else [])]
    if row:
        texts.append(f"basis: {row.basis}, {BASIS_WORDS[row.basis]}")
    at_path = at(trace.received.payload, admission.path)
    if admission.path and isinstance(at_path, (str, int, float, bool, type(None), list, dict)):
        texts.append(f"got {short(at_path)} ({json_type(at_path)})")
    for text in texts:
        lines.extend(DetailLine(part) for part in wrapped(text, width, "   "))
    return lines


class _Columns:
    """Widths of the five columns."""

    def __init__(self, width: int) -> None:
        room = max(width - 1 - 4 - 9 - 1, 24)
        self.value = max(min(room // 4, 40), 6)
        self.source = (room - self.value) // 2
        self.target = room - self.value - self.source - 1

    def heading(self) -> Line:
        """The names of the columns."""
        return (
            Span(" "),
            end("SEGMENT", self.source, "title"),
            Span("    "),
            end("POINTILLIST", self.target, "title"),
            Span(" "),
            end("VALUE", self.value, "title"),
            Span(" "),
            Span("BASIS", "title"),
        )

    def row(self, source: Span, sign: Span, target: Span, value: Span, basis: str) -> Line:
        """One row."""
        return (Span(" "), source, Span(" "), sign, target, Span(" "), value, Span(" "), end(basis, 8, "dim"))


_STYLES = {"copied": "ok", "converted": "accent", "added": "ok", "broke": "bad", "dropped": "warn"}


def _is_constant(row: Row) -> bool:
    return row.source is None


def _sign(row: Row, signs: Signs) -> Span:
    return Span(f"{signs.fate(row.fate):<3}", _STYLES[row.fate])


def _step(row: Row, trace: Trace, columns: _Columns, *, signs: Signs, mapping: str) -> DetailLine:
    step, value = row.told, row.value
    assert isinstance(step, Step)
    source = end(unsent(row.target), columns.source, "dim") if row.source is None else front(row.source, columns.source)
    shown = value[11:] if row.target == "/eventTime" and isinstance(value, str) else bare(value)
    target = front(row.target, columns.target, "blue")
    cells = columns.row(source, _sign(row, signs), target, end(shown, columns.value), row.basis)
    width = columns.source + columns.target + columns.value + 13
    detail = [f"rule {step.rule}, {mapping}: {step.basis}, {BASIS_WORDS[step.basis]}"]
    if row.source is not None:
        original = at(trace.received.payload, row.source)
        text = f"{row.source} {signs.copied} {row.target} = {short(value)}"
        if step.converted:
            text += f", was {short(original)} ({json_type(original)})"
        detail.insert(0, text)
    else:
        detail.insert(0, f"{row.target} = {short(value)}, added by the mapping")
    detail += [
        f"{item.severity}: {item.message}"
        for item in trace.violations
        if item.path and item.path in (row.target, row.source)
    ]
    more = [part for text in detail for part in wrapped(text, width, "   ", "dim", most=4)]
    return DetailLine(cells, ("step", row.source, row.target), more)


def _drop(row: Row, trace: Trace, columns: _Columns, signs: Signs) -> DetailLine:
    drop = row.told
    assert isinstance(drop, Drop)
    cells = columns.row(
        front(drop.source, columns.source, "dim"),
        _sign(row, signs),
        end(drop.code, columns.target, "warn"),
        end("", columns.value),
        drop.basis,
    )
    known = CODES.get(drop.code)
    texts = [f"{drop.source} does not reach Pointillist: {known.sentence if known else drop.code}"]
    if drop.code != "secret_like":
        texts.append(f"value {short(at(trace.received.payload, drop.source))}")
    texts.append(f"basis {drop.basis}: {BASIS_WORDS[drop.basis]}")
    width = columns.source + columns.target + columns.value + 13
    return DetailLine(
        cells,
        ("drop", drop.source, drop.code),
        [part for text in texts for part in wrapped(text, width, "   ", "dim", most=4)],
    )


def wrapped(text: str, width: int, indent: str = "", style: str = "", most: int = 200) -> list[Line]:
    """Return ``text`` in lines of ``width`` cells, broken at spaces where there are any; ``most`` lines at most."""
    from simulator.text import cells, shorten_end, visible  # noqa: PLC0415 - beside their only use

    room = max(width - len(indent), 8)
    lines: list[Line] = []
    rest = visible(text)
    while rest and len(lines) < most:
        if cells(rest) <= room:
            lines.append((Span(indent), Span(rest, style)))
            return lines
        cut = room
        while cells(rest[:cut]) > room:
            cut -= 1
        space = rest.rfind(" ", 0, cut + 1)
        if space > room // 2:
            cut = space
        if len(lines) == most - 1:
            lines.append((Span(indent), Span(shorten_end(rest, room), style)))
            return lines
        lines.append((Span(indent), Span(rest[:cut], style)))
        rest = rest[cut:].lstrip(" ")
    return lines
