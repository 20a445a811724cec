"""A list of any length: only the lines on screen ever become text.

``changed()`` after records came in sets one timer for a thirtieth of a second; the flush sets the virtual size once,
follows the end if asked to, and repaints once. ``render_line`` takes the record at its place, draws one line and keeps
the strip in a cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.cache import LRUCache
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from simulator.tui.records import Records
from simulator.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from rich.style import Style
    from textual.binding import BindingType
    from textual.events import Click, MouseScrollDown, MouseScrollUp
    from textual.timer import Timer

    from simulator.tui.paint import Line

FLUSH = 1 / 30
"""Seconds between two repaints for new records."""
STRIPS = 500
"""Drawn lines kept: a few views of them, so that going back and forth draws nothing anew."""


class VirtualList(Painted, ScrollView, can_focus=True, inherit_bindings=False):
    """Shows :class:`~simulator.tui.records.Records`; subclasses say how one is drawn and which can be selected."""

    DEFAULT_CSS: ClassVar[str] = """
    VirtualList { scrollbar-size: 0 0; overflow: hidden scroll; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down,j", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="list.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="list.page-down"),
        Binding("home", "first", "First", show=False, id="list.first"),
        Binding("end", "last", "Last, and follow", show=False, id="list.last"),
        Binding("enter", "open", "Open", show=False, id="list.open"),
    ]

    class Selected(Message):
        """The selection moved.

        Attributes:
            list: The widget.
            number: Number of the record selected, or ``None``.
        """

        def __init__(self, sender: VirtualList, number: int | None) -> None:
            super().__init__()
            self.list = sender
            self.number = number

        @property
        def control(self) -> VirtualList:
            """The widget, for ``@on`` with a selector."""
            return self.list

    class Opened(Selected):
        """``enter`` on a record."""

    class Moved(Message):
        """What is in view changed: rows came, or it was scrolled."""

        can_bubble = True

        def __init__(self, sender: VirtualList) -> None:
            super().__init__()
            self.list = sender

        @property
        def control(self) -> VirtualList:
            """The widget, for ``@on`` with a selector."""
            return self.list

        def can_replace(self, message: Message) -> bool:
            """Ten in a row say no more than one."""
            return isinstance(message, VirtualList.Moved) and message.list is self.list

    def __init__(self, records: Records[Any] | None = None, *, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self.records: Records[Any] = records if records is not None else Records()
        self.selected: int | None = None
        self.following = False
        self._flush_due: Timer | None = None
        self._strips: LRUCache[tuple[int, int, bool, bool], tuple[Any, Strip]] = LRUCache(STRIPS)
        self._base = 0

    # What subclasses say.

    def draw(self, record: Any, width: int, selected: bool) -> Line:
        """Return the line of ``record``, ``width`` cells wide at most."""
        raise NotImplementedError

    def can_select(self, record: Any) -> bool:  # noqa: ARG002 - the answer depends on it in subclasses
        """Whether the selection may stand on ``record``."""
        return True

    # Records coming in.

    def changed(self) -> None:
        """Say that records came in or changed; repaints once within a thirtieth of a second."""
        if self._flush_due is None and self.is_attached:
            self._flush_due = self.set_timer(FLUSH, self.flush)

    def flush(self) -> None:
        """Take up the records as they are now."""
        self._flush_due = None
        dropped, self._base = self.records.base - self._base, self.records.base
        count = len(self.records)
        self._measure(count)
        if self.following:
            self.scroll_to(y=self._last_top, animate=False, immediate=True)
        elif dropped > 0 and not self.records.filtered:
            self.scroll_to(y=max(self.scroll_offset.y - dropped, 0), animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved(self))

    def _measure(self, count: int) -> None:
        """Say how many lines there are.

        Set past the reactive: there are no scroll bars, so that nobody else's place depends on it, and a layout of the
        whole screen thirty times a second would cost more than all the rest.
        """
        size = Size(self.scrollable_content_region.width, count)
        if size != self.virtual_size:
            self.set_reactive(VirtualList.virtual_size, size)

    def forget(self) -> None:
        """Drop every strip: the alphabet, the columns or the data behind the records changed."""
        self._strips.clear()
        self.refresh()

    def notify_style_update(self) -> None:
        """Colours changed with the theme."""
        self._strips.clear()
        super().notify_style_update()

    def on_resize(self) -> None:
        """Columns depend on the width."""
        self.flush()

    @property
    def page(self) -> int:
        """Lines in view."""
        return max(self.scrollable_content_region.height, 1)

    @property
    def _last_top(self) -> int:
        return max(len(self.records) - self.page, 0)

    @property
    def below(self) -> int:
        """Records below the view."""
        return max(len(self.records) - self.scroll_offset.y - self.page, 0)

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """Draw one line of the view."""
        width = self.scrollable_content_region.width
        place = self.scroll_offset.y + y
        if place >= len(self.records):
            return Strip.blank(width, self.painter.style(""))
        number = self.records.number_at(place)
        record = self.records.at(place)
        selected = number == self.selected
        key = (number, width, selected, self.has_focus)
        known = self._strips.get(key)
        if known is not None and known[0] is record:
            return known[1]
        over: Style | None = self.cursor_style if selected else None
        strip = self.painter.strip(self.draw(record, width, selected), width, over)
        self._strips[key] = (record, strip)
        return strip

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor is brighter in the pane with the focus."""
        super().watch_has_focus(has_focus)
        self.refresh()

    # Moving.

    def select(self, number: int | None, *, show: bool = True) -> None:
        """Select the record of ``number``; scroll it into view unless told otherwise."""
        changed = number != self.selected
        self.selected = number
        if number is not None and show:
            self._show_place(self.records.place_of(number))
        self.refresh()
        if changed:
            self.post_message(self.Selected(self, number))

    def select_place(self, place: int, step: int = 1) -> None:
        """Select the record at ``place``, or the nearest selectable one in direction ``step``, then the other."""
        count = len(self.records)
        if not count:
            return
        place = min(max(place, 0), count - 1)
        for direction in (step, -step):
            at = place
            while 0 <= at < count:
                if self.can_select(self.records.at(at)):
                    self.select(self.records.number_at(at))
                    return
                at += direction

    def _show_place(self, place: int) -> None:
        top = self.scroll_offset.y
        if place < top:
            self._scroll(place)
        elif place >= top + self.page:
            self._scroll(place - self.page + 1)

    def _scroll(self, top: int) -> None:
        top = min(max(top, 0), self._last_top)
        self._measure(len(self.records))
        self.scroll_to(y=top, animate=False, immediate=True)
        self.post_message(self.Moved(self))

    def _place(self) -> int | None:
        """Place of the selection where it is in view, else ``None``."""
        if self.selected is None or not self.records.is_shown(self.selected):
            return None
        place = self.records.place_of(self.selected)
        return place if self.scroll_offset.y <= place < self.scroll_offset.y + self.page else None

    def action_move(self, step: int) -> None:
        """Move the selection; from out of view it comes to the edge the user moves towards."""
        place = self._place()
        following, self.following = self.following, False
        if self.selected is None and not following:
            self.select_place(self.scroll_offset.y)
        elif place is None:
            bottom = min(self.scroll_offset.y + self.page, len(self.records)) - 1
            self.select_place(max(bottom, 0), -1)
        else:
            before = self.selected
            self.select_place(place + step, step)
            if self.selected == before:  # nothing selectable that way: at least show what is there
                self._scroll(self.scroll_offset.y + step)
        self.post_message(self.Moved(self))

    def action_page(self, step: int) -> None:
        """Move by one view."""
        self.following = False
        place = self._place()
        if place is None:
            place = self.scroll_offset.y if step < 0 else self.scroll_offset.y + self.page - 1
        self._scroll(self.scroll_offset.y + step * self.page)
        self.select_place(place + step * self.page, step)

    def action_first(self) -> None:
        """Go to the first record."""
        self.following = False
        self._scroll(0)
        self.select_place(0)

    def action_last(self) -> None:
        """Go to the last record and follow."""
        self.following = True
        self._scroll(self._last_top)
        self.select_place(len(self.records) - 1, -1)

    def action_open(self) -> None:
        """Tell whoever listens that ``enter`` was pressed on the selection."""
        self.post_message(self.Opened(self, self.selected))

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """The wheel stops following."""
        event.stop()
        event.prevent_default()
        self.following = False
        self._scroll(self.scroll_offset.y - 3)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """The wheel, downwards."""
        event.stop()
        event.prevent_default()
        self._scroll(self.scroll_offset.y + 3)

    def on_click(self, event: Click) -> None:
        """A click selects."""
        content = event.get_content_offset(self)
        if content is not None and self.scroll_offset.y + content.y < len(self.records):
            place = self.scroll_offset.y + content.y
            if self.can_select(self.records.at(place)):
                self.following = False
                self.select(self.records.number_at(place))
