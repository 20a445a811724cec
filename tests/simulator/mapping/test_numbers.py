import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.mapping.numbers import is_exact, javascript_text

TABLE = json.loads((Path(__file__).parents[2] / "data" / "javascript_numbers.json").read_text())


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_numbers_print_as_in_javascript(text, expected):
    """The text of a number is JavaScript's, whether JSON gave an integer or a float."""
    assert javascript_text(json.loads(text)) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_reads_back_as_the_same_double(number):
    """No digit is lost or made up."""
    assert float(javascript_text(number)) == number


@pytest.mark.parametrize(
    ("number", "exact"),
    [(2**53, True), (2**53 + 1, False), (2**53 + 2, True), (-(2**53) - 1, False), (2**64, True), (10**400, False)],
)
def test_exact_means_a_double_holds_it(number, exact):
    """Beyond 2**53 only some integers are doubles."""
    assert is_exact(number) is exact
