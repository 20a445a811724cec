"""What a reset leaves behind is deleted in slices, and nothing else is."""

from __future__ import annotations

import asyncio

import pytest

from fake_pointillist.intake import judge
from fake_pointillist.records import Rules
from fake_pointillist.storage import sweeping
from fake_pointillist.storage.durable_store import DurableStore
from fake_pointillist.tenants import Tenants

TABLES = {"event": "row >> 40", "body": "row >> 40", "seen": "row >> 40", "name": "tenant", "tally": "tenant"}


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Give a durable store, swept two rows at a time."""
    monkeypatch.setattr(sweeping, "SLICE", 2)
    monkeypatch.setattr(sweeping, "_DIGESTS", 3)
    store = DurableStore(tmp_path / "db")
    yield store
    store.close()


def fill(tenant, count):
    """Take events with message ids, and a refusal."""
    for number in range(count):
        event = {
            "eventType": "Opened",
            "eventTime": "2026-03-02T10:00:00Z",
            "actors": {"customer": {"anonymousId": f"a{number}"}},
            "labels": {"plan": "pro"},
        }
        tenant.take(judge(event), f"m{number}", 0, b"")
    tenant.take(judge({}), None, 0, b"{}")


def held(store):
    """Return the rows of each tenant's number in every table."""
    found = {}
    for table, number in TABLES.items():
        for of, count in store.read(f"SELECT {number}, count(*) FROM {table} GROUP BY 1"):
            found.setdefault(of, {})[table] = count
    return found


def test_every_row_goes_and_those_of_others_stay(store):
    """Of the old number nothing is left in any table, nor is the note; others keep theirs, new events are there."""

    async def swept():
        tenants = Tenants(store, Rules(now=lambda: 0, keep=3))
        one, other = tenants.at_once(b"one"), tenants.at_once(b"other")
        fill(one, 80)
        fill(other, 80)
        await store.newest.settled()
        before = held(store)
        assert before[one.number] == before[other.number]
        assert set(before[one.number]) == set(TABLES)
        await tenants.reset(one).settled()
        fill(one, 1)
        await tenants.sweep()
        return before[other.number], other.number, one.number

    expected, other, one = asyncio.run(swept())
    assert held(store) == {other: expected, one: {"event": 2, "body": 2, "name": 1}}
    assert sweeping.left_behind(store) == []


def test_what_a_stopped_server_leaves_goes_with_the_next_reset(store):
    """The file says what is still to go; a reset of anybody's after the restart deletes that, too."""

    async def stopped():
        tenants = Tenants(store, Rules(now=lambda: 0))
        tenant = tenants.at_once(b"one")
        fill(tenant, 20)
        number = tenant.number
        await tenants.reset(tenant).settled()
        tenants.close()
        await tenants.sweep()
        return number

    async def again():
        tenants = Tenants(store, Rules(now=lambda: 0))
        assert (await tenants.of(b"one")).accepted == 0
        await tenants.reset(tenants.at_once(b"two")).settled()
        await tenants.sweep()

    number = asyncio.run(stopped())
    assert number in sweeping.left_behind(store)
    assert held(store)[number]["event"] == 19  # one slice of two went before it was seen that the server stops
    asyncio.run(again())
    assert held(store) == {}
    assert sweeping.left_behind(store) == []


def test_others_are_answered_while_rows_are_deleted(store):
    """An event that comes once the deleting has begun is taken long before it ends; two resets share one sweep."""

    async def side_by_side():
        tenants, order = Tenants(store, Rules(now=lambda: 0)), []
        one, other = tenants.at_once(b"one"), tenants.at_once(b"other")
        fill(one, 40)
        await tenants.reset(one).settled()

        async def swept():
            await tenants.sweep()
            order.append("swept")

        async def posted():
            await asyncio.sleep(0)
            fill(other, 1)
            await store.newest.settled()
            order.append("posted")

        await asyncio.gather(swept(), tenants.sweep(), posted())
        return order

    assert asyncio.run(side_by_side()) == ["posted", "swept"]
