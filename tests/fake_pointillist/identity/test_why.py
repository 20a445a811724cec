"""The chain of reasons: its pinned look, and that it says what the engine did."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_pointillist.errors import UnknownIdError
from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.policies import POLICIES
from fake_pointillist.identity.why import explain_actor, explain_event, explain_pair, why_text

MIDNIGHT = 20_514 * 86_400_000_000  # 2026-03-02


def event(seq, time, event_type, user=None, anon=None):
    """An event of 2026-03-02, ``time`` as ``10:06:30``."""
    hours, minutes, seconds = (int(part) for part in time.split(":"))
    time_us = MIDNIGHT + (hours * 3600 + minutes * 60 + seconds) * 1_000_000
    return IdEvent(seq, f"m{seq}", time_us, user, anon, event_type == "identify", event_type)


SHARED = [
    event(4, "10:04:12", "Product Viewed", anon="7f3a"),
    event(7, "10:06:30", "identify", "u_42", "7f3a"),
    event(9, "10:08:00", "Product Viewed", anon="7f3a"),
    event(12, "10:20:05", "identify", "u_77", "7f3a"),
]


def known(events=SHARED, policy="first-claim", **options):
    """The engine after these events."""
    identity = Identity(policy, Options(**options))
    for one in events:
        identity.add(one)
    return identity


def test_the_pinned_example():
    """An event before the claim reads exactly as interface section 5 prints it."""
    assert why_text(explain_event(known(), SHARED[0])) == (
        "m4  Product Viewed  10:04:12            belongs to  u_42\n"
        " 1  carries anonymousId 7f3a            no userId on the event                      R11\n"
        " 2  7f3a is claimed by u_42             identify m7, 10:06:30 (documented)          R9, R10  seed\n"
        " 3  m4 is earlier than m7               re-attributed, was anon 7f3a                seed\n"
        " -  not applied: identify m12 -> u_77   7f3a already claimed (first-claim)          R12  ours"
    )


def test_the_pinned_json():
    """The JSON has subject, belongs_to, steps and not_applied, each row text, message, rule and basis."""
    assert explain_event(known(), SHARED[0]).to_json() == {
        "subject": "m4",
        "belongs_to": "user:u_42",
        "steps": [
            {
                "text": "carries anonymousId 7f3a: no userId on the event",
                "message": "m4",
                "rule": "R11",
                "basis": None,
            },
            {
                "text": "7f3a is claimed by u_42: identify m7, 10:06:30 (documented)",
                "message": "m7",
                "rule": "R9, R10",
                "basis": "seed",
            },
            {
                "text": "m4 is earlier than m7: re-attributed, was anon 7f3a",
                "message": "m4",
                "rule": None,
                "basis": "seed",
            },
        ],
        "not_applied": [
            {
                "text": "not applied: identify m12 -> u_77: 7f3a already claimed (first-claim)",
                "message": "m12",
                "rule": "R12",
                "basis": "ours",
            }
        ],
    }


@pytest.mark.parametrize(
    ("policy", "belongs", "reason"),
    [
        ("last-claim", "u_77", "m7 -> u_42    7f3a claimed again later (last-claim)       R12  ours"),
        ("split", "u_42", "m12 -> u_77   another claim is nearer in time (split)     R12  ours"),
        ("previous-only", "u_77", "m7 -> u_42    not the next claim (previous-only)          R12  ours"),
        ("quarantine", "anon 7f3a", "m7 -> u_42    7f3a claimed by two users (quarantine)      R12  ours"),
    ],
)
def test_every_policy_names_itself_and_what_it_left_out(policy, belongs, reason):
    """Under another policy the text says which, that it is ours, and why the other claim was not applied."""
    text = why_text(explain_event(known(policy=policy), SHARED[2]))
    assert text.splitlines()[0].endswith(f"belongs to  {belongs}")
    assert f"policy {policy}" in text
    assert f" -  not applied: identify {reason}" in text.splitlines()


def test_a_claim_on_another_day_shows_its_date():
    """The time of a claim has its date where the event is of another day."""
    claim = event(2, "10:00:00", "identify", "u1", "a1")
    claim = claim._replace(time_us=claim.time_us + 86_400_000_000)
    first = event(1, "09:00:00", "Read", anon="a1")
    assert "identify m2, 2026-03-03 10:00:00 (documented)" in why_text(explain_event(known([first, claim]), first))


def test_a_late_event_was_claimed_when_it_arrived():
    """An event that arrives after its claim is not called re-attributed."""
    late = event(13, "10:01:00", "Read", anon="7f3a")
    why = explain_event(known([*SHARED, late]), late)
    assert why.steps[2].detail == "already claimed by m7 when it arrived"


def test_the_blocked_user_is_named():
    """A placeholder userId is said not to be applied; the event goes by its anonymousId."""
    one = event(1, "10:00:00", "identify", "undefined", "a1")
    why = explain_event(known([one]), one)
    assert why.belongs_to == "anon:a1"
    assert [step.text for step in why.not_applied] == ["not applied: userId undefined"]


def test_nobodys_event():
    """An event with placeholders only belongs to nobody, and says why."""
    one = event(1, "10:00:00", "identify", "null", "0000")
    why = explain_event(known([one]), one)
    assert why.belongs_to is None
    assert why_text(why).splitlines()[0].endswith("belongs to  nobody")
    assert [step.rule for step in why.steps] == ["R5", "R5", "R5"]


def test_lookback_gives_its_reason():
    """An event too old for the claim says so, with the days."""
    old = event(1, "10:00:00", "Read", anon="a1")
    claim = event(2, "10:00:00", "identify", "u1", "a1")
    claim = claim._replace(time_us=claim.time_us + 9 * 86_400_000_000)
    why = explain_event(known([old, claim], lookback_days=5), old)
    assert [step.detail for step in why.not_applied] == ["more than 5 days before it (lookback-days)"]


def test_a_refused_id_gives_its_reason():
    """An id beyond the limit says that the user has its ids."""
    events = [event(1, "10:00:00", "identify", "u1", "a1"), event(2, "10:01:00", "identify", "u1", "a2")]
    read = event(3, "10:02:00", "Read", anon="a2")
    why = explain_event(known([*events, read], max_anonymous_ids=1, on_limit="refuse"), read)
    assert [step.detail for step in why.not_applied] == ["u1 has its 1 ids (max-anonymous-ids)"]


def test_a_track_that_may_not_link_gives_its_reason():
    """With link-on identify the track with both ids stands among what was not applied."""
    track, read = event(1, "10:00:00", "Bought", "u1", "a1"), event(2, "10:01:00", "Read", anon="a1")
    identity = known([track, read], link_on="identify")
    assert [step.detail for step in explain_event(identity, read).not_applied] == [
        "only identify links here (link-on identify)"
    ]
    assert [step.text for step in explain_event(identity, track).not_applied] == ["not applied: track m1 -> u1"]


def test_graph_names_the_bridge_and_only_the_path():
    """Worked example 8: sam - l2 - s-2 - l3 - uma; the edge l1 is in the component, not in the explanation."""
    events = [
        IdEvent(1, "l1", 1, "sam", "s-1", True, "identify"),
        IdEvent(2, "l2", 2, "sam", "s-2", False, "Cart Filled"),
        IdEvent(3, "l3", 3, "uma", "s-2", True, "identify"),
    ]
    why = explain_pair(known(events, "graph"), "sam", "uma")
    assert why.same is True
    assert why.steps[-1].text == "sam - l2 - s-2 - l3 - uma"
    assert why.steps[-1].detail == "s-2 is the bridge (policy graph)"
    assert [step.message for step in why.steps] == ["l2", "l3", None]


def test_two_users_are_not_one():
    """Without graph two users stay two, and the shared id is named with both messages."""
    why = explain_pair(known(), "u_42", "u_77")
    assert why.same is False
    assert why.to_json()["subject"] == "user:u_42, user:u_77"
    assert [step.detail for step in why.not_applied] == ["claimed by both, m7 and m12; only graph fuses users"]


def test_a_plain_id_means_the_user_first():
    """Where a userId and an anonymousId are spelt alike, the plain word is the user; anon: means the other."""
    identity = known([event(1, "10:00:00", "Read", "x"), event(2, "10:00:00", "Read", None, "x")])
    assert explain_actor(identity, "x").subject == "user:x"
    assert explain_actor(identity, "anon:x").subject == "anon:x"


def test_an_actor_lists_its_ids_and_what_was_kept_out():
    """An actor says what it is made of, and which claim on its ids was not applied."""
    why = explain_actor(known(), "u_42")
    assert [step.text for step in why.steps] == ["named by 1 event", "7f3a is claimed by u_42"]
    assert [step.message for step in why.not_applied] == ["m12"]


@pytest.mark.parametrize(
    "ask", [lambda known: explain_actor(known, "x"), lambda known: explain_pair(known, "u_42", "x")]
)
def test_an_unknown_id_is_an_error(ask):
    """Asking about an id nobody sent is refused, not answered with an empty chain."""
    with pytest.raises(UnknownIdError, match="'x'"):
        ask(known())


def test_an_id_a_thousand_users_claim_is_explained_shortly():
    """Long chains are cut, and say how much was left out."""
    claims = [IdEvent(seq, f"m{seq}", seq, f"u{seq}", "kiosk", True, "identify") for seq in range(1, 1_001)]
    read = IdEvent(1_001, "m1001", 2_000, None, "kiosk", False, "Read")
    identity = known([*claims, read])
    assert explain_event(identity, read).not_applied[-1].text == "and 979 more claims"
    assert explain_actor(identity, "kiosk").not_applied[-1].text == "and 949 more"


ids = st.sampled_from(["a", "b", "guest", "0", None])
streams = st.lists(st.tuples(ids, ids, st.integers(0, 5), st.booleans()), min_size=1, max_size=10)


@given(streams, st.sampled_from(sorted(POLICIES)), st.sampled_from(["any", "identify"]), st.sampled_from([None, 1]))
@settings(max_examples=100, deadline=None)
def test_why_agrees_with_the_attribution(rows, policy, link_on, limit):
    """Whatever the events, every explanation names the actor the engine gives, and is plain JSON."""
    events = [
        IdEvent(seq, f"m{seq}", time, user, anon, documented, "x")
        for seq, (user, anon, time, documented) in enumerate(rows, 1)
    ]
    identity = known(events, policy, link_on=link_on, max_anonymous_ids=limit, on_limit="refuse")
    for one in events:
        why = explain_event(identity, one)
        assert why.belongs_to == identity.attribute(one).actor
        assert json.loads(json.dumps(why.to_json()))["belongs_to"] == why.belongs_to
        assert why.steps
        for value in (one.user_id, one.anonymous_id):
            if value is not None and identity.find(value) is not None:
                assert why_text(explain_actor(identity, value))
                assert explain_pair(identity, value, value).same is True


def test_an_id_divided_by_time_belongs_to_all_who_have_a_part():
    """Under split and previous-only the owners are listed, the most events first, and each user's part is counted."""
    events = [*SHARED, event(13, "10:21:00", "Product Viewed", anon="7f3a")]
    split = known(events, "split")
    why = explain_actor(split, "7f3a")
    assert (why.belongs_to, why.also) == ("user:u_42", ("user:u_77",))
    assert ("its events are divided", "u_42 2, u_77 1") in [step[:2] for step in why.steps]
    assert why.not_applied == ()
    assert explain_actor(split, "u_77").steps[1].detail == "identify m12, 10:20:05 (documented), 1 of 3 events"
    why = explain_actor(known(events, "previous-only"), "7f3a").to_json()
    assert (why["belongs_to"], why["also"]) == ("anon:7f3a", ["user:u_42", "user:u_77"])


def test_a_fused_actor_names_the_way_between_its_users():
    """Under graph an actor's explanation says how its other users came to it."""
    why = explain_actor(known(policy="graph"), "u_42")
    assert [step[:2] for step in why.steps[-2:]] == [
        ("2 users fused", "graph makes one of them"),
        ("u_42 - m7 - 7f3a - m12 - u_77", "7f3a is the bridge (policy graph)"),
    ]
