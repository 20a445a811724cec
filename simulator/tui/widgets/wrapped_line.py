"""A line of text that is divided only where it is looked at.

``TextArea`` divides the whole line anew for each row of the screen: of half a million characters in one line, thirty
rows are shown and a hundred and fifty thousand pieces made, seconds a key.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, overload

from rich.containers import Lines
from rich.text import Span, Text

if TYPE_CHECKING:
    from collections.abc import Iterable


class WrappedLine(Text):
    """A line to draw."""

    def divide(self, offsets: Iterable[int]) -> Lines:
        """Return the pieces between ``offsets`` (ascending, inside the line), each made when it is asked for."""
        return _Pieces(self, [0, *offsets, len(self)])


class _Pieces(Lines):
    """Pieces asked for one by one; whoever wants more of the list (to go through it, to change it) gets it whole."""

    def __init__(self, line: Text, cuts: list[int]) -> None:
        self._line = line
        self._cuts = cuts

    @cached_property
    def _lines(self) -> list[Text]:  # type: ignore[override]  # where rich keeps the list itself
        return [self._piece(at) for at in range(len(self._cuts) - 1)]

    @overload
    def __getitem__(self, index: int) -> Text: ...
    @overload
    def __getitem__(self, index: slice) -> list[Text]: ...
    def __getitem__(self, index: int | slice) -> Text | list[Text]:
        if isinstance(index, slice) or "_lines" in vars(self):
            return self._lines[index]
        return self._piece(range(len(self._cuts) - 1)[index])

    def _piece(self, at: int) -> Text:
        line, start, end = self._line, self._cuts[at], self._cuts[at + 1]
        spans = (Span(max(span.start, start) - start, min(span.end, end) - start, span.style) for span in line.spans)
        piece = Text(line.plain[start:end], line.style, justify=line.justify, overflow=line.overflow)
        piece.spans = [span for span in spans if span.start < span.end]
        return piece
