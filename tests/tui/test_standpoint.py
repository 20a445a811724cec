"""Where Identity looks from: stepping, time travel, and whose events are looked at."""

from __future__ import annotations

import pytest

from simulator.tui.reading import Counts
from simulator.tui.standpoint import Standpoint
from simulator.tui.story import Story


@pytest.fixture
def stand(traces):
    """At the end of the five acts."""
    story = Story()
    for happening in traces.shared_tablet():
        story.add(happening)
    return Standpoint(story)


def test_stepping_by_merge_goes_before_and_after_each_row_of_the_log(stand):
    """Back through all merges and forth again: the same places, and at the end it follows."""
    back = []
    while stand.step(-1) and (not back or stand.place != back[-1]):
        back.append(stand.place)
    assert back == [13, 12, 11, 10, 8, 7, 5, 4]
    forth = []
    while stand.at is not None:
        stand.step(1)
        forth.append(stand.place)
    assert forth == [5, 7, 8, 10, 11, 12, 13, 14]


def test_stepping_by_message_goes_from_nothing_to_now(stand):
    """One message a step; nothing comes before nothing."""
    stand.switch_step()
    stand.go(0)
    stand.step(-1)
    assert stand.place == 0
    for _ in range(5):
        stand.step(1)
    assert (stand.place, stand.event, stand.actor) == (5, 5, "user:u_42")


def test_a_step_on_is_told_as_before_and_after(stand):
    """The counts before the login and after it; a step back tells only where it is."""
    stand.switch_step()
    stand.go(4)
    stand.step(1)
    assert stand.counts() == (Counts(2, 0, 0, 0), Counts(1, 3, 0, 0))
    stand.step(-1)
    assert stand.counts() == (Counts(2, 0, 0, 0), Counts(2, 0, 0, 0))


def test_an_anonymous_actor_is_found_in_the_user_it_became(stand):
    """Who looked at anon 7f3a looks at u_42 once it is part of it."""
    stand.go(4)
    stand.look_at_actor("anon:7f3a")
    assert stand.actor_now().actor == "anon:7f3a"
    stand.at = 5
    assert stand.actor_now().actor == "user:u_42"


def test_looking_from_event_to_event_stops_at_both_ends(stand):
    """By event time, the late event m9 in its place."""
    stand.look_at_actor("user:u_42")
    stand.look_at_event(-2)
    seen = [stand.event]
    for _ in range(20):
        stand.look_at_event(1)
        seen.append(stand.event)
    assert seen[:5] == [1, 2, 3, 9, 4]
    assert seen[-2:] == [14, 14]


def test_a_conflict_is_looked_at_from_who_keeps_the_id(stand):
    """The row of u_77's claim in vain shows u_42, who has 9e07, and the claim m13."""
    stand.look_at_row(stand.log()[-1])
    assert (stand.actor, stand.event) == ("user:u_42", 13)


def test_nothing_to_step_through_before_the_first_merge():
    """An empty story has no merge to go to, and nobody to look at."""
    stand = Standpoint(Story())
    assert not stand.step(1)
    assert not stand.look_at_event(1)
    assert stand.actor_now() is None
    assert stand.point() is None
