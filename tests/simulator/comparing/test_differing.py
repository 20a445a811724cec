"""Differences field by field, over random JSON."""

import orjson
from hypothesis import given
from hypothesis import strategies as st

from simulator.comparing.differing import ABSENT, Field, difference

NUMBERS = st.one_of(st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=10,
)


def test_each_kind_of_difference_has_its_path():
    """Added, gone, changed, retyped; numbers by value, booleans apart."""
    old = {"a": 1, "b": {"c/d": "x"}, "list": [1, 2], "same": 25, "flag": True}
    new = {"a": "1", "b": {"c/d": "y"}, "list": [1], "same": 25.0, "flag": 1, "more": None}
    assert [(field.path, field.kind) for field in difference(old, new)] == [
        ("/a", "retyped"),
        ("/b/c~1d", "changed"),
        ("/list/1", "gone"),
        ("/flag", "retyped"),
        ("/more", "added"),
    ]
    assert difference([], {}) == [Field("", [], {})]


@given(VALUES)
def test_nothing_differs_from_itself(value):
    """Equal documents have no difference."""
    assert difference(value, orjson.loads(orjson.dumps(value))) == []


@given(VALUES, VALUES)
def test_a_difference_is_seen_from_both_sides(one, other):
    """The same fields differ whichever side is expected, with the values swapped."""
    there = {(field.path, repr(field.expected), repr(field.actual)) for field in difference(one, other)}
    back = {(field.path, repr(field.actual), repr(field.expected)) for field in difference(other, one)}
    assert there == back
    assert all(field.expected is not ABSENT or field.actual is not ABSENT for field in difference(one, other))
