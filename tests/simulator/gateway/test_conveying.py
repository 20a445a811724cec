"""Room: how many messages may be under way, and who goes first."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from simulator.gateway.conveying import Room, SeenIds


def test_room_is_taken_in_turn():
    """A large request is not overtaken for ever by small ones behind it."""

    async def main():
        room, order = Room(10), []

        async def enter(name, count):
            await room.take(count)
            order.append(name)

        await room.take(8)
        tasks = [asyncio.ensure_future(enter("large", 5)), asyncio.ensure_future(enter("small", 1))]
        await asyncio.sleep(0)
        assert not room.fits(1)
        room.give(4)
        await asyncio.gather(*tasks)
        return order, room.taken

    assert asyncio.run(main()) == (["large", "small"], 10)


def test_more_than_the_room_goes_alone():
    """A batch larger than the whole room must not wait for ever."""

    async def main():
        room = Room(10)
        await room.take(100)
        assert not room.fits(1)
        room.give(100)
        return room.fits(1)

    assert asyncio.run(main())


def test_a_sender_that_goes_away_takes_no_room():
    """A cancelled wait leaves the line, and those behind it go on."""

    async def main():
        room = Room(10)
        await room.take(10)
        away = asyncio.ensure_future(room.take(10))
        behind = asyncio.ensure_future(room.take(1))
        await asyncio.sleep(0)
        away.cancel()
        await asyncio.gather(away, return_exceptions=True)
        room.give(1)
        await behind
        room.give(10)
        return room.taken

    assert asyncio.run(main()) == 0


@given(capacity=st.integers(1, 20), counts=st.lists(st.integers(0, 30), max_size=30))
def test_everybody_gets_room_in_order_and_never_too_much(capacity, counts):
    """Whatever is asked for, the bound holds but for a single larger request, and nobody is forgotten."""

    async def main():
        room, order, waiting = Room(capacity), [], []

        async def go(number, count):
            await room.take(count)
            assert not count or room.taken <= max(capacity, count)
            order.append(number)
            await asyncio.sleep(0)
            room.give(count)

        for number, count in enumerate(counts):
            waiting.append(asyncio.ensure_future(go(number, count)))
        await asyncio.gather(*waiting)
        return order, room.taken

    order, taken = asyncio.run(main())
    assert sorted(order) == list(range(len(counts)))
    assert [n for n in order if counts[n]] == [n for n, count in enumerate(counts) if count]
    assert taken == 0


def test_a_forgotten_id_may_come_again():
    """Forgetting, in any order, leaves the others remembered and the bound in force."""
    seen = SeenIds(3)
    for name in ("a", "b", "c"):
        seen.add(name)
    for name in ("c", "a", "never seen"):
        seen.forget(name)
    assert [name in seen for name in ("a", "b", "c")] == [False, True, False]
    for name in ("a", "d", "e"):
        seen.add(name)
    assert [name in seen for name in ("a", "b", "d", "e")] == [True, False, True, True]
