"""Feeding a delivery: pace, threads, giving up."""

from __future__ import annotations

import asyncio
import random
import threading

import pytest

from simulator.delivery import Delivery, Options
from simulator.delivery.pacing import AtRate, AtSpeed
from simulator.delivery.sending import Sending, directly, from_thread
from simulator.mapping.result import Mapped
from simulator.segment.message import Admitted, Discarded, Received
from simulator.trace import Trace


def trace(time_ms=0, *, discarded=False):
    """A trace at a time."""
    received = Received(0, {})
    if discarded:
        return Trace(received, Discarded("c", "", "", None, None))
    return Trace(received, Admitted("track", None, "u", None, "E", time_ms, None, ""), Mapped({}))


def test_a_rate_spaces_messages_evenly():
    """Four a second are a quarter of a second apart; a discarded message takes no turn."""
    pace = AtRate(4)
    made = [trace(), trace(discarded=True), trace(), trace()]
    assert [pace.due(each) for each in made] == [0.0, 0.0, 0.25, 0.5]


def test_a_speed_keeps_the_recordings_timing():
    """Sixty times as fast is a second for a minute; what is out of time order goes at once."""
    pace = AtSpeed(60)
    made = [trace(1_000_000), trace(1_060_000), trace(940_000), trace(discarded=True), trace(1_120_000)]
    assert [pace.due(each) for each in made] == [0.0, 1.0, 0.0, 0.0, 2.0]


async def collect(items):
    """Everything of an asynchronous iterator."""
    return [item async for item in items]


def test_a_thread_reads_what_blocks():
    """The loop goes on while the next line is long in coming, and nothing is lost or re-ordered."""
    gate = threading.Event()

    def lines():
        yield from range(3000)
        gate.wait(10)
        yield "last"

    async def main():
        reading = from_thread(lines())
        first = [await anext(reading) for _ in range(3000)]
        gate.set()
        return first + await collect(reading)

    assert asyncio.run(main()) == [*range(3000), "last"]


def test_an_error_of_reading_comes_after_what_was_read():
    """Messages before the malformed line are delivered first."""

    def lines():
        yield 1
        raise ValueError("line 2")

    async def read_all(got):
        async for item in from_thread(lines()):
            got.append(item)

    got = []
    with pytest.raises(ValueError, match="line 2"):
        asyncio.run(read_all(got))
    assert got == [1]


def test_a_stop_is_heard_while_there_is_no_room():
    """An endpoint that answers nobody fills the delivery; who stops then need not wait for it."""

    async def main():
        sending = Sending()
        options = Options(concurrency=1, capacity=1)
        async with Delivery("http://127.0.0.1:9", "t", rng=random.Random(1), options=options) as delivery:
            run = asyncio.ensure_future(sending.send(directly([trace(), trace(), trace()]), delivery))
            for _ in range(20):
                await asyncio.sleep(0)
            assert (delivery.room, run.done()) == (0, False)
            sending.stop.set()
            async with asyncio.timeout(10):
                await run
            return delivery.under_way

    assert asyncio.run(main()) == 1
