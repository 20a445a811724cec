"""A JSON text with other values: what did not change stays as it was written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.comparing.differing import difference
from simulator.comparing.splicing import splice

FIXTURE = """{
  "input": {"type": "track",  "n": 1.50, "e": "\\u00e9"},
  "output": {
    "labels": {"plan": "team", "z": "a"},
    "numbers": {
      "revenue": 25
    }
  }
}
"""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


def _with(**output):
    document = json.loads(FIXTURE)
    document["output"].update(output)
    return document


@pytest.mark.parametrize(
    ("output", "old", "new"),
    [
        ({"labels": {"plan": "premium", "z": "a"}}, '"plan": "team"', '"plan": "premium"'),
        ({"numbers": {"revenue": 2.5}}, '"revenue": 25', '"revenue": 2.5'),
        ({"labels": {"z": "a"}}, '{"plan": "team", "z": "a"}', '{"z": "a"}'),
        ({"labels": None}, '{"plan": "team", "z": "a"}', "null"),
        (
            {"numbers": {"revenue": 25, "é": 1}},
            '{\n      "revenue": 25\n    }',
            '{\n      "revenue": 25,\n      "é": 1\n    }',
        ),
    ],
)
def test_only_what_changed_is_written(output, old, new):
    """A changed value is replaced at its place; an object with other keys is written anew in its own style."""
    assert splice(FIXTURE, _with(**output)) == FIXTURE.replace(old, new)


def test_what_is_the_same_stays_to_the_byte():
    """Order, spacing, escapes, spelling of numbers, byte order mark and Windows line ends."""
    for text in (FIXTURE, "\ufeff" + FIXTURE, FIXTURE.replace("\n", "\r\n"), " [1.0 ,\t2e0]\n"):
        assert splice(text, json.loads(text.lstrip("\ufeff"))) == text
    windows = FIXTURE.replace("\n", "\r\n")
    added = splice(windows, _with(numbers={"revenue": 25, "x": 1}))
    assert added == windows.replace('"revenue": 25\r\n', '"revenue": 25,\r\n      "x": 1\r\n')


@given(VALUES, VALUES, st.sampled_from([None, 2, "\t"]))
def test_the_new_text_has_the_new_value(old, new, indent):
    """Whatever the two values and the style."""
    text = splice(json.dumps(old, indent=indent), new)
    assert difference(json.loads(text), new) == []
    assert splice(text, new) == text


def test_a_key_that_stands_twice_does_not_hide_the_new_value():
    """Where the text has a key twice the last one counts, and the new text says what was asked."""
    assert json.loads(splice('{"a": 1, "a": 2, "b": 3}', {"a": 5, "b": 4})) == {"a": 5, "b": 4}
