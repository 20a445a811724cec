"""A drawn line that goes when nobody shows it any more.

A ``Strip`` that is cropped or divided where there is nothing to cut off keeps itself in its own cache. Only the garbage
collector frees it then, and it is some thirty objects to look through: at thirty repaints a second that was nearly all
there was to collect, and whatever outlived two looks lay there as long as the UI ran.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.style import Style


class Drawn(Strip):
    """A strip that does not keep itself."""

    __slots__ = ()

    def crop_extend(self, start: int, end: int, style: Style | None) -> Strip:
        """Return the cells from ``start`` to ``end``, filled up in ``style``."""
        return self if start == 0 and end == self.cell_length else super().crop_extend(start, end, style)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Return the parts between the cuts."""
        inside = [cut for cut in cuts if cut <= self.cell_length]
        return [self] if inside == [self.cell_length] else super().divide(inside)
