"""The filter at work on a session."""

from __future__ import annotations

import itertools

import pytest

from simulator.tui.filtering import parse
from simulator.tui.session import Session
from simulator.tui.sieve import Sieve


@pytest.fixture
def session(traces):
    """One message of every state."""
    session = Session()
    session.take(traces.arrival(True, trace) for trace in traces.story())
    return session


def _sieve(session, clock=lambda: 0.0):
    return Sieve(session, lambda row: "", clock)


def test_rows_that_come_later_are_judged_too(session, traces):
    """The filter counts what is shown of what is kept, and goes on with what comes."""
    sieve = _sieve(session)
    sieve.use(parse("http:503"))
    assert sieve.judge() == "2 of 9"
    session.take([traces.arrival(True, traces.make(9, event="Late", outcome=None))])
    assert sieve.judge() == "2 of 10"
    assert list(session.rows.shown_numbers()) == [7, 8]


def test_an_empty_result_names_the_term_that_removed_everything(session):
    """Of two terms the one without which something would be left."""
    sieve = _sieve(session)
    sieve.use(parse("call:track user:nobody"))
    assert sieve.judge() == "nothing left: user:nobody removed everything"


def test_a_long_run_is_judged_some_at_a_time(traces):
    """One look stops when its time is up; the next goes on where it stopped."""
    session = Session()
    session.take(traces.arrival(True, traces.make(number)) for number in range(700))
    sieve = _sieve(session, clock=itertools.count().__next__)
    sieve.use(parse("call:track"))
    assert sieve.judge() == "searching, 636 to go"
    for _ in range(10):
        last = sieve.judge()
    assert last == "700 of 700"


def test_no_filter_shows_everything(session):
    """Taking the filter back says nothing and shows all."""
    sieve = _sieve(session)
    sieve.use(parse("http:503"))
    sieve.judge()
    sieve.use(None)
    assert sieve.judge() == ""
    assert len(session.rows) == 9
