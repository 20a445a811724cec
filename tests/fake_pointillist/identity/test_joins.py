"""Joins over other identifiers against an oracle: the rule written down once more, naively, over the whole set."""

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
VALUES = {
    "userId": ["u1", "u2", "guest", None, None, None],
    "anonymousId": ["a1", "a2", "0000", None],
    "email": ["e1", "e2", "E2", "unknown", None, None],
    "phone": ["p1", "p2", None, None, None],
}
BLOCKED = {"guest", "0000", "unknown", None}


@st.composite
def streams(draw, *, distinct_times=False, size=12):
    """Events in order of arrival; without distinct times some are simultaneous."""
    count = draw(st.integers(1, size))
    times = draw(st.lists(st.integers(0, 12), min_size=count, max_size=count, unique=distinct_times))
    return [
        an_event(seq, time, documented=draw(st.booleans()), **{n: draw(st.sampled_from(v)) for n, v in VALUES.items()})
        for seq, time in enumerate(times, 1)
    ]


def an_event(seq, day, *, documented=False, userId=None, anonymousId=None, **others):  # noqa: N803 - the wire's names
    """An event of a day, with the identifiers that are given."""
    kept = tuple(sorted((name, value) for name, value in others.items() if value is not None))
    return IdEvent(seq, f"m{seq}", day * DAY, userId, anonymousId, documented, "x", kept)


options = st.builds(
    Options,
    link_on=st.sampled_from(["any", "any", "identify"]),
    claim_order=st.sampled_from(["event-time", "event-time", "arrival"]),
    lookback_days=st.sampled_from([None, None, 0, 3]),
    max_anonymous_ids=st.sampled_from([None, 1, 2]),
    on_limit=st.sampled_from(["warn", "refuse"]),
    unique=st.sampled_from([("userId",), ("userId",), ("userId", "email"), ("phone", "userId", "email")]),
)
policies = st.sampled_from(sorted(POLICIES))


class Oracle:
    """Who is who by brute force: every rule applied to the whole set, no state."""

    def __init__(self, events, policy, opts, unlinked=frozenset()):
        self.events, self.policy, self.opts, self.unlinked = events, policy, opts, unlinked
        self.other_unique = [name for name in opts.unique if name != "userId"]
        self.claims, self.bundles = [], {}
        self.refused_joins = set()
        self._judge()
        self.over = self._over_the_limit()

    def place(self, event):
        """What orders events."""
        return event.seq if self.opts.claim_order == "arrival" else event.time_us

    def rank(self, node):
        """How good an identifier is, the least the best."""
        name = node[0]
        if name == "userId":
            return (-1, "")
        if name in self.other_unique:
            return (self.other_unique.index(name), "")
        return (98, "") if name == "anonymousId" else (99, name)

    def ids(self, event):
        """The usable identifiers of an event, the best first."""
        found = [("userId", event.user_id), ("anonymousId", event.anonymous_id), *event.others]
        return sorted((node for node in found if node[1] not in BLOCKED), key=self.rank)

    def _judge(self):
        facts = []
        for event in self.events:
            best, *rest = self.ids(event) or [None]
            for node in rest:
                counts = (best[1], node) not in self.unlinked and (self.opts.link_on == "any" or event.documented)
                if best[0] == "userId" and not counts:
                    continue
                facts.append((self.place(event), event.seq, self.rank(node), node, best, event))
        unique = set(self.other_unique) | ({"userId"} if self.policy != "graph" else set())
        parts, verdict, joined = [], {}, []
        for *_, node, best, event in sorted(facts, key=lambda fact: fact[:3]):
            pair = frozenset((node, best))
            if pair not in verdict:
                mine = next((part for part in parts if node in part), {node})
                its = next((part for part in parts if best in part), {best})
                clash = {
                    one[0] for one in mine for other in its if one[0] == other[0] and one[0] in unique and one != other
                }
                verdict[pair] = clash if mine is not its else set()
                if not verdict[pair]:
                    parts = [part for part in parts if part not in (mine, its)] + [mine | its]
                    if best[0] != "userId":
                        joined.append(pair)
                elif best[0] != "userId" or clash != {"userId"}:
                    self.refused_joins.add(pair)
            if best[0] == "userId" and pair not in self.refused_joins:
                self.claims.append((event, node))
        for event in self.events:
            for node in self.ids(event):
                if node[0] != "userId":
                    self.bundles.setdefault(node, {node})
        for pair in joined:
            whole = set().union(*(self.bundles[node] for node in pair))
            for node in whole:
                self.bundles[node] = whole

    def on(self, node):
        """The claims that reach an identifier, in order."""
        return [event for event, claimed in self.claims if claimed in self.bundles[node]]

    def first_of(self, user, node):
        """A user's first claim that reaches an identifier."""
        return next(event for event in self.on(node) if event.user_id == user)

    def owning(self, node, at):
        """The claim that owns an event of an identifier there, by the policy."""
        mine = self.on(node)
        if not mine:
            return None
        if self.policy in ("first-claim", "graph"):
            return mine[0]
        if self.policy == "last-claim":
            return mine[-1]
        if self.policy == "quarantine":
            return mine[0] if len({event.user_id for event in mine}) == 1 else None
        if self.policy == "split":
            return ([mine[0]] + [event for event in mine if self.place(event) <= at])[-1]
        return next((event for event in mine if self.place(event) >= at), None)

    def _over_the_limit(self):
        over = set()
        if self.opts.max_anonymous_ids is None or self.opts.on_limit == "warn":
            return over
        for user in {event.user_id for event, _ in self.claims}:
            held = {node for node in self.bundles if any(event.user_id == user for event in self.on(node))}
            if self.policy in ("first-claim", "last-claim", "quarantine"):
                held = {node for node in held if self.owning(node, 0) and self.owning(node, 0).user_id == user}

            def ranked(node, user=user):
                first = self.first_of(user, node)
                return self.place(first), first.seq, text(node)

            over |= {(user, node) for node in sorted(held, key=ranked)[self.opts.max_anonymous_ids :]}
        return over

    def edges(self):
        """The claims ``graph`` connects by, wherever they reach."""
        return [
            (event, node) for node in self.bundles for event in self.on(node) if (event.user_id, node) not in self.over
        ]

    def fused(self, user):
        """The user a user is one with and named after: under ``graph`` the first seen of those connected."""
        if self.policy != "graph":
            return user
        group, edges = {user}, self.edges()
        while True:
            nodes = {node for event, node in edges if event.user_id in group}
            grown = group | {event.user_id for event, node in edges if node in nodes}
            if grown == group:
                break
            group = grown
        seen = [event for event in self.events if event.user_id in group]
        return min(seen, key=lambda event: (self.place(event), event.seq)).user_id

    def actor(self, event):
        """Whom an event belongs to."""
        best = next(iter(self.ids(event)), None)
        if best is None:
            return None
        if best[0] == "userId":
            return f"user:{self.fused(best[1])}"
        if self.policy == "graph":
            claim = since = next((e for e in self.on(best) if (e.user_id, best) not in self.over), None)
        else:
            claim = since = self.owning(best, self.place(event))
            if claim is not None and (claim.user_id, best) in self.over:
                claim = None
            if claim is not None and self.policy in ("first-claim", "last-claim", "quarantine"):
                since = self.first_of(claim.user_id, best)
        back = self.opts.lookback_days
        if claim is None or (back is not None and event.time_us < since.time_us - back * DAY):
            return named(min(self.bundles[best], key=lambda node: (self.rank(node), node[1])))
        return f"user:{self.fused(claim.user_id)}"

    def people(self):
        """{message: actor}."""
        return {event.message: self.actor(event) for event in self.events}


