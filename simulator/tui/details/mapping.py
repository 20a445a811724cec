"""The mapping as rows: input path, sign, output path, value, basis. One row a leaf, nothing left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.codes import CODES
from simulator.segment.message import Discarded
from simulator.tui.details.values import BASIS_WORDS, at, bare, kind, short
from simulator.tui.paint import Line, Span, end, front, line
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from simulator.mapping.result import Drop, Step
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
    rows = [DetailLine(columns.heading())]
    broken = {item.path for item in trace.violations if item.severity == "error"}
    steps = () if dropped_only else mapped.provenance

    def made(constants: bool) -> list[DetailLine]:
        return [
            _step(step, trace, columns, signs=signs, broken=broken, mapping=mapping)
            for step in steps
            if (step.source is None) is constants
        ]

    rows += made(constants=False)
    rows.extend(_drop(drop, trace, columns, signs) for drop in mapped.dropped)
    rows += made(constants=True)
    if len(rows) == 1:
        rows = [DetailLine(line(Span(" Nothing was dropped.", "dim")))]
    return rows


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
        texts.append(f"got {short(at_path)} ({kind(at_path)})")
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


def _step(step: Step, trace: Trace, columns: _Columns, *, signs: Signs, broken: set[str], mapping: str) -> DetailLine:
    assert trace.mapped is not None
    value = at(trace.mapped.event, step.target)
    broke = step.target in broken or (step.source is not None and step.source in broken)
    if broke:
        sign = Span(f"{signs.broke:<3}", "bad")
    elif step.source is None:
        sign = Span(f"{signs.added:<3}", "ok")
    elif step.converted:
        sign = Span(f"{signs.converted:<3}", "accent")
    else:
        sign = Span(f"{signs.copied:<3}", "ok")
    source = Span(" " * columns.source) if step.source is None else front(step.source, columns.source)
    if step.source is None:
        source = end("(constant)", columns.source, "dim")
    shown = value[11:] if step.target == "/eventTime" and isinstance(value, str) else bare(value)
    row = columns.row(source, sign, front(step.target, columns.target, "blue"), end(shown, columns.value), step.basis)
    width = columns.source + columns.target + columns.value + 13
    detail = [f"rule {step.rule}, {mapping}: {step.basis}, {BASIS_WORDS[step.basis]}"]
    if step.source is not None:
        original = at(trace.received.payload, step.source)
        text = f"{step.source} {signs.copied} {step.target} = {short(value)}"
        if step.converted:
            text += f", was {short(original)} ({kind(original)})"
        detail.insert(0, text)
    else:
        detail.insert(0, f"{step.target} = {short(value)}, added by the mapping")
    detail += [
        f"{item.severity}: {item.message}"
        for item in trace.violations
        if item.path and item.path in (step.target, step.source)
    ]
    more = [part for text in detail for part in wrapped(text, width, "   ", "dim", most=4)]
    return DetailLine(row, ("step", step.source, step.target), more)


def _drop(drop: Drop, trace: Trace, columns: _Columns, signs: Signs) -> DetailLine:
    row = columns.row(
        front(drop.source, columns.source, "dim"),
        Span(f"{signs.dropped:<3}", "warn"),
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
        row,
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
