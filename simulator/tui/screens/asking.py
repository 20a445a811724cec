"""Questions: one line of text (a file name, an id), and yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from simulator.tui.paint import Line, Span, line, safe_title
from simulator.tui.screens.above import Above
from simulator.tui.screens.dialog import Page
from simulator.tui.widgets.lines_view import DetailLine
from simulator.tui.widgets.safe_input import SafeInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType


class AskText(Above[str]):
    """Asks for one line of text; ``esc`` answers with ``None``.

    Args:
        title: In the frame.
        hint: Below the input: what is wanted.
        value: What stands there already.
    """

    CSS_PATH = "asking.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel", show=False, id="ask.cancel"),
        Binding("ctrl+c", "app.interrupt", "Quit", show=False, id="ask.interrupt"),
    ]
    AUTO_FOCUS = "#answer"

    def __init__(self, title: str, hint: str, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._value = value

    def compose(self) -> ComposeResult:
        """The frame, the input, the hint."""
        with Vertical(id="box"):
            yield SafeInput(self._value, id="answer", compact=True)
            yield Static(safe_title(line(Span(self._hint, "dim"))), id="hint")

    def on_mount(self) -> None:
        """Write the frame."""
        box = self.query_one("#box")
        box.border_title = safe_title(line(Span(self._title, "bold")))
        box.border_subtitle = safe_title(line(Span("enter OK, esc cancel", "dim")))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value.strip() or None)


class Confirm(Page):
    """Asks whether to do something that cannot be undone; only ``y`` is yes.

    Args:
        question: In the frame.
        lines: What will happen, and to what.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes", show=False, id="confirm.yes"),
        Binding("n,escape,q", "leave", "No", show=False, id="confirm.no"),
    ]

    def __init__(self, question: str, lines: Sequence[Line]) -> None:
        super().__init__()
        self._question = question
        self._lines = lines

    def title_line(self) -> Line:
        """The question."""
        return line(Span(self._question, "bold"))

    def foot_line(self) -> Line:
        """The two answers."""
        return line(Span("y Yes   esc No", "dim"))

    def build(self, width: int) -> Sequence[DetailLine]:  # noqa: ARG002 - prepared lines
        """What will happen."""
        return [DetailLine((Span(" "), *part)) for part in self._lines]

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(True)

    def chosen(self, key: object) -> None:
        """``enter`` alone does nothing that cannot be undone."""
