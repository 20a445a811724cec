"""What is known of formats, held against the validator that has the last word."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.reasoning.documents import Document
from contracts.reasoning.formats import FORMATS, WIDER, is_checked, texts_of
from contracts.reasoning.patterns import compile_pattern
from contracts.schema_engines import Native


def holds(name, text):
    """The verdict of the engine in use."""
    return Native({"format": name}).ok(text)


def accepts(schema, instance):
    """The same, of any schema."""
    return Native(schema).ok(instance)


@st.composite
def near(draw, name):
    """A text like those of a format: one of them, with a few characters put in, taken out or replaced."""
    text = list(draw(st.sampled_from([*texts_of(name, 20), "", "a"])))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(text)))
        inserted = draw(st.text("0123456789abTZtzP:.,/+-_@ #{}%[]\\\n\u00e4", max_size=3))
        text[place : place + draw(st.integers(0, 2))] = inserted
    return "".join(text)


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_every_text_of_a_format_has_its_shape_and_its_wider_formats(name, data):
    """A text without the shape that the validator takes would make a wrong proof."""
    text = data.draw(near(name))
    if holds(name, text):
        assert FORMATS[name].shape is None or compile_pattern(FORMATS[name].shape).found_in(text)
        assert all(holds(wider, text) for wider in WIDER.get(name, ()))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_texts_that_hold_it_and_is_told_from_one_that_means_nothing(name):
    """One at least is short, and a longer one can be had where there is one; the validator checks the format."""
    assert holds(name, FORMATS[name].examples[0])
    if FORMATS[name].longer is not None:
        *_, longer = texts_of(name, 40)
        assert len(longer) >= 40
        assert holds(name, longer)
    assert is_checked(Document({}, accepts=accepts), name)
    assert is_checked(Document({}, accepts=accepts), f"{name} of ours") is False
    assert is_checked(Document({}), name) is None


@pytest.mark.parametrize("name", ["date", "time", "date-time"])
@pytest.mark.parametrize("odd", "*+,-./:;")
def test_only_digits_pass_for_digits_in_a_moment(name, odd):
    """``2026-03-0/`` is no date, though the library behind the engine reads the slash as a digit."""
    text = FORMATS[name].examples[-1]
    places = [place for place, character in enumerate(text) if character.isdigit()]
    assert holds(name, text)
    assert [place for place in places if holds(name, text[:place] + odd + text[place + 1 :])] == []
