"""The timeline pane: lanes and the selected event; up and down go from event to event."""

from __future__ import annotations

from textual.message import Message

from simulator.tui.widgets.lines_view import LinesView


class Timeline(LinesView):
    """Lanes cannot be selected; events can."""

    class Stepped(Message):
        """The user wants the event before (-1) or after (1) the selected one, or the first (-2) or last (2)."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def action_move(self, step: int) -> None:
        """The event before or after."""
        self.post_message(self.Stepped(step))

    def action_first(self) -> None:
        """The first event."""
        self.post_message(self.Stepped(-2))

    def action_last(self) -> None:
        """The last event."""
        self.post_message(self.Stepped(2))
