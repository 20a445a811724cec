"""The way of live messages: room, admission, mapping, journal, delivery. Everything on one event loop.

A message is acknowledged only when it is safe: in the journal where there is one, else in the bounded memory. So a
sender that got its 200 may forget the message.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from simulator.gateway.journal import Entry
from simulator.gateway.stages import Stage
from simulator.pipeline import trace_one
from simulator.segment.admission import Admission, Remembered
from simulator.segment.message import Discarded, Received
from simulator.segment.source import FullError
from simulator.trace import Outcome, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.violations import Violation
    from simulator.delivery import Delivery
    from simulator.gateway.journal import Journal
    from simulator.mapping import Mapping
    from simulator.pipeline import Checks
    from simulator.segment.source_unpacking import Parcel

_ENDS = frozenset((Outcome.DELIVERED, Outcome.DUPLICATE, Outcome.REJECTED))
"""Outcomes that end a message for the journal too; an expired one stays there and is tried again at the next start."""


class SeenIds(Remembered):
    """The message ids admitted, where a message that could not be kept after all can be forgotten."""

    def forget(self, message_id: str) -> None:
        """Forget an id: the sender will come again with it. Quick for the newest, so begin with these."""
        if message_id not in self._ids:
            return
        self._ids.remove(message_id)
        if self._order[-1] == message_id:
            self._order.pop()
        else:
            self._order.remove(message_id)


class Room:
    """How many messages may be under way, first come first served.

    A request larger than the whole room goes when nothing else is under way: it must not wait for ever.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._taken = 0
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @property
    def taken(self) -> int:
        """Messages under way."""
        return self._taken

    def fits(self, count: int) -> bool:
        """Return whether ``count`` messages could go now without overtaking anybody; none always can."""
        return not count or (not self._waiting and self._has(count))

    async def take(self, count: int) -> None:
        """Wait for room for ``count`` messages."""
        if self.fits(count):
            self._taken += count
            return
        gate = asyncio.get_running_loop().create_future()
        self._waiting.append((count, gate))
        try:
            await gate
        except asyncio.CancelledError:
            if gate.done() and not gate.cancelled():
                self.give(count)
            else:
                self._waiting.remove((count, gate))
                self._let_in()
            raise

    def give(self, count: int = 1) -> None:
        """Give room back."""
        self._taken -= count
        self._let_in()

    def _has(self, count: int) -> bool:
        return self._taken == 0 or self._taken + count <= self._capacity

    def _let_in(self) -> None:
        while self._waiting and self._has(self._waiting[0][0]):
            count, gate = self._waiting.popleft()
            if not gate.done():
                self._taken += count
                gate.set_result(None)


