"""What must hold of the identity engine for any events, whichever identifiers they carry; tests bring the events."""

from __future__ import annotations

import dataclasses

from fake_pointillist.identity.attribution import Options
from fake_pointillist.identity.engine import Identity


def fed(events, policy="first-claim", opts=Options()):  # noqa: B008 - frozen
    """The engine after the events, in their order."""
    identity = Identity(policy, opts)
    for event in events:
        identity.ingest(event)
    return identity


def people(identity, events):
    """{message: actor} as the engine says now."""
    return {event.message: identity.attribute(event).actor for event in events}


def check_listing(identity, expected):
    """Counts and listings say what the attributions say."""
    counts = {}
    for actor in expected.values():
        counts[actor] = counts.get(actor, 0) + 1
    nobody = counts.pop(None, 0)
    listed = list(identity.actors())
    assert [found.actor for found in listed] == sorted(counts)
    assert {found.actor: found.events for found in listed} == counts
    assert identity.unattributed == nobody
    assert identity.known == sum(actor.startswith("user:") for actor in counts)
    assert identity.anonymous == sum(actor.startswith(("anon:", "id:")) for actor in counts)
    assert identity.known + identity.anonymous == len(counts)


def check_against(oracle, events, policy, opts):
    """Fed one by one, the engine says after each event what ``oracle`` says of the events so far."""
    identity = Identity(policy, opts)
    for position, event in enumerate(events, 1):
        identity.ingest(event)
        so_far = events[:position]
        expected = oracle(so_far, policy, opts)
        assert people(identity, so_far) == expected
        check_listing(identity, expected)


def check_order_of_arrival(events, policy, opts, random):
    """Events in another order of arrival, ordered by event time, give the same people and standing warnings."""
    opts = dataclasses.replace(opts, claim_order="event-time")
    shuffled = list(events)
    random.shuffle(shuffled)
    shuffled = [event._replace(seq=seq) for seq, event in enumerate(shuffled, 1)]
    one, other = fed(events, policy, opts), fed(shuffled, policy, opts)
    assert people(one, events) == people(other, shuffled)
    assert list(one.actors()) == list(other.actors())
    assert sorted(one.warnings()) == sorted(other.warnings())
    assert one.conflicts == other.conflicts


def check_moves(events, policy, opts):
    """Balances kept by the moves alone end where the engine ends."""
    identity = Identity(policy, opts)
    balance = {}
    for event in events:
        added = identity.add(event)
        for move in added.moves:
            assert move.events_moved > 0
            assert move.from_ != move.to
            balance[move.from_] = balance.get(move.from_, 0) - move.events_moved
            balance[move.to] = balance.get(move.to, 0) + move.events_moved
        if added.attribution.actor is not None:
            balance[added.attribution.actor] = balance.get(added.attribution.actor, 0) + 1
    assert {actor: count for actor, count in balance.items() if count} == {
        found.actor: found.events for found in identity.actors()
    }
