"""The log of requests: when, what, how answered, how long."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.tui.details.people import clock
from simulator.tui.paint import Span, end, line, right
from simulator.tui.screens.dialog import Page
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence


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
            for attempt in reversed(trace.attempts):
                good = attempt.status is not None and attempt.status < 300
                answer = str(attempt.status) if attempt.status is not None else f"no answer: {attempt.error}"
                lines.append(
                    DetailLine(
                        (
                            Span(" "),
                            Span(clock(attempt.at_us, millis=True), "dim"),
                            Span("  POST /event  "),
                            end(answer, 6 if good else 20, "ok" if good else "bad"),
                            right(f"{attempt.seconds * 1000:.1f} ms", 11, "dim"),
                            Span(f"  attempt {attempt.number}  ", "dim"),
                            end(str(trace.mapped.event.get("eventType", "")), max(width - 70, 10), "blue"),
                            Span(" "),
                        ),
                        (number, attempt.number),
                    )
                )
        return lines or [DetailLine(line(Span(" No request yet.", "dim")))]

    def chosen(self, key: Any) -> None:  # noqa: ARG002 - a line of the log leads nowhere
        """``enter`` closes."""
        self.dismiss(None)
