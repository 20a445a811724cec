"""The proof forest of ``graph`` against a naive one: a list of claims, and a search through it for every question."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.why import explain_pair

IDS = st.tuples(st.sampled_from(["u1", "u2", "u3", "u4"]), st.sampled_from(["a1", "a2", "a3", "a4"]))


@st.composite
def deeds(draw):
    """Claims in order of arrival, each an event, and now and then an unlink of one of the pairs so far."""
    rows = []
    for seq in range(1, draw(st.integers(1, 16)) + 1):
        user, anon = draw(IDS)
        if rows and draw(st.integers(0, 4)) == 0:
            rows.append((user, anon))
        else:
            rows.append(IdEvent(seq, f"m{seq}", draw(st.integers(0, 9)), user, anon, documented=True))
    return rows


def linked(edges, start, goal):
    """The pairs on the way from one node to another, or ``None``: every way that turns back nowhere is tried."""
    ways = [(start, ())]
    while ways:
        node, way = ways.pop()
        if node == goal:
            return list(way)
        ways += [(edge[edge[0] == node], (*way, edge)) for edge in edges if node in edge and edge not in way]
    return None


class Naive:
    """Every first claim of a pair, and which of them caused a union, in lists."""

    def __init__(self):
        self.first, self.causes = {}, []

    def add(self, event):
        """Take in a claim: a cause where its two ids were not one yet."""
        pair = (event.user_id, event.anonymous_id)
        claim = (event.time_us, event.seq, event.message)
        known = pair in self.first
        self.first[pair] = min(claim, self.first.get(pair, claim))
        if not known and linked(self.causes, *pair) is None:
            self.causes.append(pair)

    def unlink(self, pair):
        """Take a pair away; the other causes stay, and the earliest claims that still join something follow."""
        self.first.pop(pair, None)
        if pair in self.causes:
            self.causes.remove(pair)
            for other in sorted(self.first, key=self.first.get):
                if linked(self.causes, *other) is None:
                    self.causes.append(other)

    def messages(self, start, goal):
        """The messages on the way between two ids."""
        way = linked(self.causes, start, goal)
        return None if way is None else [self.first[pair][2] for pair in way]


def played(rows, options=Options()):  # noqa: B008 - frozen
    """The engine and the naive forest after the same deeds."""
    identity, naive = Identity("graph", options), Naive()
    for row in rows:
        if isinstance(row, IdEvent):
            identity.ingest(row)
            naive.add(row)
        else:
            identity.unlink(*row)
            naive.unlink(row)
    return identity, naive


def ids_of(rows):
    """Every id of the events, a userId or an anonymousId."""
    events = [row for row in rows if isinstance(row, IdEvent)]
    return sorted({event.user_id for event in events} | {event.anonymous_id for event in events})


def messages_of(why):
    """The messages of the claims of an explanation, or ``None`` where the two are not one."""
    return [step.message for step in why.steps if step.message] if why.same else None


@given(deeds())
@settings(max_examples=300, deadline=None)
def test_why_is_the_way_through_the_claims_that_caused_the_unions(rows):
    """For every two ids the claims named are those of the naive forest, in order, after unlinks too."""
    identity, naive = played(rows)
    for one in ids_of(rows):
        for other in ids_of(rows):
            if one != other:
                assert messages_of(explain_pair(identity, one, other)) == naive.messages(one, other)


@given(deeds(), st.sampled_from([1, 2]))
@settings(max_examples=200, deadline=None)
def test_one_actor_is_one_tree(rows, limit):
    """With limits that refuse as well: as many claims caused unions as an actor has ids, less one, and they span it."""
    identity, _ = played(rows, Options(max_anonymous_ids=limit, on_limit="refuse"))
    nodes = {id(identity.find(one)): identity.find(one) for one in ids_of(rows)}.values()
    for component in {id(node.component): node.component for node in nodes if node.component is not None}.values():
        members = [*component.users, *component.anons]
        assert sum(member.parent is None for member in members) == 1
        for member in members:
            assert messages_of(explain_pair(identity, component.name.value, member.value)) is not None


def test_a_claim_between_ids_that_were_one_explains_nothing():
    """The claim m4 of uma on a1 is shorter than the way by which the two became one, and caused nothing."""
    events = [
        IdEvent(1, "m1", 1, "sam", "a1", documented=True),
        IdEvent(2, "m2", 2, "sam", "a2", documented=True),
        IdEvent(3, "m3", 3, "uma", "a2", documented=True),
        IdEvent(4, "m4", 4, "uma", "a1", documented=True),
    ]
    identity, _ = played(events)
    assert explain_pair(identity, "uma", "a1").steps[-1].text == "uma - m3 - a2 - m2 - sam - m1 - a1"
    identity.unlink("sam", "a2")
    assert explain_pair(identity, "uma", "sam").steps[-1].text == "uma - m4 - a1 - m1 - sam"
    assert explain_pair(identity, "uma", "a2").steps[-1].text == "uma - m3 - a2"


def test_a_chain_of_ten_thousand_ids_is_climbed_without_recursion():
    """Ids joined one after the other into a chain: the way between its ends names every claim of it."""
    events = []
    for number in range(5_000):
        for anon in (number, number + 1):
            seq = len(events) + 1
            events.append(IdEvent(seq, f"m{seq}", seq, f"u{number}", f"a{anon}", documented=True))
    identity = Identity("graph")
    for event in reversed(events):
        identity.ingest(event._replace(seq=10_001 - event.seq))
    why = explain_pair(identity, "a0", "a5000")
    assert [step.message for step in why.steps[:-1]] == [event.message for event in events]
