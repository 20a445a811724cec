"""The filter language."""

from __future__ import annotations

import pytest

from simulator.tui.filtering import FilterError, culprit, parse
from simulator.tui.rows import row_of


@pytest.fixture
def names(traces):
    """Return the names of the story's messages that pass a filter."""
    story = [(row_of(trace, number), trace) for number, trace in enumerate(traces.story())]

    def passing(text):
        wanted = parse(text)
        actors = {"m3": "user:u_42"}
        return [
            str(row.number + 1)
            for row, trace in story
            if wanted.matches(row, lambda trace=trace: trace, lambda row: actors.get(row.name, ""))
        ]

    return passing


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", "1 2 3 4 5 6 7 8 9"),
        ("status:rejected", "5"),
        ("status:rej", "5"),
        ("http:503", "8 9"),
        ("http:400,503", "5 8 9"),
        ("call:identify", "3"),
        ('type:"Cart Updated"', "2 8"),
        ("type:Cart*", "2 8"),
        ("type:*ed !type:product*", "2 5 8"),
        ("type:*art*", "2 8"),
        ("user:u_42", "3 5"),
        ("anon:3f1c* status:dup", "7"),
        ("id:m3", "3"),
        ("actor:u_42", "3"),
        ("actor:user:u_42", "3"),
        ("code:type_flips", "2"),
        ("code:UNSUPPORTED_EVENT_TYPE", "4"),
        ("path:/numbers/revenue !status:delivered", "5 7 8 9"),
        ("basis:plan", "5"),
        ("fall status:expired", "9"),
        ('"order completed"', "4 5"),
        ("!fall", ""),
        ("UNSUPPORTED", "4"),
        ("secret-token call:page", "4"),
    ],
)
def test_terms(names, text, numbers):
    """Each term means what the table says; terms are joined by and."""
    assert " ".join(names(text)) == numbers


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("typ:x", "did you mean type:?"),
        ("status:gone", "no gone there"),
        ("basis:sed", "did you mean seed?"),
        ("http:", "http: needs a value"),
        ("14:02", 'in quotes: "14:02"'),
        ("!", "needs a term"),
        ('""', "finds nothing"),
    ],
)
def test_what_cannot_be_meant_is_said(text, says):
    """A wrong key or value is an error that names the nearest known one, never a silent plain word."""
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert says in str(caught.value)


def test_a_quoted_word_is_never_a_key():
    """Quotes make a plain word of anything."""
    assert parse('"14:02"').terms[0].key == ""


def test_the_culprit_is_the_term_that_removed_everything():
    """Of several terms the one without which something would be left is named."""
    wanted = parse("call:track status:expired user:nobody")
    found = culprit(wanted.terms, lambda term: term.key == "user")
    assert found is not None
    assert found.text == "user:nobody"
