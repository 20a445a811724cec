"""A pane of prepared lines: the mapping, a document, violations, a log. Built anew when the width changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.tui.paint import Span
from simulator.tui.records import Records
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.tui.paint import Line


class DetailLine(NamedTuple):
    """One line of a pane.

    Attributes:
        line: What is shown.
        key: What the line stands for where it can be selected, else ``None``.
        more: Lines that explain it, shown below it while it is selected.
        rest: Lines it goes on with, always there; what explains it stands below them.
    """

    line: Line
    key: Any = None
    more: Sequence[Line] = ()
    rest: Sequence[Line] = ()


def height_of(lines: Sequence[DetailLine]) -> int:
    """Return how many lines of a pane these take while none is selected."""
    return sum(1 + len(entry.rest) for entry in lines)


class LinesView(VirtualList):
    """Shows the lines a builder makes for the width there is."""

    def __init__(self, *, id: str | None = None, classes: str = "") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, classes=classes)
        self._builder: Callable[[int], Sequence[DetailLine]] | None = None
        self._lines: Sequence[DetailLine] = ()
        self._width = -1
        self._wanted: Any = None
        self._in_view: Any = None

    def show(
        self, builder: Callable[[int], Sequence[DetailLine]] | None, *, keep: bool = False, in_view: Any = None
    ) -> None:
        """Show the lines ``builder`` makes.

        Args:
            builder: Makes them for a width.
            keep: Leave the selection where its key is still there.
            in_view: The key of a line that is to be seen where none is selected.
        """
        key = self.selected_key if keep else None
        self._builder = builder
        self._in_view = in_view
        self._rebuild(key)

    @property
    def selected_key(self) -> Any:
        """The key of the selected line, or ``None``."""
        record = None if self.selected is None else self.records.get(self.selected)
        return record.key if record is not None else None

    @property
    def keys(self) -> list[Any]:
        """The keys of every line that can be selected."""
        return [entry.key for entry in self._lines if entry.key is not None]

    def select_key(self, key: Any) -> None:
        """Select the line of ``key`` where there is one, now or as soon as there is room for lines."""
        self._wanted = key
        if self._width > 0:
            self._fill(key)

    def on_resize(self) -> None:
        """Build the lines for the new width."""
        if self._width != self.scrollable_content_region.width:
            self._rebuild(self.selected_key)
        elif self.selected is None:
            self._look()

    def _rebuild(self, key: Any) -> None:
        self._width = width = self.scrollable_content_region.width
        if width <= 0:
            return
        self._lines = tuple(self._builder(width)) if self._builder is not None else ()
        if key is None and self._wanted is not None and self._wanted in self.keys:
            key = self._wanted
        self._wanted = None
        top = self.scroll_offset.y if key is not None else 0
        self._fill(key, top=top)

    def _fill(self, key: Any, *, top: int | None = None) -> None:
        """Lay the lines out: the selected one with what explains it below."""
        rows: list[DetailLine] = []
        selected = None
        for entry in self._lines:
            is_it = key is not None and entry.key == key and selected is None
            selected = len(rows) if is_it else selected
            rows.append(entry)
            rows.extend(map(DetailLine, (*entry.rest, *(entry.more if is_it else ()))))
        records: Records[DetailLine] = Records()
        records.extend(rows)
        self.records = records
        self._base = 0
        self.forget()
        before = self.selected
        self.selected = selected
        self.flush()
        if top is not None:
            self._scroll(top)
        if selected is not None:
            extra = len(rows[selected].rest) + len(rows[selected].more)
            self._show_place(min(selected + extra, len(rows) - 1))
            self._show_place(selected)
        else:
            self._look()
        if before != selected:
            self.post_message(self.Selected(self, selected))

    def _look(self) -> None:
        """Bring the line that is to be seen into view."""
        if self._in_view is not None:
            self._show_place(next((at for at, entry in enumerate(self.records) if entry.key == self._in_view), 0))

    def select(self, number: int | None, *, show: bool = True) -> None:
        """Select a line and unfold what explains it."""
        record = None if number is None else self.records.get(number)
        if record is None or not any(entry.more for entry in self._lines):
            super().select(number, show=show)
            return
        self._fill(record.key)

    def can_select(self, record: DetailLine) -> bool:
        """Lines without a key are only read."""
        return record.key is not None

    def draw(self, record: DetailLine, width: int, selected: bool) -> Line:  # noqa: ARG002 - built for the width
        """Return the line, with the mark of the selection in its first cell."""
        first = record.line[0] if record.line else Span("")
        if selected and first.text[:1] == " ":
            return (Span(">"), Span(first.text[1:], first.style), *record.line[1:])
        return record.line
