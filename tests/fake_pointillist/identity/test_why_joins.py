"""Why identifiers are one person's, or are not."""

from __future__ import annotations

import pytest

from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.why import explain_actor, explain_event, explain_pair

MINUTE = 60_000_000


def an_event(seq, user=None, anonymous=None, *, documented=False, **others):
    """An event of minute ``seq``."""
    ids = (user, anonymous)
    return IdEvent(seq, f"m{seq}", seq * MINUTE, *ids, documented, "Opened", tuple(sorted(others.items())))


EVENTS = (
    an_event(1, anonymous="c1"),
    an_event(2, anonymous="c1", email="e1"),
    an_event(3, email="e1", phone="p1"),
    an_event(4, "u1", phone="p1", documented=True),
    an_event(5, "u2", email="e2"),
    an_event(6, anonymous="c1", email="e2"),
    an_event(7, email="e9", line="l9"),
)


def fed(policy="first-claim", events=EVENTS, **options):
    """The engine after the events."""
    identity = Identity(policy, Options(**options))
    for event in events:
        identity.ingest(event)
    return identity


def told(steps):
    """The steps without their messages."""
    return [(step.text, step.detail, step.rule, step.basis) for step in steps]


C1_E1 = ("c1 and email e1 are joined", "both in track m2, 00:02:00", None, "ours")
E1_P1 = ("email e1 and phone p1 are joined", "both in track m3, 00:03:00", None, "ours")
P1_U1 = ("phone p1 is claimed by u1", "identify m4, 00:04:00 (ours)", "R9, R10", "ours")


def test_an_event_is_explained_join_by_join():
    """From the identifier it carries to the one a user has claimed; all of that is ours."""
    why = explain_event(fed(), EVENTS[0])
    assert why.belongs_to == "user:u1"
    assert told(why.steps) == [
        ("carries anonymousId c1", "no userId on the event", "R11", None),
        *(C1_E1, E1_P1, P1_U1),
        ("m1 is earlier than m4", "re-attributed, was anon c1", None, "ours"),
    ]


def test_a_refused_join_is_said_with_its_reason():
    """The event belongs to whom its best identifier belongs to; the other one is another person's."""
    why = explain_event(fed(), EVENTS[5])
    assert why.belongs_to == "user:u1"
    assert told(why.not_applied) == [
        ("not applied: joins email e2", "one actor would have two values of userId", None, "ours")
    ]


def test_a_claim_is_refused_where_more_is_unique():
    """A user who has an email does not get another one: the event is still the user's, the email is not."""
    events = [an_event(1, "u1", email="e1"), an_event(2, "u1", email="e2"), an_event(3, email="e2")]
    identity = fed(events=events, unique=("userId", "email"))
    assert [identity.attribute(event).actor for event in events] == ["user:u1", "user:u1", "id:email:e2"]
    assert told(explain_event(identity, events[1]).not_applied) == [
        ("not applied: joins email e2", "one actor would have two values of email", None, "ours")
    ]


def test_an_identifier_nobody_has_claimed_says_what_it_is_joined_with():
    """It is the actor of the best of them."""
    why = explain_actor(fed(), "l9")
    assert (why.subject, why.belongs_to) == ("id:line:l9", "id:email:e9")
    assert told(why.steps) == [
        ("0 events with only line l9", "no userId on them", "R11", None),
        ("email e9 and line l9 are joined", "both in track m7, 00:07:00", None, "ours"),
        ("no user has claimed line l9", "nor anything it is joined with", "R11", "ours"),
    ]


@pytest.mark.parametrize(
    ("one", "other", "same", "steps"),
    [
        ("c1", "p1", True, [C1_E1, E1_P1]),
        ("e9", "l9", True, [("email e9 and line l9 are joined", "both in track m7, 00:07:00", None, "ours")]),
        ("c1", "e9", False, [C1_E1, E1_P1, P1_U1]),
    ],
)
def test_two_identifiers_are_one_by_their_joins(one, other, same, steps):
    """The way from one to the other; where there is none, what each of them is."""
    why = explain_pair(fed(), one, other)
    assert why.same is same
    assert told(why.steps)[: len(steps)] == steps


def test_two_identifiers_that_share_an_event_may_be_two_people():
    """Which event, and what kept them apart."""
    why = explain_pair(fed(), "c1", "e2")
    assert why.same is False
    assert told(why.not_applied) == [
        ("not applied: m6 joins them", "one actor would have two values of userId", None, "ours")
    ]


def test_graph_goes_from_user_to_user_by_way_of_joins():
    """Joins join users there as claims do, and the bridge is named."""
    why = explain_pair(fed("graph"), "u1", "u2")
    assert why.same is True
    assert told(why.steps)[0] == ("c1 and email e2 are joined", "both in track m6, 00:06:00", None, "ours")
    assert why.steps[-1].detail == "email e2 is the bridge (policy graph)"
