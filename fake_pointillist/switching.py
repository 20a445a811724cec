"""Switching a tenant's identity policy while the server goes on answering.

The events are read anew in slices of a few milliseconds; everybody's requests come between two of them. The tenant
follows its old policy until the new reading has caught up with what arrived meanwhile; one assignment then makes it
follow the new one. So nobody waits for long, and no answer is half of one policy and half of the other. A tenant's
second switch waits for its first.

What moved is told of the events that were there when the switch began: they are read under the old policy once more,
since the people in use go on changing with what arrives.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from fake_pointillist.rereading import Rereading, page
from fake_pointillist.turns import SLICE, let_go, others

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fake_pointillist.identity.attribution import IdEvent, Options
    from fake_pointillist.storage.commits import Commit
    from fake_pointillist.tenant import Tenant
    from fake_pointillist.tenants import Tenants


class Moved(NamedTuple):
    """Events of one anonymousId that changed their actor, summed up."""

    anonymous_id: str | None
    from_: str | None
    to: str | None
    events: int


async def switch(tenants: Tenants, tenant: Tenant, policy: str, options: Options) -> tuple[tuple[Moved, ...], Commit]:
    """Read the same events under another policy; return what moved, and the commit.

    Args:
        tenants: Whose lock is held within a slice, not between two.
        tenant: Whose policy.
        policy: The policy's name.
        options: Its options.

    Raises:
        UnknownPolicyError: There is no such policy; nothing has changed then.
        StoreError: What was written before the switch could not be stored.
    """
    moved = commit = None
    while moved is None or commit is None:  # again where the tenant was emptied meanwhile, or restored from its store
        old, new, last = await _begin(tenants, tenant, policy, options)
        replaced = tenant.identity, tenant.merges
        try:
            moved = await _compare(tenants, tenant, old, new, last)
            commit = await _adopt(tenants, tenant, new)
        finally:
            if tenant.rereading is new:
                tenant.rereading = None
            tenant.bell.ring()
        await let_go(old.identity, old.merges)
        await let_go(*(replaced if commit is not None else (new.identity, new.merges)))
    return moved, commit


async def _begin(tenants: Tenants, tenant: Tenant, policy: str, options: Options) -> tuple[Rereading, Rereading, int]:
    """Wait for the tenant's switch under way, if any; return the readings under both policies and the newest event."""
    while True:
        with tenant.bell.listening() as rung:
            await tenants.settled(tenant)
            with tenants.lock:
                if tenant.rereading is None:
                    new = tenant.rereading = Rereading(tenant, policy, options)
                    return Rereading(tenant, tenant.policy, tenant.options), new, tenant.seq
            await rung


async def _compare(tenants: Tenants, tenant: Tenant, old: Rereading, new: Rereading, last: int) -> tuple[Moved, ...]:
    """Read the events up to ``last`` both ways; return those whose actors differ, summed up, by their first events."""
    async for events in _slices(tenants, tenant, 0, last):
        old.read(events)
        new.read(events)
    old.catch_up(0)
    new.catch_up(0)
    changes: Counter[tuple[str | None, str | None, str | None]] = Counter()
    async for events in _slices(tenants, tenant, tenant.floor, last):
        for event in events:
            was, now = old.identity.attribute(event).actor, new.identity.attribute(event).actor
            if was != now:
                changes[event.anonymous_id, was, now] += 1
    return tuple(Moved(*key, events) for key, events in changes.items())


async def _slices(tenants: Tenants, tenant: Tenant, after: int, last: int) -> AsyncIterator[list[IdEvent]]:
    """Yield the events behind ``after`` up to ``last``, a slice at a time, and let others come between two."""
    while True:
        with tenants.lock:
            events = page(tenant, after, last, SLICE)
        if not events:
            return
        yield events
        after = events[-1].seq
        await others()


async def _adopt(tenants: Tenants, tenant: Tenant, new: Rereading) -> Commit | None:
    """Catch up and follow the new reading; return the commit, or ``None`` where the tenant began anew."""
    while True:
        with tenants.lock:
            if tenant.rereading is not new:
                return None
            if new.catch_up(SLICE):
                return tenant.adopt(new)
        await others()
