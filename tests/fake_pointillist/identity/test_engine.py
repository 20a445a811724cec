"""Identity against an oracle: the rules of facts/identity.md written down once more, naively, over the whole set."""

from __future__ import annotations

import pytest
from engine_checks import check_against, check_listing, check_moves, check_order_of_arrival, fed, people
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.id_warnings import STANDING
from fake_pointillist.identity.policies import POLICIES

DAY = 86_400_000_000
USERS = ["u1", "u2", "U1", "guest", None, None]
ANONS = ["a1", "a2", "A2", " a3", "0000", None]


def usable(value):
    """R4 and R5 for the ids these tests use."""
    return value is not None and value not in ("guest", "0000")


@st.composite
def streams(draw, *, distinct_times=False, size=14):
    """Events in order of arrival; without distinct times some are simultaneous."""
    count = draw(st.integers(1, size))
    times = draw(st.lists(st.integers(0, 12), min_size=count, max_size=count, unique=distinct_times and count <= 13))
    events = []
    for position, time in enumerate(times, 1):
        user, anon = draw(st.sampled_from(USERS)), draw(st.sampled_from(ANONS))
        events.append(IdEvent(position, f"m{position}", time * DAY, user, anon, draw(st.booleans()), "x"))
    return events


options = st.builds(
    Options,
    link_on=st.sampled_from(["any", "identify"]),
    claim_order=st.sampled_from(["event-time", "arrival"]),
    lookback_days=st.sampled_from([None, 0, 1, 3]),
    max_anonymous_ids=st.sampled_from([None, 1, 2]),
    on_limit=st.sampled_from(["warn", "refuse"]),
)
policies = st.sampled_from(sorted(POLICIES))


def oracle(events, policy, opts, unlinked=()):
    """Return {message: actor} by brute force: every rule applied to the whole set, no state."""
    arrival = opts.claim_order == "arrival"

    def place(event):
        return event.seq if arrival else event.time_us

    claims = sorted(
        (
            event
            for event in events
            if usable(event.user_id)
            and usable(event.anonymous_id)
            and (opts.link_on == "any" or event.documented)
            and (event.user_id, event.anonymous_id) not in unlinked
        ),
        key=lambda event: (place(event), event.seq),
    )

    def on(anon):
        return [claim for claim in claims if claim.anonymous_id == anon]

    def first_of(user, anon):
        return next(claim for claim in on(anon) if claim.user_id == user)

    def by_policy(anon, at):
        mine = on(anon)
        if not mine:
            return None
        if policy in ("first-claim", "graph"):
            return mine[0]
        if policy == "last-claim":
            return mine[-1]
        if policy == "quarantine":
            return mine[0] if len({claim.user_id for claim in mine}) == 1 else None
        if policy == "split":
            return ([mine[0]] + [claim for claim in mine if place(claim) <= at])[-1]
        return next((claim for claim in mine if place(claim) >= at), None)

    refused = set()
    if opts.max_anonymous_ids is not None and opts.on_limit == "refuse":
        for user in {claim.user_id for claim in claims}:
            held = {claim.anonymous_id for claim in claims if claim.user_id == user}
            if policy in ("first-claim", "last-claim", "quarantine"):
                held = {anon for anon in held if by_policy(anon, 0) and by_policy(anon, 0).user_id == user}
            ranked = sorted(held, key=lambda anon: (place(first_of(user, anon)), first_of(user, anon).seq))
            refused |= {(user, anon) for anon in ranked[opts.max_anonymous_ids :]}

    edges = [claim for claim in claims if (claim.user_id, claim.anonymous_id) not in refused]

    def fused(user):
        group = {user}
        while True:
            anons = {edge.anonymous_id for edge in edges if edge.user_id in group}
            grown = group | {edge.user_id for edge in edges if edge.anonymous_id in anons}
            if grown == group:
                break
            group = grown
        seen = [event for event in events if event.user_id in group]
        return min(seen, key=lambda event: (place(event), event.seq)).user_id

    def actor(event):
        if usable(event.user_id):
            return f"user:{fused(event.user_id) if policy == 'graph' else event.user_id}"
        anon = event.anonymous_id
        if not usable(anon):
            return None
        if policy == "graph":
            claim = next((edge for edge in edges if edge.anonymous_id == anon), None)
            since = claim
        else:
            claim = by_policy(anon, place(event))
            if claim is not None and (claim.user_id, anon) in refused:
                claim = None
            since = claim
            if claim is not None and policy in ("first-claim", "last-claim", "quarantine"):
                since = first_of(claim.user_id, anon)
        if claim is None:
            return f"anon:{anon}"
        if opts.lookback_days is not None and event.time_us < since.time_us - opts.lookback_days * DAY:
            return f"anon:{anon}"
        return f"user:{fused(claim.user_id) if policy == 'graph' else claim.user_id}"

    return {event.message: actor(event) for event in events}


