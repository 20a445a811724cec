"""Sending a whole run: traces from anywhere into a delivery, at a pace, until the end, a stop, or nobody there."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter, deque
from typing import TYPE_CHECKING, TypeVar

from simulator.segment.message import Discarded
from simulator.trace import Outcome, Trace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from simulator.delivery import Delivery
    from simulator.delivery.pacing import Pace

T = TypeVar("T")

_BREATH = 16
AHEAD = 1_000
"""Messages a reading thread may be ahead."""


class Sending:
    """One run of sending.

    Args:
        on_end: Told of every trace that has its outcome.
        on_trouble: Told of the first network error, in words.

    Attributes:
        discards: How many messages were discarded, by code.
        stop: Set it to read no further.
        nobody_there: Whether it gave up because no attempt had got any HTTP answer when the first message expired.
        first_error: The first network error in words, where there was one.
    """

    def __init__(
        self, on_end: Callable[[Trace], None] | None = None, on_trouble: Callable[[str], None] | None = None
    ) -> None:
        self.discards: Counter[str] = Counter()
        self.stop = asyncio.Event()
        self.nobody_there = False
        self.first_error: str | None = None
        self._on_end = on_end
        self._on_trouble = on_trouble
        self._delivery: Delivery | None = None

    def attempted(self, trace: Trace) -> None:
        """Note an attempt; a :class:`~simulator.delivery.Delivery` calls it."""
        if self.first_error is None and trace.attempts[-1].error is not None:
            self.first_error = trace.attempts[-1].error
            if self._on_trouble is not None:
                self._on_trouble(self.first_error)

    def ended(self, trace: Trace) -> None:
        """Note an outcome; a :class:`~simulator.delivery.Delivery` calls it."""
        if isinstance(trace.admission, Discarded):
            self.discards[trace.admission.code] += 1
        elif trace.outcome is Outcome.EXPIRED and self._delivery is not None and not self._delivery.answered:
            # Whoever is not there for ten attempts will not be there for the next thousand messages.
            self.nobody_there = True
            self.stop.set()
        if self._on_end is not None:
            self._on_end(trace)

    async def send(self, traces: AsyncIterator[Trace], delivery: Delivery, pace: Pace | None = None) -> None:
        """Submit every trace in order; returns when the last one is submitted or ``stop`` is set.

        Errors of reading are raised here; what was read before is under way then.
        """
        self._delivery = delivery
        loop = asyncio.get_running_loop()
        start = loop.time()
        count = 0
        async for trace in traces:
            if pace is not None:
                await self._until(start + pace.due(trace))
            if self.stop.is_set():
                return
            if delivery.room:
                await delivery.submit(trace)
            elif not await self._submitted(delivery, trace):
                return
            count += 1
            if not count % _BREATH:  # while there is room submit never waits, and the first answers should be read
                await asyncio.sleep(0)

    async def finish(self, delivery: Delivery, grace: float | None) -> int:
        """Wait for what is under way, at most ``grace`` seconds; return how many messages are left."""
        if self.nobody_there:
            return delivery.under_way
        drain = asyncio.ensure_future(delivery.drain())
        stop = asyncio.ensure_future(self.stop.wait())
        try:
            if not self.stop.is_set():
                await asyncio.wait((drain, stop), return_when=asyncio.FIRST_COMPLETED)
            if not drain.done() and not self.nobody_there:
                await asyncio.wait((drain,), timeout=grace)
            if drain.done():
                drain.result()
        finally:
            drain.cancel()
            stop.cancel()
        return delivery.under_way

    async def _submitted(self, delivery: Delivery, trace: Trace) -> bool:
        """Wait for room and submit; ``False`` where ``stop`` was set first: who is not there gives no room."""
        submit = asyncio.ensure_future(delivery.submit(trace))
        stop = asyncio.ensure_future(self.stop.wait())
        try:
            await asyncio.wait((submit, stop), return_when=asyncio.FIRST_COMPLETED)
            if submit.done():
                submit.result()
            return submit.done()
        finally:
            submit.cancel()
            stop.cancel()

    async def _until(self, moment: float) -> None:
        delay = moment - asyncio.get_running_loop().time()
        if delay > 0:
            try:
                async with asyncio.timeout(delay):
                    await self.stop.wait()
            except TimeoutError:
                pass


async def directly(items: Iterable[T]) -> AsyncIterator[T]:
    """Iterate in the event loop: for what never blocks, such as files and generators."""
    for item in items:
        yield item


async def from_thread(items: Iterable[T]) -> AsyncIterator[T]:
    """Iterate in a thread: for pipes, whose next line may be long in coming while deliveries must go on.

    The thread is a daemon: a reader that hangs in a read cannot be interrupted, and must not keep the process.
    """
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    ready: deque[T] = deque()
    room = threading.Semaphore(AHEAD)
    ended: list[BaseException | None] = []

    def told() -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(arrived.set)

    def read() -> None:
        try:
            for item in items:
                room.acquire()
                ready.append(item)
                told()
            ended.append(None)
        except BaseException as error:  # noqa: BLE001 - raised again in the event loop
            ended.append(error)
        told()

    threading.Thread(target=read, name="reader", daemon=True).start()
    while True:
        over = bool(ended)  # looked at before the queue: what is read before the end is all there then
        while ready:
            yield ready.popleft()
            room.release()
        if over:
            if ended[0] is not None:
                raise ended[0]
            return
        await arrived.wait()
        arrived.clear()
