"""The log of requests: when, what, how answered, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.tui.details.people import clock
from simulator.tui.paint import Line, Span, end, line, right
from simulator.tui.screens.dialog import Page
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.trace import Attempt


class RequestLog(Page):
    """The last requests, newest first."""

    NAME = "Log of requests"

    def most_width(self) -> int:
        """Room for event types."""
        return 110

    def build(self, width: int) -> Sequence[DetailLine]:
        """One line an attempt, newest first."""
        session = self.simulator.session
        rows = session.rows
        lines: list[DetailLine] = []
        for number in range(rows.next_number - 1, max(rows.base, rows.next_number - 300) - 1, -1):
            trace = session.trace(number)
            if trace is None or trace.mapped is None:
                continue
            event = trace.mapped.event
            lines += [
                DetailLine(_request(event, attempt, width), (number, attempt.number))
                for attempt in reversed(trace.attempts)
            ]
        return lines or [DetailLine(line(Span(" No request yet.", "dim")))]

    def chosen(self, key: Any) -> None:  # noqa: ARG002 - a line of the log leads nowhere
        """``enter`` closes."""
        self.dismiss(None)


def _request(event: Mapping[str, Any], attempt: Attempt, width: int) -> Line:
    good = attempt.status is not None and attempt.status < 300
    what = str(event.get("eventType", "")) if attempt.error is None else f"no answer: {attempt.error}"
    return (
        Span(" "),
        Span(clock(attempt.at_us, millis=True), "dim"),
        Span("  POST /event  "),
        end("net" if attempt.status is None else str(attempt.status), 4, "ok" if good else "bad"),
        right("" if attempt.seconds is None else f"{attempt.seconds * 1000:,.1f} ms", 12, "dim"),
        Span(f"  attempt {attempt.number:<4}", "dim"),
        end(what, max(width - 60, 10), "blue" if attempt.error is None else "bad"),
    )
