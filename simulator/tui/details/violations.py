"""Violations of one message, of every stage: where, on what basis, what was found, where it came from, the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.details.mapping import wrapped
from simulator.tui.details.values import BASIS_WORDS, Missing, at, json_type, short
from simulator.tui.paint import Span, end, front, line
from simulator.tui.session import findings
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from contracts.violations import Violation
    from simulator.trace import Trace
    from simulator.tui.signs import Signs

_SEVERITY = {"error": "bad", "warning": "warn", "info": "dim"}


def violation_lines(trace: Trace, width: int, signs: Signs, *, of_run: str = "") -> list[DetailLine]:
    """Return every finding of ``trace``, worst first.

    Args:
        trace: The message's way.
        width: Cells.
        signs: The alphabet.
        of_run: Where there is none: the key that lists those of the whole run, where the screen has one.
    """
    found = findings(trace)
    if not found:
        none = DetailLine(line(Span(" None: this message keeps every contract.", "ok")))
        listed = DetailLine(line(Span(f"   {of_run} lists those of the whole run, by code.", "dim")))
        return [none, listed] if of_run else [none]
    lines: list[DetailLine] = []
    for item in found:
        lines += _one(item, trace, width, signs)
        lines.append(DetailLine(line("")))
    return lines[:-1]


def _one(item: Violation, trace: Trace, width: int, signs: Signs) -> list[DetailLine]:
    style = _SEVERITY.get(item.severity, "")
    mark = {"error": signs.broke[:1], "warning": "!"}.get(item.severity, signs.plain("·"))
    room = max(width - 2 - 8 - 10 - 4, 10)
    lines = [
        DetailLine(
            line(
                " ",
                Span(f"{mark} ", style),
                end(item.severity, 8, style),
                front(item.path or "(whole document)", room),
                " ",
                Span(item.basis, "dim"),
            ),
            item,
        )
    ]
    lines += _field("code", item.code, width)
    lines += _field("says", item.message, width)
    value, source = _origin(item, trace)
    if value is not Missing:
        lines += _field("got", f"{short(value)} ({json_type(value)})", width)
    if source:
        lines += _field("from", source, width)
    if item.hint:
        lines += _field("hint", item.hint, width)
    lines += _field("basis", f"{item.basis}: {BASIS_WORDS.get(item.basis, '')}", width)
    return lines


def _field(name: str, text: str, width: int) -> list[DetailLine]:
    first, *rest = wrapped(text, width - 10, most=6) or [line("")]
    lines = [DetailLine((Span("   "), end(name, 6, "dim"), Span(" "), *first))]
    return lines + [DetailLine((Span(" " * 10), *part)) for part in rest]


def _origin(item: Violation, trace: Trace) -> tuple[object, str]:
    """Return the value a finding is about, and the place in the Segment message it comes from."""
    if trace.mapped is not None and item.path:
        value = at(trace.mapped.event, item.path)
        for step in trace.mapped.provenance:
            if step.target == item.path:
                place = step.source if step.source is not None else "added by the mapping"
                return value, f"{place}, rule {step.rule}"
    if item.path:
        value = at(trace.received.payload, item.path)
        return value, ""
    return Missing, ""
