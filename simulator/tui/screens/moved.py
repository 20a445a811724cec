"""The events a merge moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.tui.details.people import brief, brief_actor, clock
from simulator.tui.paint import Line, Span, end, line, width_of
from simulator.tui.screens.dialog import Page
from simulator.tui.top_line import counted
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.reading import LogRow
    from simulator.tui.story import Story


class MovedScreen(Page):
    """Every event of one row of the merge log; ``enter`` asks why."""

    def __init__(self, story: Story, row: LogRow) -> None:
        super().__init__()
        self._story = story
        self._row = row

    def title_line(self) -> Line:
        """Which merge."""
        row = self._row
        what = f"Moved by {brief(row.message, 24)}" if row.message else "Moved by unlink"
        return line(Span(what, "bold"), Span(f"  {counted(row.events, 'event')}", "dim"))

    def foot_line(self) -> Line:
        """The keys."""
        return line(Span("enter Why   esc", "dim"))

    def build(self, width: int) -> Sequence[DetailLine]:
        """One line an event: time, type, old id struck through, new owner."""
        row, signs = self._row, self.simulator.signs
        if row.kind == "conflict":
            return [DetailLine(line(f" Nothing moved: {row.text}"))]
        moved = (
            Span(brief_actor(row.from_, 18), "strike"),
            Span(f" {signs.became} "),
            Span(brief_actor(row.to, 14), "bold"),
        )
        points = self._story.moved_by(row)
        longest = max((width_of((Span(point.happening.event.event_type),)) for point in points), default=0)
        room = min(longest, max(width - 16 - width_of(moved), 12))
        lines = []
        for point in points:
            event = point.happening.event
            lines.append(
                DetailLine(
                    (
                        Span(f" {signs.claimed} ", "blue"),
                        Span(clock(event.time_us), "dim"),
                        Span("  "),
                        end(event.event_type, room, "blue"),
                        Span("  "),
                        *moved,
                    ),
                    point.happening.event_id,
                )
            )
        return lines or [DetailLine(line(Span(" No event moved.", "dim")))]

    def chosen(self, key: Any) -> None:
        """Why this one."""
        if key:
            self.simulator.show_why(event=str(key))
