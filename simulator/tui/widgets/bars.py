"""The line on top (state) and the line at the bottom (keys). What does not fit drops out whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from simulator.tui.fitting import Item, fit
from simulator.tui.paint import Line, Span
from simulator.tui.widgets.painted import Painted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.geometry import Size
    from textual.strip import Strip


class Bar(Painted):
    """One line with items left and right."""

    DEFAULT_CSS: ClassVar[str] = """
    Bar { height: 1; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._left: Sequence[Item] = ()
        self._right: Sequence[Item] = ()

    def show(self, left: Sequence[Item], right: Sequence[Item] = ()) -> None:
        """Show these items; repaints only if something changed."""
        if (list(left), list(right)) != (list(self._left), list(self._right)):
            self._left, self._right = left, right
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        """One line, always."""
        return 1

    def render_line(self, y: int) -> Strip:  # noqa: ARG002 - there is one line
        """Draw the items that fit."""
        width = self.size.width
        left, right = fit(self._left, self._right, width - 2)
        used = sum(item.width for item in (*left, *right))
        gaps = 2 * max(len(left) - 1, 0) + 2 * max(len(right) - 1, 0)
        parts: list[Span] = [Span(" ")]
        parts += _joined(left)
        parts.append(Span(" " * max(width - 2 - used - gaps, 0)))
        parts += _joined(right)
        return self.painter.strip(tuple(parts), width)


def _joined(items: Sequence[Item]) -> list[Span]:
    parts: list[Span] = []
    for place, item in enumerate(items):
        if place:
            parts.append(Span("  "))
        parts += item.line
    return parts


def item(rank: int, *parts: str | Span) -> Item:
    """Return an item of plain strings and spans."""
    spans: Line = tuple(part if isinstance(part, Span) else Span(part) for part in parts)
    return Item(spans, rank)
