"""The result of Edit: the mapping's rows with what a save changed, and what is wrong with the event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.details.mapping import mapping_lines, wrapped
from simulator.tui.details.violations import violation_lines
from simulator.tui.paint import Span, line
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.trace import Trace
    from simulator.tui.signs import Signs

_OF_THE_EVENT = ("/labels", "/numbers", "/event", "/actors")
"""Paths of an event; those of a plan or of the message are no reason to refuse it."""


def edited_lines(
    trace: Trace, width: int, signs: Signs, *, mapping: str, before: Mapping[str, str]
) -> list[DetailLine]:
    """Return rows, violations and the verdict.

    Args:
        trace: The message's way now.
        width: Cells.
        signs: The alphabet.
        mapping: The mapping's name.
        before: What became of a path before the last save, where that was something else.
    """
    lines: list[DetailLine] = []
    for entry in mapping_lines(trace, width - 1, signs, mapping=mapping):
        was = before.get(_source(entry.key))
        mark = Span(signs.changed if was else " ", "warn bold")
        lines.append(entry._replace(line=(entry.line[0], mark, *entry.line[1:])))
        if was:
            lines += [DetailLine(part) for part in wrapped(f"was: {was}", width, "    ", "warn", most=2)]
    lines.append(DetailLine(line("")))
    lines += violation_lines(trace, width, signs)
    if trace.mapped is not None and any(
        found.severity == "error" and found.path.startswith(_OF_THE_EVENT) for found in trace.violations
    ):
        lines += [DetailLine(line("")), DetailLine(line(Span(" Would be refused with 400.", "bad bold")))]
    return lines


def _source(key: object) -> str:
    """Return the input path of a mapping row, as ``changed_rows`` names it."""
    return str(key[1] or f"(constant) {key[2]}") if isinstance(key, tuple) else ""
