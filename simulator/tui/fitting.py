"""Bars that fit: where the top or the bottom line is too long, whole items drop out, least important first. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.text import cells, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.paint import Line


class Item(NamedTuple):
    """A part of a bar that is shown whole or not at all.

    Attributes:
        line: Its text.
        rank: 0 is kept longest; the highest rank drops out first.
    """

    line: Line
    rank: int

    @property
    def width(self) -> int:
        """The cells it takes."""
        return sum(cells(visible(span.text)) for span in self.line)


def fit(left: Sequence[Item], right: Sequence[Item], width: int, gap: int = 2) -> tuple[list[Item], list[Item]]:
    """Return the items of both sides that fit into ``width`` cells with ``gap`` cells between any two.

    The order within a side is kept. Of equal ranks the one further right drops out first.
    """
    kept_left, kept_right = list(left), list(right)
    while kept_left or kept_right:
        items = kept_left + kept_right
        needed = sum(item.width for item in items) + gap * (len(items) - 1)
        if needed <= width:
            break
        worst = max(range(len(items)), key=lambda place: (items[place].rank, place))
        if worst < len(kept_left):
            del kept_left[worst]
        else:
            del kept_right[worst - len(kept_left)]
    return kept_left, kept_right
