"""Text in cells."""

import pytest

from simulator.tui.paint import id_text, middle


@pytest.mark.parametrize(
    ("text", "shown"),
    [("u_42", "u_42"), (" u_42", "␣u_42"), ("u_42 ", "u_42␣"), (" \xa0", "␣␣"), ("a b", "a b"), ("\tx", "\\u0009x")],
)
def test_spaces_at_the_ends_of_an_id_are_seen(text, shown):
    """A leading space makes another id of it, and never looks like an indent."""
    assert id_text(text) == shown
    assert middle(text, 9).text == shown.ljust(9)
