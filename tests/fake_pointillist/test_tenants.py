"""From a token to its tenant: who waits while one is restored, and who does not."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from fake_pointillist import restoring
from fake_pointillist.errors import RefusedError, StoreError
from fake_pointillist.intake import judge
from fake_pointillist.records import Rules
from fake_pointillist.storage.durable_store import DurableStore
from fake_pointillist.tenants import Tenants

EVENTS = 40


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Give a store in which token ``t`` has 40 events, read back one at a time."""
    monkeypatch.setattr(restoring, "SLICE", 1)
    store = DurableStore(tmp_path / "db")
    tenant = Tenants(store, Rules(now=lambda: 0)).at_once(b"t")
    for number in range(EVENTS):
        take(tenant, f"a{number % 3}")
    store._commit()
    yield store
    store.close()


def take(tenant, anon):
    """Take one event."""
    event = {"eventType": "Opened", "eventTime": "2026-03-02T10:00:00Z", "actors": {"customer": {"anonymousId": anon}}}
    return tenant.take(judge(event), None, 0, b"")


def tenants_of(store):
    """Tenants after a restart."""
    return Tenants(store, Rules(now=lambda: 0))


def test_others_are_answered_while_a_tenant_is_restored(store):
    """A tenant that is read back keeps no other waiting: a new one is there at once, and takes its event."""

    async def side_by_side():
        tenants, order = tenants_of(store), []

        async def restored():
            order.append((await tenants.of(b"t")).accepted)

        async def posted():
            await asyncio.sleep(0)
            order.append(take(tenants.at_once(b"other"), "a").event_id)

        await asyncio.gather(restored(), posted())
        return order

    assert asyncio.run(side_by_side()) == ["e0-1", EVENTS]


def test_who_comes_second_waits_for_the_first(store):
    """Of many first requests one restores the tenant; all get the same, whole."""

    async def together():
        tenants = tenants_of(store)
        assert tenants.at_once(b"t") is None
        found = await asyncio.gather(*(tenants.of(b"t") for _ in range(5)))
        assert tenants.at_once(b"t") is found[0]
        return {(id(tenant), tenant.accepted, tenant.identity.anonymous) for tenant in found}

    assert [found[1:] for found in asyncio.run(together())] == [(EVENTS, 3)]


def test_a_restoring_given_up_is_begun_anew_by_the_next(store):
    """Where the first request is cancelled half way, whoever waits restores the tenant from the start."""

    async def given_up():
        tenants = tenants_of(store)
        first = asyncio.create_task(tenants.of(b"t"))
        second = asyncio.create_task(tenants.of(b"t"))
        for _ in range(10):
            await asyncio.sleep(0)
        first.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await first
        return (await second).accepted

    assert asyncio.run(given_up()) == EVENTS


def test_a_server_that_stops_does_not_restore_on(store):
    """The request that waits for its tenant is refused with 503 when the server stops."""

    async def stopped():
        tenants = tenants_of(store)
        task = asyncio.create_task(tenants.of(b"t"))
        for _ in range(10):
            await asyncio.sleep(0)
        tenants.close()
        await task

    with pytest.raises(RefusedError, match="the server stops") as refused:
        asyncio.run(stopped())
    assert refused.value.status == 503


def test_a_lost_commit_has_every_tenant_restored_before_it_is_used(store, monkeypatch):
    """What was lost is nowhere: who held the tenant and who asks anew see what the store holds, and the same tenant."""

    async def lost():
        tenants = tenants_of(store)
        tenant = await tenants.of(b"t")
        with monkeypatch.context() as patch:
            patch.setattr(store, "_carried_out", lambda _: StoreError("disk full"))
            commit = take(tenant, "new").commit
            with pytest.raises(StoreError):
                await commit.settled()
        assert tenant.accepted == EVENTS + 1
        tenants.recover()
        assert tenants.at_once(b"t") is None
        await asyncio.gather(tenants.settled(tenant), tenants.of(b"t"))
        assert tenants.at_once(b"t") is tenant
        return tenant.accepted, tenant.seq, take(tenant, "new").event_id

    assert asyncio.run(lost()) == (EVENTS, EVENTS, f"e0-{EVENTS + 1}")


def test_a_lost_commit_touches_only_those_it_held(store, monkeypatch):
    """Who had nothing in it stays as it is; who was refused meanwhile is restored like who was in it."""

    async def lost():
        tenants = tenants_of(store)
        held, refused, apart = await tenants.of(b"t"), tenants.at_once(b"refused"), tenants.at_once(b"apart")
        await take(apart, "before").commit.settled()
        with monkeypatch.context() as patch:
            patch.setattr(store, "_carried_out", lambda _: StoreError("disk full"))
            with pytest.raises(StoreError, match="disk full"):
                await take(held, "new").commit.settled()
            with pytest.raises(StoreError, match="disk full"):
                take(refused, "new")
        tenants.recover()
        known = tenants.at_once(b"apart")
        unknown = [tenants.at_once(token) for token in (b"t", b"refused")]
        restored = [await tenants.of(token) for token in (b"t", b"refused")]
        assert (known, unknown, restored) == (apart, [None, None], [held, refused])
        return [(tenant.accepted, tenant.is_ahead) for tenant in (held, refused, apart)]

    assert asyncio.run(lost()) == [(EVENTS, False), (0, False), (1, False)]


def test_made_up_tokens_do_not_fill_the_memory(store):
    """Beyond the limit a new token is refused with 503, whether the others are restored yet or not."""
    tenants = Tenants(store, Rules(now=lambda: 0), limit=2)
    assert tenants.at_once(b"t") is None
    assert tenants.at_once(b"one") is tenants.at_once(b"one")
    with pytest.raises(RefusedError, match="2 tenants already"):
        tenants.at_once(b"two")
