"""The session: rows, counters and findings from traces."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.trace import Attempt, Outcome
from simulator.tui import shelf
from simulator.tui.session import Session, findings
from simulator.tui.signs import State


@pytest.fixture
def session(traces):
    """The story, taken in."""
    session = Session()
    session.take(traces.arrival(True, trace) for trace in traces.story())
    return session


def test_counters(session):
    """Every message counts once, under the state it is in."""
    counters = session.counters
    assert counters.messages == 9
    assert counters.states == {
        State.DELIVERED: 4,
        State.DISCARDED: 1,
        State.REJECTED: 1,
        State.DUPLICATE: 1,
        State.WAITING: 1,
        State.EXPIRED: 1,
    }
    assert counters.failures == 2


def test_a_message_under_way_changes_its_row(traces):
    """A later arrival of the same trace moves it from waiting to its outcome, in place."""
    session = Session()
    trace = traces.make(0, outcome=None)
    session.take([traces.arrival(True, trace)])
    assert session.rows.at(0).state is State.WAITING
    trace.attempts.append(Attempt(1, 0, 0.01, 200, None, {}))
    trace.outcome = Outcome.DELIVERED
    session.take([traces.arrival(False, trace)])
    assert (len(session.rows), session.rows.at(0).state, session.rows.at(0).answer) == (1, State.DELIVERED, "200")
    assert session.counters.states[State.WAITING] == 0


def test_an_update_in_the_same_bite_is_no_second_row(traces):
    """Received and answered between two looks is still one row."""
    session = Session()
    trace = traces.make(0, outcome=None)
    session.take([traces.arrival(True, trace), traces.arrival(False, trace)])
    trace.outcome = Outcome.DELIVERED
    session.take([traces.arrival(False, trace), traces.arrival(False, trace)])
    assert len(session.rows) == 1


def test_findings_by_code(session):
    """Violations of the check, of the refusal and of the answer are counted by code and path."""
    assert {key: entry.count for key, entry in session.codes.items()} == {
        ("type_flips", "/labels/discount"): 1,
        ("number_type", "/numbers/discount"): 2,
        ("label_type", "/labels/discount"): 1,
    }


def test_findings_are_worst_first(traces):
    """Errors stand before warnings."""
    trace = traces.story()[4]
    assert [item.severity for item in findings(trace)] == ["error", "error"]


def test_next_failure_goes_both_ways(session):
    """The keys e and E go from failure to failure and stop at the ends."""
    assert session.next_failure(0, 1) == 4
    assert session.next_failure(4, 1) == 8
    assert session.next_failure(8, 1) is None
    assert session.next_failure(8, -1) == 4
    session.rows.show([0, 8])
    assert session.next_failure(4, 1) == 8


def test_merges_mark_their_messages(session):
    """What the merge log names carries the merge sign, also when it is told later."""
    session.merged(["m3", "m99"])
    assert session.rows.at(2).merged
    assert session.counters.merges == 2


def test_traces_of_long_runs_are_kept_small_and_whole(traces):
    """An old trace comes back from its packed shelf as it was."""
    session = Session()
    session.take(traces.arrival(True, traces.make(number)) for number in range(2_500))
    old = session.trace(3)
    assert old is not None
    assert old.mapped is not None
    assert old.mapped.event == traces.make(3).mapped.event
    assert session.number_of("m4") == 3


def test_an_answer_to_a_packed_message_is_not_lost(traces):
    """A message that waited for a very long time still gets its outcome."""
    session = Session()
    slow = traces.make(0, outcome=None)
    session.take([traces.arrival(True, slow)])
    session.take(traces.arrival(True, traces.make(number)) for number in range(1, 2_500))
    slow.outcome = Outcome.EXPIRED
    session.take([traces.arrival(False, slow)])
    found = session.trace(0)
    assert found is not None
    assert found.outcome is Outcome.EXPIRED
    assert session.rows.at(0).state is State.EXPIRED


def test_late_answers_are_packed_by_the_chunk(traces, monkeypatch):
    """Hundreds of late answers cost a packing a chunk, not one each; all of them are found, packed again or not."""
    late = shelf.LATE
    kept = shelf.Shelf(whole=0)
    for number in range(late + 200):
        kept.append(traces.make(number, outcome=None))
    packed, pack = [], shelf._pack
    monkeypatch.setattr(shelf, "_pack", lambda found: packed.append(len(found)) or pack(found))
    for number in range(late + 150):
        kept.put(number, traces.make(number, outcome=Outcome.EXPIRED))
    assert packed == [shelf.CHUNK, shelf.CHUNK]
    assert {kept.get(number).outcome for number in range(late + 150)} == {Outcome.EXPIRED}
    assert kept.get(late + 180).outcome is None


def test_late_answers_go_with_their_chunk(traces):
    """A late answer to a message that is no longer kept leaves nothing behind."""
    kept = shelf.Shelf(whole=0, keep=shelf.CHUNK)
    for number in range(shelf.CHUNK):
        kept.append(traces.make(number))
    kept.put(5, traces.make(5, outcome=Outcome.EXPIRED))
    for number in range(shelf.CHUNK, 2 * shelf.CHUNK):
        kept.append(traces.make(number))
    kept.put(6, traces.make(6))
    assert (kept.get(5), kept.get(6)) == (None, None)
    assert kept.get(shelf.CHUNK) is not None


def test_clear_forgets_everything(session):
    """After a reset the numbers begin at 0 again."""
    session.clear()
    assert (session.counters.messages, session.trace(0), session.codes) == (0, None, {})


def test_rows_are_immutable(session):
    """A widget can keep a row: a change is another row."""
    row = session.rows.at(0)
    changed = replace(row, merged=True)
    assert (row.merged, changed.merged) == (False, True)
