"""The story of who is who, forward and back."""

from __future__ import annotations

import pytest

from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.intake import judge
from simulator.tui.happenings import id_event
from simulator.tui.reading import Counts
from simulator.tui.screens.policy import _compare
from simulator.tui.story import Story


@pytest.fixture
def story(traces):
    """Five acts of it."""
    story = Story()
    for happening in traces.shared_tablet():
        story.add(happening)
    return story


def test_counts_now_and_then(story):
    """The counter strip at the end, before the first login and after it."""
    assert story.counts() == Counts(2, 6, 0, 1)
    assert story.counts(4) == Counts(2, 0, 0, 0)
    assert story.counts(5) == Counts(1, 3, 0, 0)
    assert story.counts(0) == Counts(0, 0, 0, 0)


def test_going_back_and_on_again_reads_the_same(story):
    """Every point of the story reads the same, however one came there."""
    forward = [story.counts(at) for at in range(15)]
    assert [story.counts(at) for at in reversed(range(15))] == forward[::-1]


def test_the_log_names_merges_and_conflicts(story):
    """Three merges and one conflict, in order of arrival."""
    assert [(row.at, row.kind, row.anonymous_id, row.to, row.events, row.message) for row in story.log()] == [
        (5, "merge", "7f3a", "user:u_42", 3, "m5"),
        (8, "merge", "c19e", "user:u_42", 2, "m8"),
        (11, "merge", "9e07", "user:u_42", 1, "m11"),
        (13, "conflict", "9e07", "user:u_77", 0, "m13"),
    ]


def test_steps_stand_before_and_after_each_row(story):
    """Merge stepping stops before and after every merge and conflict."""
    assert story.steps() == [4, 5, 7, 8, 10, 11, 12, 13]


def test_a_late_event_belongs_to_the_user_on_arrival(story):
    """m9 happened before the login and arrived after it: nothing moves, and it is the user's."""
    point = story.point(story.arrival_of("m9"))
    assert point.attribution.actor == "user:u_42"
    assert point.attribution.was is None


def test_another_policy_leaves_the_story_alone(story):
    """Reading the same events otherwise changes nothing here."""
    assert story.under("graph").counts().actors == 1
    assert story.counts().actors == 2


def test_reread_switches_the_policy(story):
    """The story itself can be read otherwise, as the fake is told to."""
    story.reread("last-claim", Options())
    point = story.point(14)
    assert point.attribution.actor == "user:u_77"
    assert point.attribution.claim.message == "m13"


def test_unlink_is_part_of_the_story(story):
    """After an unlink the next claim stands; going back to before it, the old one does."""
    story.unlink("u_42", "9e07")
    assert story.point(14).attribution.actor == "user:u_77"
    assert story.log()[-1].kind == "unlink"
    assert story.point(12, 13).attribution.actor == "user:u_42"


def test_an_unlink_is_part_of_every_reading(story):
    """The policy table compares readings of the same events and the same unlinks: the one in use moves nothing."""
    story.unlink("u_42", "9e07")
    assert story.under("first-claim").counts() == story.counts()
    _, rows = _compare(story, len(story))
    assert (rows[0][0], rows[0][3]) == ("first-claim", {"user:u_42": 10, "user:u_77": 4})
    assert {name: text for name, _, text, _ in rows}["last-claim"] == "none"


@pytest.mark.parametrize(
    ("policy", "user", "moves"),
    [
        ("first-claim", "u_42", [("user:u_42", "user:u_77", 3)]),
        ("first-claim", "u_77", []),
        ("last-claim", "u_77", [("user:u_77", "user:u_42", 3)]),
        ("last-claim", "u_42", []),
        ("split", "u_77", [("user:u_77", "user:u_42", 1)]),
        ("quarantine", "u_77", [("anon:9e07", "user:u_42", 3)]),
    ],
)
def test_what_an_unlink_would_move_hangs_on_the_policy(story, policy, user, moves):
    """Asked beforehand, under each policy: exactly what the unlink then moves; the story stays as it is."""
    story.reread(policy, Options())
    before = story.counts()
    asked = [(row.from_, row.to, row.events) for row in story.unlinked(user, "9e07") if row.events]
    assert asked == moves
    assert story.counts() == before
    story.unlink(user, "9e07")
    assert [(row.from_, row.to, row.events) for row in story.log() if row.kind == "unlink" and row.events] == moves


def test_the_events_a_row_moved_are_as_many_as_it_says(story, traces):
    """Each merge lists its events; under graph also those that named the user who is fused."""
    for row in story.log():
        assert len(story.moved_by(row)) == row.events
    fused = Story("graph")
    last = traces.shared_tablet()[-1]
    for seq, (user, anonymous) in enumerate((("u_1", "a"), ("u_2", None), (None, "b"), ("u_2", "b"), ("u_2", "a")), 1):
        event = IdEvent(seq, f"g{seq}", seq, user, anonymous, documented=True)
        fused.add(last._replace(event=event))
    row = fused.log()[-1] if fused.log()[-1].kind == "merge" else fused.log()[-2]
    assert (row.from_, row.to, row.events) == ("user:u_2", "user:u_1", 3)
    assert [point.happening.event.message for point in fused.moved_by(row)] == ["g2", "g3", "g4"]


def test_an_event_of_the_wire_is_read_as_identity_reads_it():
    """An eventType identify is documented; blank ids are absent."""
    record = {
        "eventId": "e1",
        "seq": 4,
        "messageId": None,
        "receivedAt": "2026-03-02T10:00:01.000Z",
        "event": {
            "eventType": "identify",
            "eventTime": "2026-03-02T10:00:00.000Z",
            "actors": {"customer": {"userId": "", "anonymousId": "a"}},
        },
    }
    happening = id_event(4, record)
    assert (happening.event.message, happening.event.user_id, happening.event.anonymous_id) == ("e1", None, "a")
    assert (happening.event.documented, happening.event.time_us) == (True, 1_772_445_600_000_000)


def test_an_actor_type_is_read_without_case():
    """The fake takes ``Customer`` for ``customer``; the first of a name counts, as there."""
    actors = {"Customer": {"userId": "u_1", "anonymousId": ""}, "customer": {"userId": "u_2", "anonymousId": "a"}}
    body = {"eventType": "Order Completed", "eventTime": "2026-03-02T10:00:00Z", "actors": actors}
    accepted = judge(body)
    event = id_event(1, {"event": body}).event
    assert (event.user_id, event.anonymous_id) == (accepted.user_id, accepted.anonymous_id) == ("u_1", "a")