@given(streams(), policies, options)
@settings(max_examples=200, deadline=None)
def test_incremental_equals_the_oracle_after_every_event(events, policy, opts):
    """Fed one by one, the engine says after each event what brute force says of the events so far."""
    check_against(oracle, events, policy, opts)


@given(streams(distinct_times=True, size=10), policies, options, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_order_of_arrival_cannot_matter(events, policy, opts, random):
    """With event times that differ, any order of arrival gives the same people and the same standing warnings."""
    check_order_of_arrival(events, policy, opts, random)


@given(streams(), policies, options)
@settings(max_examples=100, deadline=None)
def test_moves_account_for_every_change(events, policy, opts):
    """Balances kept by the moves alone end where the engine ends: no event changes its actor unsaid."""
    check_moves(events, policy, opts)


@given(streams(), policies, options, st.data())
@settings(max_examples=100, deadline=None)
def test_unlink_is_exact_and_a_new_claim_restores(events, policy, opts, data):
    """After unlink the result is that of the events without those claims; the same claim again brings it back."""
    identity = fed(events, policy, opts)
    pairs = sorted({(e.user_id, e.anonymous_id) for e in events if usable(e.user_id) and usable(e.anonymous_id)})
    if not pairs:
        return
    user, anon = data.draw(st.sampled_from(pairs))
    claims = [e for e in events if (e.user_id, e.anonymous_id) == (user, anon)]
    before = people(identity, events)
    identity.unlink(user, anon)
    expected = oracle(events, policy, opts, {(user, anon)})
    assert people(identity, events) == expected
    check_listing(identity, expected)
    if opts.claim_order == "event-time":
        for claim in claims:
            identity.ingest(claim, counts=False)
        assert people(identity, events) == before
        check_listing(identity, before)


@given(streams(), policies, options, st.data())
@settings(max_examples=60, deadline=None)
def test_dropped_events_leave_the_people_who_they_are(events, policy, opts, data):
    """Dropping events changes counts only: claims survive."""
    identity = fed(events, policy, opts)
    expected = people(identity, events)
    gone = data.draw(st.sets(st.sampled_from([event.message for event in events])))
    for event in events:
        if event.message in gone:
            identity.drop(event)
    left = [event for event in events if event.message not in gone]
    assert people(identity, events) == expected
    check_listing(identity, {event.message: expected[event.message] for event in left})


@given(streams(), st.sampled_from([name for name in sorted(POLICIES) if name != "graph"]), options)
@settings(max_examples=60, deadline=None)
def test_only_graph_puts_two_users_into_one_actor(events, policy, opts):
    """Under every other policy an event that names a user belongs to that very user."""
    identity = fed(events, policy, opts)
    for event in events:
        if usable(event.user_id):
            assert identity.attribute(event).actor == f"user:{event.user_id}"
    assert all(len(found.user_ids) <= 1 for found in identity.actors())


@given(streams(), policies, options)
@settings(max_examples=100, deadline=None)
def test_live_warnings_cover_the_standing_ones(events, policy, opts):
    """Every kind of warning that stands at the end was given as news when it came up."""
    identity = Identity(policy, opts)
    news = {warning.code for event in events for warning in identity.ingest(event).warnings}
    standing = {warning.code for warning in identity.warnings()}
    assert standing <= STANDING
    assert standing <= news


def test_an_id_gained_by_an_earlier_claim_counts_against_the_limit():
    """The user had claimed it before, in vain: what it owns grows all the same, and that is news."""
    claims = [("u2", "a2", 5), ("u1", "a1", 0), ("u1", "a2", 9), ("u1", "a2", 1)]
    events = [
        IdEvent(seq, f"m{seq}", time * 1_000_000, user, anonymous, documented=True, event_type="identify")
        for seq, (user, anonymous, time) in enumerate(claims, 1)
    ]
    identity = Identity("first-claim", Options(max_anonymous_ids=1))
    news = [[warning.code for warning in identity.ingest(event).warnings] for event in events]
    assert news == [[], [], ["conflicting_claim"], ["identity_limit", "late_claim"]]


@pytest.mark.soak
@given(streams(size=40), policies, options)
@settings(max_examples=4_000, deadline=None)
def test_incremental_equals_the_oracle_at_length(events, policy, opts):
    """The same as above on longer streams, many more of them."""
    identity = fed(events, policy, opts)
    expected = oracle(events, policy, opts)
    assert people(identity, events) == expected
    check_listing(identity, expected)
