"""The filter at work on a session."""

from __future__ import annotations

import itertools

import pytest

from simulator.trace import Outcome
from simulator.tui import sieve as sieve_module
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


def test_a_row_that_changed_is_judged_again(session, traces):
    """An answer that comes after the row was judged brings it into the list, or takes it out."""
    sieve, waiting = _sieve(session), _sieve(session)
    late = traces.make(9, event="Late", outcome=None)
    session.take([traces.arrival(True, late)])
    sieve.use(parse("status:expired"))
    before = sieve.judge()
    late.outcome = Outcome.EXPIRED
    session.take([traces.arrival(False, late)])
    assert session.changed == {9}
    after = sieve.judge()
    assert (before, after) == ("1 of 10", "2 of 10")
    assert list(session.rows.shown_numbers())[-1] == 9
    assert session.changed == set()

    other = traces.make(10, outcome=None)
    session.take([traces.arrival(True, other)])
    waiting.use(parse("status:waiting"))
    assert waiting.judge() == "2 of 11"
    other.outcome = Outcome.DELIVERED
    session.take([traces.arrival(False, other)])
    assert waiting.judge() == "1 of 11"


def test_actors_are_asked_for_again_when_more_is_known(traces):
    """A message whose actor was not known when it was judged is judged again; after a merge every one is."""
    session, actors = Session(), {}
    sieve = Sieve(session, lambda row: actors.get(row.name, ""), lambda: 0.0)
    session.take(traces.arrival(True, traces.make(number)) for number in range(3))
    sieve.use(parse("actor:u_1"))
    assert sieve.judge() == "nothing left: actor:u_1 removed everything"
    actors["m1"] = "user:u_1"
    sieve.doubt(everything=False)
    assert sieve.judge() == "1 of 3"
    actors["m2"] = "user:u_1"
    sieve.doubt(everything=False)
    assert sieve.judge() == "1 of 3"  # nothing was judged since
    sieve.doubt(everything=True)
    assert sieve.judge() == "2 of 3"
    assert list(session.rows.shown_numbers()) == [0, 1]


def test_who_removed_everything_is_not_asked_at_every_look(session, traces, monkeypatch):
    """With nothing left, thirty looks a second must not judge thousands of rows each."""
    asked = []
    monkeypatch.setattr(sieve_module, "culprit", lambda terms, _: asked.append(terms) or terms[1])
    sieve = _sieve(session)
    sieve.use(parse("call:track user:nobody"))
    for number in range(9, 20):
        session.take([traces.arrival(True, traces.make(number))])
        assert sieve.judge() == "nothing left: user:nobody removed everything"
    assert len(asked) == 1
