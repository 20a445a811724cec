"""The part of the contract a violation is about, next to the value that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.codes import CODES
from simulator.tui.details.documents import json_lines
from simulator.tui.details.mapping import wrapped
from simulator.tui.details.values import BASIS_WORDS, Missing, at
from simulator.tui.paint import Line, Span, line
from simulator.tui.screens.dialog import Page
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.violations import Violation
    from simulator.trace import Trace


class SchemaPart(Page):
    """A violation in full: what was found, what the code means, the schema where it speaks of that place."""

    def __init__(self, trace: Trace, violation: Violation) -> None:
        super().__init__()
        self._trace = trace
        self._violation = violation

    def title_line(self) -> Line:
        """Code and place."""
        return line(Span(self._violation.code, "bold"), Span(f"  {self._violation.path or '(whole document)'}", "dim"))

    def foot_line(self) -> Line:
        """The key, and the equal command."""
        return line(Span(f"esc   ·   pointillist-sim explain {self._violation.code}", "dim"))

    def build(self, width: int) -> Sequence[DetailLine]:
        """Everything known about it."""
        item = self._violation
        row = CODES.get(item.code)
        lines: list[DetailLine] = [DetailLine(part) for part in wrapped(item.message, width, " ", "bold")]
        if row is not None:
            lines += [DetailLine(part) for part in wrapped(row.sentence, width, " ")]
        lines += [
            DetailLine(part)
            for part in wrapped(f"basis {item.basis}: {BASIS_WORDS.get(item.basis, '')}", width, " ", "dim")
        ]
        if item.hint:
            lines += [DetailLine(part) for part in wrapped(f"hint: {item.hint}", width, " ", "ok")]
        for name, document, schema in self._documents():
            value = at(document, item.path) if item.path else Missing
            if value is not Missing:
                lines += [DetailLine(line("")), DetailLine(line(Span(f" The value, in the {name}", "title")))]
                lines += json_lines(value, width)[:30]
            part = schema_at(schema, item.path)
            if part is not None:
                lines += [DetailLine(line("")), DetailLine(line(Span(" What the schema says there", "title")))]
                lines += json_lines(part, width)[:40]
            if value is not Missing or part is not None:
                break
        return lines

    def _documents(self) -> list[tuple[str, Any, Any]]:
        from contracts.resources import load  # noqa: PLC0415 - read when asked for

        found: list[tuple[str, Any, Any]] = []
        if self._trace.mapped is not None:
            found.append(("event", self._trace.mapped.event, load("pointillist/event")))
        call = self._trace.admission.call
        if call in ("track", "identify"):
            found.append(("message", self._trace.received.payload, load(f"segment/{call}")))
        return found


def schema_at(schema: Any, path: str) -> Any:
    """Return the part of a JSON Schema that speaks of the value at a JSON Pointer, or ``None``."""
    part = schema
    for raw in path.split("/")[1:]:
        key = raw.replace("~1", "/").replace("~0", "~")
        part = _resolve(part, schema)
        if not isinstance(part, dict):
            return None
        properties = part.get("properties")
        if isinstance(properties, dict) and key in properties:
            part = properties[key]
        elif "items" in part and key.isdecimal():
            part = part["items"]
        elif isinstance(part.get("additionalProperties"), dict):
            part = part["additionalProperties"]
        else:
            return None
    part = _resolve(part, schema)
    return part if part is not schema else None


def _resolve(part: Any, schema: Any) -> Any:
    """Follow local references, a few at most."""
    for _ in range(8):
        reference = part.get("$ref") if isinstance(part, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#"):
            return part
        part = at(schema, reference[1:])
        if part is Missing:
            return None
    return part
