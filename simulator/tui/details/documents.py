"""The raw documents: the Segment message as received, the Pointillist event, and each delivery attempt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from simulator.tui.details.mapping import wrapped
from simulator.tui.details.values import bare, flattened
from simulator.tui.paint import Span, end, line
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from simulator.trace import Trace
    from simulator.tui.signs import Signs

_VALUE_STYLES = {"string": "", "number": "accent", "boolean": "accent", "null": "dim", "mark": "dim"}

LINES = 2_000
"""Lines of a document shown; longer ones say how many more there are."""


def json_lines(document: Any, width: int) -> list[DetailLine]:
    """Return ``document`` laid out as JSON, long values wrapped, never cut."""
    lines: list[DetailLine] = []
    for count, (indent, label, value, kind) in enumerate(flattened(document)):
        if count >= LINES:
            lines.append(DetailLine(line(Span(" … longer than the pane shows: y copies all of it", "warn"))))
            break
        pad = " " + "  " * min(indent, max(width // 4, 1))
        head = (Span(pad), Span(label, "blue" if kind != "mark" else ""), Span(value, _VALUE_STYLES.get(kind, "")))
        room = width - len(pad) - len(label)
        if len(value) <= room and (value.isascii() or len(value) * 2 <= room):
            lines.append(DetailLine(head, count))
            continue
        if label:
            lines.append(DetailLine(head[:2], count))
        parts = wrapped(value, width, pad + "  ", _VALUE_STYLES.get(kind, ""))
        lines.extend(DetailLine(part, (count, place)) for place, part in enumerate(parts))
    return lines


def segment_lines(trace: Trace, width: int) -> list[DetailLine]:
    """Return the message as received, and where it came from."""
    head = [DetailLine(line(Span(f" {trace.received.origin or 'unknown origin'}", "dim")))]
    return head + json_lines(trace.received.payload, width)


def event_lines(trace: Trace, width: int) -> list[DetailLine]:
    """Return the event as Pointillist's own *Event Data* table: Attribute Name, Data Type, Value (``fact``).

    Event Type and Event Time come first, without a type, then identifiers, labels and numbers.
    """
    if trace.mapped is None:
        return [DetailLine(line(Span(" This message became no event: it was discarded.", "dim")))]
    event = trace.mapped.event
    rows: list[tuple[str, str, str]] = [
        ("Event Type", "", bare(event.get("eventType"))),
        ("Event Time", "", bare(event.get("eventTime"))),
        ("Event Source", "", bare(event.get("eventSource"))),
    ]
    for actor, ids in _items(event.get("actors")):
        rows += [(f"{actor} {name}", "identifier", bare(value)) for name, value in _items(ids)]
    rows += [(name, "label", bare(value)) for name, value in _items(event.get("labels"))]
    rows += [(name, "number", bare(value)) for name, value in _items(event.get("numbers"))]
    name_width = min(max((len(name) for name, _, _ in rows), default=10), max(width // 2, 12))
    lines = [
        DetailLine(
            line(
                " ",
                end("ATTRIBUTE NAME", name_width, "title"),
                " ",
                end("DATA TYPE", 11, "title"),
                Span("VALUE", "title"),
            )
        )
    ]
    room = max(width - name_width - 13, 8)
    for name, kind, value in rows:
        first, *rest = wrapped(value, room) or [line("")]
        lines.append(
            DetailLine((Span(" "), end(name, name_width, "blue"), Span(" "), end(kind, 11, "dim"), *first), name)
        )
        pad = Span(" " * (name_width + 13))
        lines.extend(DetailLine((pad, *part)) for part in rest[:200])
    return lines


def http_lines(trace: Trace, width: int, signs: Signs, *, url: str, token: str) -> list[DetailLine]:
    """Return each attempt: the request with the token masked, the answer, and the wait after it."""
    if trace.mapped is None:
        return [DetailLine(line(Span(" Nothing was sent: the message was discarded.", "dim")))]
    if not trace.attempts:
        return [DetailLine(line(Span(" No answer yet.", "dim")))]
    masked = token[:2] + signs.plain("…") if token else "(none)"
    lines = []
    for attempt in trace.attempts:
        stamp = datetime.fromtimestamp(attempt.at_us / 1_000_000, UTC).strftime("%H:%M:%S.%f")[:-3]
        took = "" if attempt.seconds is None else f"  {attempt.seconds * 1000:.1f} ms"
        lines += [
            DetailLine(
                line(
                    Span(f" Attempt {attempt.number}", "bold"),
                    Span(f"  {stamp}{took}", "dim"),
                ),
                ("attempt", attempt.number),
            ),
            DetailLine(line("   POST ", Span(f"{url}/event"))),
            DetailLine(line("   apiToken: ", Span(masked), Span("   User-Agent: Segment.io/1.0", "dim"))),
        ]
        if attempt.status is None:
            lines.append(DetailLine(line("   ", Span(f"no answer: {attempt.error}", "bad"))))
        else:
            good = 200 <= attempt.status < 300
            lines.append(DetailLine(line("   ", Span(f"{attempt.status}", "ok bold" if good else "bad bold"))))
            if isinstance(attempt.body, (dict, list)):
                lines += [DetailLine((Span("    "), *entry.line)) for entry in json_lines(attempt.body, width - 4)]
            elif attempt.body:
                lines += [DetailLine(part) for part in wrapped(str(attempt.body), width, "     ")]
        if attempt.wait is not None:
            lines.append(DetailLine(line(Span(f"   waits {attempt.wait:.2f} s, then tries again", "dim"))))
        lines.append(DetailLine(line("")))
    return lines


def _items(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