def text(node):
    """An identifier as claims and merges write it."""
    return node[1] if node[0] == "anonymousId" else f"id:{node[0]}:{node[1]}"


def named(node):
    """An identifier as an actor of its own."""
    return f"anon:{node[1]}" if node[0] == "anonymousId" else text(node)


@given(streams(), policies, options)
@settings(max_examples=300, deadline=None)
def test_incremental_equals_the_oracle_after_every_event(events, policy, opts):
    """Fed one by one, the engine says after each event what brute force says of the events so far."""
    check_against(lambda *of: Oracle(*of).people(), events, policy, opts)


@given(streams(distinct_times=True, size=10), policies, options, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_order_of_arrival_cannot_matter(events, policy, opts, random):
    """With event times that differ, any order of arrival gives the same people and the same standing warnings."""
    check_order_of_arrival(events, policy, opts, random)


@given(streams(), policies, options)
@settings(max_examples=150, deadline=None)
def test_moves_account_for_every_change(events, policy, opts):
    """Balances kept by the moves alone end where the engine ends: no event changes its actor unsaid."""
    check_moves(events, policy, opts)


@given(streams(), policies, options, st.data())
@settings(max_examples=150, deadline=None)
def test_an_unlink_is_exact(events, policy, opts, data):
    """It takes the user's claims from all that the id is joined with; the rest is judged as if they had never been."""
    identity = fed(events, policy, opts)
    before = Oracle(events, policy, opts)
    pairs = sorted({(e.user_id, node) for e in events for node in before.ids(e)[1:] if e.user_id not in BLOCKED})
    if not pairs:
        return
    user, node = data.draw(st.sampled_from(pairs))
    identity.unlink(user, text(node))
    reached = {(user, other) for other in before.bundles[node]}
    if not any(e.user_id == user for e in before.on(node)):
        reached = set()
    expected = Oracle(events, policy, opts, reached).people()
    assert people(identity, events) == expected
    check_listing(identity, expected)


@given(streams(), policies, options, st.data())
@settings(max_examples=100, deadline=None)
def test_dropped_events_leave_the_people_who_they_are(events, policy, opts, data):
    """Dropping events changes counts only: joins and claims survive."""
    identity = fed(events, policy, opts)
    expected = people(identity, events)
    gone = data.draw(st.sets(st.sampled_from([event.message for event in events])))
    for event in events:
        if event.message in gone:
            identity.drop(event)
    assert people(identity, events) == expected
    check_listing(identity, {message: actor for message, actor in expected.items() if message not in gone})


@given(streams(), policies, options)
@settings(max_examples=150, deadline=None)
def test_live_warnings_cover_the_standing_ones(events, policy, opts):
    """Every kind of warning that stands at the end was given as news when it came up."""
    identity = Identity(policy, opts)
    news = {warning.code for event in events for warning in identity.ingest(event).warnings}
    standing = [warning.code for warning in identity.warnings()]
    assert set(standing) <= STANDING
    assert set(standing) <= news
    assert standing.count("refused_join") == len(Oracle(events, policy, opts).refused_joins)


@pytest.mark.soak
@given(streams(size=30), policies, options)
@settings(max_examples=4_000, deadline=None)
def test_incremental_equals_the_oracle_at_length(events, policy, opts):
    """The same as above on longer streams, many more of them."""
    identity = fed(events, policy, opts)
    expected = Oracle(events, policy, opts).people()
    assert people(identity, events) == expected
    check_listing(identity, expected)
