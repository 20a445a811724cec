"""The filter line: filters while you type; a wrong key is said here, with the nearest known one."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from simulator.tui.paint import Span, line, safe_title
from simulator.tui.widgets.safe_input import SafeInput


class FilterLine(SafeInput):
    """One line of filter terms, hidden until ``/``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Clear the filter", show=False, id="filter.clear"),
        Binding("enter", "keep", "Keep the filter", show=False, id="filter.keep"),
        Binding("down", "keep", "To the list", show=False, id="filter.down"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(placeholder='status:rejected  type:"Order*"  !user:u_42  code:type_flips  any word', id=id)
        self._complaint = ""

    def on_mount(self) -> None:
        """Hidden until asked for."""
        self.display = False
        self.border_title = safe_title(line(Span("Filter", "bold"), Span("  enter keeps it, esc clears it", "dim")))

    def open(self) -> None:
        """Show it and take the focus."""
        self.display = True
        self.focus()

    def complain(self, text: str) -> None:
        """Say what is wrong with the text; ``""`` takes it back."""
        self._complaint = text
        self.set_class(bool(text), "-wrong")
        if text:
            self.border_subtitle = safe_title(line(Span(text, "bad")))

    def progress(self, text: str) -> None:
        """Say how many are left, or which term removed everything."""
        if not self._complaint:
            style = "warn" if text.startswith("nothing") else "dim"
            self.border_subtitle = safe_title(line(Span(text, style)))

    def leave(self) -> None:
        """Go, and leave the filter in force; an empty one hides itself."""
        self.display = bool(self.value.strip())

    def action_close(self) -> None:
        """Clear the filter and go back to the list."""
        self.value = ""
        self.display = False
        self.screen.query_one("#messages").focus()

    def action_keep(self) -> None:
        """Keep the filter and go to the list."""
        if self._complaint:
            return
        self.leave()
        self.screen.query_one("#messages").focus()
