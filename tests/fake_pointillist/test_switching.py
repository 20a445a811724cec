"""Switching the policy while events keep coming: what is adopted is what a reading of everything gives."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_pointillist import switching
from fake_pointillist.errors import UnknownPolicyError
from fake_pointillist.identity.attribution import Options
from fake_pointillist.identity.policies import POLICIES
from fake_pointillist.intake import judge
from fake_pointillist.records import Rules
from fake_pointillist.restoring import restoring
from fake_pointillist.storage.store import Store
from fake_pointillist.switching import Moved, switch
from fake_pointillist.tenants import Tenants
from fake_pointillist.wire.readings import find, id_event

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["event", "event", "event", "event", "unlink", "reset"]),
        st.sampled_from(["u1", "u2", "u3", None]),
        st.sampled_from(["a1", "a2", "a3"]),
        st.integers(0, 9),
    ),
    max_size=24,
)


@pytest.fixture
def small_slices(monkeypatch):
    """Slices of two events, so that short streams have many."""
    monkeypatch.setattr(switching, "SLICE", 2)


@contextlib.contextmanager
def tenants_of(keep=None):
    """Tenants in memory, under a clock that stands still."""
    with contextlib.closing(Store()) as store:
        yield Tenants(store, Rules(keep=keep, now=lambda: 0))


def do(tenant, deed, user, anon, second):
    """One thing that happens to a tenant."""
    if deed == "reset":
        tenant.reset(tenant.number + 10)
    elif deed == "unlink" and user is not None:
        tenant.unlink(user, anon)
    else:
        actor = {"anonymousId": anon} | ({"userId": user} if user is not None else {})
        event = {"eventType": "identify", "eventTime": f"2026-03-02T10:00:0{second}Z", "actors": {"customer": actor}}
        tenant.take(judge(event), None, 0, b"")


def told(tenant):
    """Everything that follows from the policy: who is who, whose each event is, what was merged, and the counts."""
    identity = tenant.identity
    events = [id_event(tenant, stored) for stored in find(tenant, limit=1_000)]
    return (
        *(tenant.policy, tenant.options, list(identity.actors()), list(tenant.merges)),
        *([identity.attribute(event) for event in events], sorted(identity.warnings())),
        *(identity.known, identity.anonymous, identity.conflicts, identity.unattributed),
    )


@given(DEEDS, DEEDS, st.sampled_from(sorted(POLICIES)), st.sampled_from([None, 3]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("small_slices")
def test_what_comes_between_two_slices_is_taken_in(before, meanwhile, policy, keep):
    """Events, unlinks and resets during the switch end where a new start from the store ends.

    Where events are dropped the merge log is left out: a new start cannot tell of those that are gone.
    """

    async def both(tenants):
        tenant = await tenants.of(b"t")
        for deed in before:
            do(tenant, *deed)
        task = asyncio.create_task(switch(tenants, tenant, policy, Options(lookback_days=1)))
        for deed in meanwhile:
            await asyncio.sleep(0)
            do(tenant, *deed)
        await task
        assert tenant.rereading is None
        return tenant

    with tenants_of(keep) as tenants:
        tenant = asyncio.run(both(tenants))
        found = told(tenant)
        for _ in restoring(tenant):
            pass
        again = told(tenant)
    assert found[:2] == (policy, Options(lookback_days=1))
    assert again[:3] == found[:3]
    assert again[4:] == found[4:]
    assert keep is not None or again[3] == found[3]


@pytest.mark.usefixtures("small_slices")
def test_the_old_policy_stands_until_the_new_one_does():
    """At every moment of a switch the answers are those of one policy: whole old ones, then whole new ones."""

    async def watched():
        with tenants_of() as tenants:
            tenant = await tenants.of(b"t")
            for second, user in enumerate([None, "u1", "u2", None, None, None]):
                do(tenant, "event", user, "a1", second)
            task = asyncio.create_task(switch(tenants, tenant, "last-claim", Options()))
            seen = [told(tenant)]
            while not task.done():
                await asyncio.sleep(0)
                seen.append(told(tenant))
            return seen, (await task)[0]

    seen, moved = asyncio.run(watched())
    assert [moment[0] for moment in seen].count("first-claim") > 5
    assert [moment for number, moment in enumerate(seen) if moment not in seen[:number]] == [seen[0], seen[-1]]
    assert seen[-1][0] == "last-claim"
    assert moved == (Moved("a1", "user:u1", "user:u2", 4),)


@pytest.mark.usefixtures("small_slices")
def test_others_are_answered_between_two_slices():
    """An event of another tenant that comes once the switch has begun is taken in long before it ends."""

    async def side_by_side():
        with tenants_of() as tenants:
            tenant, other = await tenants.of(b"t"), await tenants.of(b"other")
            for number in range(100):
                do(tenant, "event", None, "a1", number % 10)
            order = []

            async def switched():
                await switch(tenants, tenant, "graph", Options())
                order.append("switched")

            async def posted():
                do(other, "event", "u1", "a1", 0)
                order.append("posted")

            await asyncio.gather(switched(), posted())
            return order

    assert asyncio.run(side_by_side()) == ["posted", "switched"]


@pytest.mark.usefixtures("small_slices")
def test_a_second_switch_waits_for_the_first():
    """Two switches at once are one after the other: the second tells what moved from the first one's reading."""

    async def twice():
        with tenants_of() as tenants:
            tenant = await tenants.of(b"t")
            for second, user in enumerate([None, "u1", "u2"]):
                do(tenant, "event", user, "a1", second)
            ways = (switch(tenants, tenant, policy, Options()) for policy in ("last-claim", "quarantine"))
            return [moved for moved, _ in await asyncio.gather(*ways)], tenant.policy

    assert asyncio.run(twice()) == (
        [(Moved("a1", "user:u1", "user:u2", 1),), (Moved("a1", "user:u2", "anon:a1", 1),)],
        "quarantine",
    )


@pytest.mark.usefixtures("small_slices")
def test_a_switch_given_up_leaves_the_old_policy_and_the_way_free():
    """Cancelled half way, or with an unknown policy: nothing has changed, and the next switch does not wait."""

    async def given_up():
        with tenants_of() as tenants:
            tenant = await tenants.of(b"t")
            for second in range(9):
                do(tenant, "event", "u1", "a1", second)
            before = told(tenant)
            task = asyncio.create_task(switch(tenants, tenant, "graph", Options()))
            await asyncio.sleep(0)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            with pytest.raises(UnknownPolicyError):
                await switch(tenants, tenant, "no-such", Options())
            assert told(tenant) == before
            await switch(tenants, tenant, "graph", Options())
            return tenant.policy

    assert asyncio.run(given_up()) == "graph"
