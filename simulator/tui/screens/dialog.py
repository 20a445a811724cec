"""Questions and pages above a screen: a frame with lines, closed by ``esc``; picks are answered with their key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding

from simulator.tui.paint import Line, Span, line, width_of
from simulator.tui.screens.above import Above
from simulator.tui.widgets.lines_view import LinesView, height_of
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from simulator.tui.widgets.lines_view import DetailLine


class Page(Above[Any]):
    """A page of lines in a frame, as wide and as high as it needs."""

    CSS_PATH = "dialog.tcss"
    NAME: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "Close", show=False, id="page.close"),
        Binding("ctrl+c", "app.interrupt", "Quit", show=False, id="page.interrupt"),
    ]
    AUTO_FOCUS = "#page"

    def compose(self) -> ComposeResult:
        """The frame."""
        yield LinesView(id="page")

    def on_mount(self) -> None:
        """Fill the frame."""
        self.fill()

    def on_resize(self) -> None:
        """Take the width there is."""
        self.fill()

    # What subclasses say.

    def title_line(self) -> Line:
        """The frame's title."""
        return line(Span(self.NAME, "bold"))

    def foot_line(self) -> Line:
        """The frame's bottom."""
        return line(Span("esc", "dim"))

    def build(self, width: int) -> Sequence[DetailLine]:
        """The lines."""
        raise NotImplementedError

    def most_width(self) -> int:
        """How wide it may become."""
        return 100

    def fill(self, *, keep: bool = True) -> None:
        """Build the lines and fit the frame to them."""
        page = self.query_one("#page", LinesView)
        width, height = self.app.size
        room = min(self.most_width(), width - 4) - 2
        lines = self.build(room)
        widest = max((width_of(entry.line) for entry in lines), default=10)
        # An explanation that unfolds below the selected line must not change the width: count it too.
        widest = max([widest, *(width_of(part) for entry in lines for part in (*entry.rest, *entry.more))])
        title = width_of(self.title_line()) + 4
        foot = width_of(self.foot_line()) + 4
        inner = min(max(widest + 1, title, foot, 20), room)
        unfolded = max((len(entry.more) for entry in lines), default=0)
        page.styles.width = inner + 2
        page.styles.height = min(height_of(lines) + unfolded, height - 6) + 2
        page.show(self.build, keep=keep)
        page.frame(self.title_line(), self.foot_line())
        if page.selected is None and page.keys:
            page.select_key(page.keys[0])

    @on(VirtualList.Opened, "#page")
    def _opened(self, event: VirtualList.Opened) -> None:
        event.stop()
        if isinstance(event.list, LinesView):
            self.chosen(event.list.selected_key)

    def chosen(self, key: Any) -> None:
        """``enter`` on a line."""
        self.dismiss(key)