class Conveyor:
    """Takes messages from a source and sees each to its outcome.

    Args:
        mapping: Which mapping makes the events.
        checks: Contract checks of every stage, or ``None``.
        explain: Keep provenance and drops in the traces.
        now: The wall clock, microseconds since the epoch.
        capacity: Messages under way at most.
        wait: Let senders wait for room; else FullError.
        remember: Message ids remembered against duplicates.
        name: Part of the delivery key of messages without a messageId; different in every run.
        watch: Told of every stage of every trace.
    """

    def __init__(
        self,
        *,
        mapping: Mapping,
        checks: Checks | None,
        explain: bool,
        now: Callable[[], int],
        capacity: int,
        wait: bool,
        remember: int,
        name: str,
        watch: Callable[[Stage, Trace], None],
    ) -> None:
        self._mapping = mapping
        self._checks = checks
        self._explain = explain
        self._now = now
        self._wait = wait
        self._name = name
        self._watch = watch
        self._seen = SeenIds(remember)
        self._admission = Admission(now, self._seen)
        self._room = Room(capacity)
        self._index = 0
        self._taking = 0
        self._quiet: asyncio.Event = asyncio.Event()
        self._quiet.set()
        self._open = asyncio.Event()
        self._numbers: dict[int, int] = {}
        self._journal: Journal | None = None
        self._delivery: Delivery | None = None

    def use(self, delivery: Delivery, journal: Journal | None) -> None:
        """Connect what lies behind: ``delivery`` must call :meth:`attempted` and :meth:`ended`."""
        self._delivery, self._journal = delivery, journal

    @property
    def under_way(self) -> int:
        """Messages accepted that have no outcome yet."""
        return self._room.taken

    async def resume(self) -> None:
        """Go on with what an earlier run left in the journal, then let new messages in: order per actor is kept."""
        if self._journal is not None:
            for message_id in self._journal.ended_ids():
                self._seen.add(message_id)
            for entry in self._journal.pending():
                await self._room.take(1)
                trace = self._trace(entry.payload, entry.origin, entry.received_at, ())
                self._numbers[id(trace)] = entry.number
                self._submit(trace, f"{self._journal.identity}-{entry.number}")
        self._open.set()

    async def take(self, parcels: Sequence[Parcel], received_at: int | None = None) -> list[Trace]:
        """Take messages; on return they may be acknowledged.

        Raises:
            FullError: There is no room and senders shall not wait; nothing was taken.
            OSError: The journal could not be written; nothing was taken.
        """
        wanted = sum(parcel.refused is None for parcel in parcels)
        if not self._wait and not self._room.fits(wanted):
            raise FullError
        self._taking += 1
        self._quiet.clear()
        try:
            await self._open.wait()
            await self._room.take(wanted)
        except BaseException:
            self._took()
            raise
        arrival = received_at if received_at is not None else self._now()
        # A sender that goes away must not leave messages half taken: from here on it is carried through.
        task = asyncio.ensure_future(self._take(parcels, wanted, arrival))
        task.add_done_callback(lambda _: self._took())
        return await asyncio.shield(task)

    def _took(self) -> None:
        self._taking -= 1
        if not self._taking:
            self._quiet.set()

    async def _take(self, parcels: Sequence[Parcel], wanted: int, received_at: int) -> list[Trace]:
        traces: list[Trace] = []
        try:
            for parcel in parcels:
                if parcel.refused is not None:
                    received = Received(self._count(), parcel.payload, parcel.origin, received_at, parcel.notes)
                    traces.append(Trace(received, parcel.refused))
                else:
                    arrival = None if parcel.recorded else received_at
                    traces.append(self._trace(parcel.payload, parcel.origin, arrival, parcel.notes))
            going = [trace for trace in traces if trace.mapped is not None]
            numbers = await self._kept(going)
        except BaseException:
            for trace in reversed(traces):
                if trace.mapped is not None and trace.admission.message_id is not None:
                    self._seen.forget(trace.admission.message_id)
            self._room.give(wanted)
            raise
        self._room.give(wanted - len(going))
        for trace in traces:
            number = numbers.get(id(trace))
            if number is None:
                key = f"{self._name}-{trace.received.index}"
            else:
                self._numbers[id(trace)] = number
                key = f"{self._journal.identity}-{number}" if self._journal is not None else ""
            self._submit(trace, key)
        return traces

    async def _kept(self, traces: list[Trace]) -> dict[int, int]:
        """Put traces into the journal; return their numbers by the trace's identity.

        A request of nothing but duplicates waits here too: what it repeats must be on disk before it is acknowledged.
        """
        if self._journal is None:
            return {}
        entries = [
            Entry(trace.received.payload, trace.admission.message_id, trace.received.origin, trace.received.received_at)
            for trace in traces
        ]
        numbers = await self._journal.add(entries)
        return {id(trace): number for trace, number in zip(traces, numbers, strict=True)}

    def _trace(self, payload: object, origin: str, received_at: int | None, notes: tuple[Violation, ...]) -> Trace:
        received = Received(self._count(), payload, origin, received_at, notes)
        return trace_one(
            received, admission=self._admission, mapping=self._mapping, checks=self._checks, explain=self._explain
        )

    def _count(self) -> int:
        self._index += 1
        return self._index - 1

    def _submit(self, trace: Trace, key: str) -> None:
        assert self._delivery is not None
        self._watch(Stage.RECEIVED, trace)
        self._delivery.submit_now(trace, trace.admission.message_id or key)

    def attempted(self, trace: Trace) -> None:
        """Note a delivery attempt."""
        self._watch(Stage.ATTEMPT, trace)

    def ended(self, trace: Trace) -> None:
        """Note an outcome: the room is free again, and the journal need not keep the message."""
        number = self._numbers.pop(id(trace), None)
        if number is not None and self._journal is not None and trace.outcome in _ENDS:
            self._journal.ended(number)
        if not isinstance(trace.admission, Discarded):
            self._room.give()
        self._watch(Stage.OUTCOME, trace)

    async def drain(self) -> None:
        """Wait until everything taken, and what is being taken, has its outcome."""
        assert self._delivery is not None
        await self._open.wait()
        while self._taking or self._delivery.under_way:
            await self._quiet.wait()
            await self._delivery.drain()
