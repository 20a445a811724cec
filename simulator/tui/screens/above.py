"""What stands above a screen (pages, questions, panels) and closes once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen, ScreenResultType

if TYPE_CHECKING:
    from simulator.tui.app import SimulatorApp


class Above(ModalScreen[ScreenResultType]):
    """A screen above another."""

    @property
    def simulator(self) -> SimulatorApp:
        """The app."""
        return cast("SimulatorApp", self.app)

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Close with an answer; does nothing where it is closed already, or covered.

        Textual takes away whatever is on top: an answer that comes late would close somebody else's page, or end the
        app with nothing left to close.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    def action_leave(self) -> None:
        """Close without an answer."""
        self.dismiss(None)
