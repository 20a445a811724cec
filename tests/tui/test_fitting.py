"""Bars drop whole items, least important first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.tui.fitting import Item, fit
from simulator.tui.paint import Span


def _item(text, rank):
    return Item((Span(text),), rank)


def test_the_highest_rank_goes_first():
    """What matters least goes first, from either side."""
    left = [_item("up", 1), _item("127.0.0.1:8765", 9)]
    right = [_item("813 messages", 2), _item("3 waiting", 8)]
    kept = fit(left, right, 26)
    assert [item.line[0].text for item in kept[0] + kept[1]] == ["up", "813 messages"]


def test_everything_stays_where_there_is_room():
    """Nothing drops out needlessly."""
    left, right = [_item("a", 5)], [_item("b", 9)]
    assert fit(left, right, 4) == (left, right)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=9), st.integers(0, 9)), max_size=8), st.integers(0, 60))
def test_what_is_kept_fits(parts, width):
    """Whatever the items, those kept fit, whole, and in their order."""
    items = [_item(text, rank) for text, rank in parts]
    left, right = fit(items[:4], items[4:], width)
    kept = left + right
    assert sum(item.width for item in kept) + 2 * max(len(kept) - 1, 0) <= max(width, 0)
    assert [item for item in items if any(item is one for one in kept)] == kept
