"""Warnings on accepted events."""

from __future__ import annotations

import pytest

from fake_pointillist.event_warnings import EventWarnings, value_warnings


def codes(warnings, event, time_us=0, now_us=0):
    """Return code and place of each warning."""
    return [(one.code, one.path) for one in warnings.of(event, time_us, now_us)]


def test_a_plain_event_has_no_warning():
    """Well-named attributes with values raise nothing, however often."""
    warnings = EventWarnings()
    event = {"labels": {"currency": "USD"}, "numbers": {"revenue": 1}}
    assert [codes(warnings, event) for _ in range(3)] == [[], [], []]
    assert codes(warnings, {}) == []


def test_names_with_dots_blank_names_and_case_clashes():
    """What the names alone show."""
    event = {"labels": {"a.b": "x", "Plan": "x", "": "x"}, "numbers": {"plan": 1}}
    assert codes(EventWarnings(), event) == [
        ("dotted_name", "/labels/a.b"),
        ("blank_value", "/labels/"),
        ("case_clash", "/numbers/plan"),
        ("type_flips", "/numbers/plan"),
    ]


def test_an_attribute_of_two_kinds_is_said_from_the_flip_on():
    """A name that was a label and comes as a number is a flip, and from then on in both kinds of event."""
    warnings = EventWarnings()
    label, number = {"labels": {"price": "5"}}, {"numbers": {"price": 5}}
    assert codes(warnings, label) == []
    assert codes(warnings, number) == [("type_flips", "/numbers/price")]
    assert codes(warnings, label) == [("type_flips", "/labels/price")]


def test_what_the_values_of_an_event_show_by_themselves():
    """Labels that are empty or white, and a time that has not come, are said, one each."""
    found = value_warnings({"a": "", "b": "  ", "c": "x"}, 61_000_000, 0)
    assert [(one.code, one.path) for one in found] == [
        ("blank_value", "/labels/a"),
        ("blank_value", "/labels/b"),
        ("future_time", "/eventTime"),
    ]


@pytest.mark.parametrize(("ahead", "expected"), [(60, []), (61, [("future_time", "/eventTime")])])
def test_times_ahead(ahead, expected):
    """More than a minute ahead is the future."""
    assert codes(EventWarnings(), {}, ahead * 1_000_000, 0) == expected


def test_what_is_learnt_can_be_kept_and_given_back():
    """Names learnt by one are known to the next that is given them."""
    first = EventWarnings()
    codes(first, {"labels": {"Price": "5"}})
    assert first.fresh == [("price", "labels")]
    second = EventWarnings(dict(first.fresh))
    assert codes(second, {"numbers": {"price": 5}}) == [("type_flips", "/numbers/price")]
    assert second.fresh == [("price", "both")]


def test_memory_is_bounded():
    """Neither names nor shapes grow past their limits, and what fits no more is still judged."""
    warnings = EventWarnings(max_names=10, max_shapes=10)
    for number in range(100):
        assert codes(warnings, {"labels": {f"a.{number}": "x"}}) == [("dotted_name", f"/labels/a.{number}")]
    assert (len(warnings._flips), len(warnings._shapes)) == (10, 10)
