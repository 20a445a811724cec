"""Text from outside, made safe and cut to cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.text import cells, shorten_end, shorten_front, shorten_middle, visible


def test_control_characters_become_visible():
    """An escape sequence is text one can read."""
    assert visible("\x1b[2Jok\u202e") == "\\u001b[2Jok\\u202e"


@pytest.mark.parametrize(
    ("cut", "text", "width", "result"),
    [
        (shorten_middle, "3f1c9a40-7d2e-4b1a", 8, "3f1c…b1a"),
        (shorten_front, "/properties/revenue", 9, "…/revenue"),
        (shorten_end, "Order Completed", 6, "Order…"),
        (shorten_end, "宽字符名称", 5, "宽字…"),
        (shorten_middle, "宽字符名称", 6, "宽…称"),
        (shorten_end, "short", 5, "short"),
        (shorten_end, "short", 0, ""),
        (shorten_middle, "short", 2, "s…"),
    ],
)
def test_cut_by_cells(cut, text, width, result):
    """Wide characters count two cells, and none is cut in half."""
    assert cut(text, width) == result


@given(st.text(max_size=40), st.integers(min_value=0, max_value=30))
def test_never_wider_than_asked(text, width):
    """Whatever the text, what is left fits; what fits is left alone."""
    safe = visible(text)
    for cut in (shorten_end, shorten_middle, shorten_front):
        result = cut(safe, width)
        assert cells(result) <= width
        if cells(safe) <= width:
            assert result == safe
