"""Delivery: traces in, exactly one outcome each, in order per actor, with room as back-pressure.

A fixed number of workers, each with one connection of its own (one shared pool gets slower with every task). A message
that waits for its next attempt holds up its actor, never a worker.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from simulator.delivery.answers import record_answer
from simulator.delivery.clock import SYSTEM, Clock
from simulator.delivery.ordering import Lines
from simulator.delivery.request import Requests
from simulator.delivery.retrying import Backoff, Verdict
from simulator.delivery.wire import exchange, transport_for
from simulator.segment.message import Admitted
from simulator.trace import Attempt, Outcome, Trace

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from types import TracebackType

    import httpx

    from simulator.delivery.request import Outgoing


@dataclass(frozen=True, slots=True)
class Options:
    """How to deliver.

    Attributes:
        concurrency: Workers, each with one connection; at least 1.
        backoff: When to try again, and when to give up.
        timeout: Seconds one attempt may take in all.
        capacity: Messages under way at most; ``submit`` waits beyond it.
        ask_actor: Ask our fake whom each event belongs to (``trace.actor``).
    """

    concurrency: int = 16
    backoff: Backoff = field(default_factory=Backoff)
    timeout: float = 10.0
    capacity: int = 1_000
    ask_actor: bool = False


class _Job:
    """One message under way. Its request is made when its turn comes: while it waits it takes no room."""

    __slots__ = ("key", "number", "request", "started", "trace")

    def __init__(self, trace: Trace, key: str, started: float) -> None:
        self.trace = trace
        self.key = key
        self.request: Outgoing | None = None
        self.started = started
        self.number = 0


class Delivery:
    """Delivers traces to one Pointillist endpoint. ``async with``; leaving it waits for nothing: ``drain`` first.

    Args:
        url: The endpoint's base URL (``http://127.0.0.1:8765``); ``/event`` is added.
        token: The API token. Never printed, logged or put into an error.
        options: Concurrency, backoff, timeout, capacity.
        rng: Randomises the backoff, and names messages that have no messageId.
        clock: Time and waiting.
        on_attempt: Called after every attempt, the trace's ``attempts`` already holding it.
        on_outcome: Called once a trace, its ``outcome`` set; discarded traces included.
        transport: Makes the httpx transport of one worker; by default the quick one for the URL.

    Raises:
        UsageError: The URL or the token cannot be used.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        rng: random.Random,
        options: Options = Options(),
        clock: Clock = SYSTEM,
        on_attempt: Callable[[Trace], None] | None = None,
        on_outcome: Callable[[Trace], None] | None = None,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
    ) -> None:
        self.counts: dict[Outcome, int] = dict.fromkeys(Outcome, 0)
        self.answered = False
        """Whether any attempt got any HTTP answer."""
        self._requests = Requests(url, token, ask_actor=options.ask_actor)
        self._options = options
        self._rng = rng
        self._clock = clock
        self._on_attempt = on_attempt
        self._on_outcome = on_outcome
        self._transport = transport or transport_for(self._requests.url)
        self._lines: Lines[_Job] = Lines()
        self._ready: deque[_Job] = deque()
        self._idle: deque[asyncio.Future[None]] = deque()
        self._waiting_for_room: deque[asyncio.Future[None]] = deque()
        self._drained: asyncio.Future[None] | None = None
        self._workers: list[asyncio.Task[None]] = []
        self._pauses: set[asyncio.Task[None]] = set()
        self._broken: BaseException | None = None

    @property
    def under_way(self) -> int:
        """Messages submitted that have no outcome yet."""
        return len(self._lines)

    @property
    def room(self) -> int:
        """How many messages ``submit`` takes without waiting."""
        return max(self._options.capacity - len(self._lines), 0)

    async def __aenter__(self) -> Self:
        """Start the workers."""
        self._workers = [
            asyncio.create_task(self._work(), name=f"delivery-{number}")
            for number in range(max(self._options.concurrency, 1))
        ]
        for worker in self._workers:
            worker.add_done_callback(self._worker_ended)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop at once; what is under way stays without an outcome."""
        tasks = [*self._workers, *self._pauses]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def submit(self, trace: Trace, key: str | None = None) -> None:
        """Take one trace, waiting for room first. A discarded one gets its outcome at once.

        Args:
            trace: Mapped, or discarded.
            key: Its message id at the fake; by default its messageId, else a random one.
        """
        while len(self._lines) >= self._options.capacity and trace.mapped is not None:
            self._raise_if_broken()
            gate = asyncio.get_running_loop().create_future()
            self._waiting_for_room.append(gate)
            try:
                await gate
            except asyncio.CancelledError:
                if not gate.cancelled():  # the room was meant for us: the next in line may have it
                    self._wake_one(self._waiting_for_room)
                raise
        self.submit_now(trace, key)

    def submit_now(self, trace: Trace, key: str | None = None) -> None:
        """Take one trace without waiting, beyond the capacity if need be: for callers who keep account themselves."""
        self._raise_if_broken()
        admission = trace.admission
        if trace.mapped is None or not isinstance(admission, Admitted):
            self._finish(trace, Outcome.DISCARDED)
            return
        if key is None:
            key = admission.message_id or f"simulator-{self._rng.getrandbits(128):032x}"
        job = _Job(trace, key, self._clock.monotonic())
        keys = []
        if admission.user_id is not None:
            keys.append(("user", admission.user_id))
        if admission.anonymous_id is not None:
            keys.append(("anon", admission.anonymous_id))
        if self._lines.enter(job, keys):
            self._go(job)

    async def drain(self) -> None:
        """Wait until every message submitted so far, and since, has its outcome."""
        while len(self._lines):
            self._raise_if_broken()
            if self._drained is None:
                self._drained = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._drained)

    def _go(self, job: _Job) -> None:
        self._ready.append(job)
        self._wake_one(self._idle)

    @staticmethod
    def _wake_one(waiting: deque[asyncio.Future[None]]) -> None:
        while waiting:
            future = waiting.popleft()
            if not future.done():
                future.set_result(None)
                return

    async def _work(self) -> None:
        """One worker: its own connection, one message after the other."""
        loop = asyncio.get_running_loop()
        transport = self._transport()
        try:
            while True:
                while not self._ready:
                    future = loop.create_future()
                    self._idle.append(future)
                    await future
                await self._attempt(transport, self._ready.popleft())
        finally:
            await transport.aclose()

    async def _attempt(self, transport: httpx.AsyncBaseTransport, job: _Job) -> None:
        job.number += 1
        if job.request is None:
            job.request = self._requests.of(job.trace, job.key)
        at_us, start = self._clock.now(), self._clock.monotonic()
        if job.number == 1:
            job.started = start
        answer = await exchange(transport, job.request, self._options.timeout)
        end = self._clock.monotonic()
        if answer.status is not None:
            self.answered = True
        verdict, wait = answer.verdict, None
        if verdict is Verdict.RETRY:
            asked = answer.retry_after(self._clock.now())
            wait = self._options.backoff.wait(job.number, end - job.started, asked, self._rng)
        job.trace.attempts.append(
            Attempt(job.number, at_us, end - start, answer.status, answer.error, answer.body, wait)
        )
        if self._on_attempt is not None:
            self._on_attempt(job.trace)
        if wait is None:
            self._finish(job.trace, record_answer(job.trace, answer))
            self._leave(job)
        else:
            pause = asyncio.create_task(self._again(job, wait))
            self._pauses.add(pause)
            pause.add_done_callback(self._pauses.discard)

    async def _again(self, job: _Job, wait: float) -> None:
        await self._clock.pause(wait)
        self._go(job)

    def _leave(self, job: _Job) -> None:
        for ready in self._lines.leave(job):
            self._go(ready)
        self._wake_one(self._waiting_for_room)
        if not len(self._lines) and self._drained is not None:
            self._drained.set_result(None)
            self._drained = None

    def _finish(self, trace: Trace, outcome: Outcome) -> None:
        trace.outcome = outcome
        self.counts[outcome] += 1
        if self._on_outcome is not None:
            self._on_outcome(trace)

    def _worker_ended(self, worker: asyncio.Task[None]) -> None:
        """A worker ends only by cancelling; anything else is a defect of ours (or a callback's) and must be heard."""
        if worker.cancelled() or worker.exception() is None:
            return
        self._broken = worker.exception()
        for future in (*self._waiting_for_room, *((self._drained,) if self._drained else ())):
            if not future.done():
                future.set_result(None)
        self._drained = None

    def _raise_if_broken(self) -> None:
        if self._broken is not None:
            raise self._broken
