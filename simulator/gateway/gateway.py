"""The gateway: a Segment source whose messages go the whole way, in one object for `listen`, the UI and pytest.

::

    with FakePointillist() as fake, Gateway(fake.url, token="t") as gateway:
        sdk = Client(gateway.write_key, host=gateway.host)
        ...
        gateway.flush()
        [trace.outcome for trace in gateway.messages()]
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, Self

from simulator.delivery import Delivery, Options
from simulator.delivery.clock import SYSTEM
from simulator.gateway.conveying import Conveyor
from simulator.gateway.journal import Journal
from simulator.gateway.own_thread import OwnThread
from simulator.gateway.serving import EmbeddedServer, bound, until
from simulator.gateway.stages import Stage
from simulator.generator.randomness import uuid4
from simulator.mapping import load_mapping
from simulator.segment.source import Source
from simulator.segment.source_unpacking import Parcel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from concurrent.futures import Future
    from pathlib import Path
    from types import TracebackType

    from simulator.mapping import Mapping
    from simulator.pipeline import Checks
    from simulator.trace import Outcome, Trace

CAPACITY = 5_000
"""Messages under way at most; beyond it senders wait, or are answered 429."""

_UNBOUNDED = 2**62


class Gateway:
    """A Segment source on a free port, the mapping behind it, and delivery to one Pointillist endpoint.

    It runs in a thread of its own; every method may be called from any thread. A context manager.

    Args:
        to: Base URL of the Pointillist endpoint.
        token: Its API token; never printed or logged.
        host: Address to bind; loopback by default.
        port: Port to bind, 0 picks a free one.
        write_key: The only write key taken; ``None`` takes any.
        strict: Answer 4xx with Segment's code to what is discarded, instead of 200.
        mapping: A mapping, its shipped name, or a path.
        checks: Contract checks of every stage; ``None`` for none.
        explain: Keep provenance and drops of every leaf in the traces (the UI wants them).
        options: How to deliver; its ``capacity`` bounds the messages under way.
        on_full: ``wait`` lets senders wait for room, ``429`` answers that with Retry-After.
        journal: Keeps messages on disk before their 200; an earlier run's are gone on with.
        keep: Traces kept for ``messages()``; the oldest go first.
        remember: Message ids remembered against duplicates.
        now: The wall clock, microseconds since the epoch.
        seed: Seeds backoff and the ids of messages without one; ``None`` for a random seed.
        watch: Called in the gateway's thread at every stage of every trace; must return quickly and never raise.
        on_refused: Called in the gateway's thread for each request refused whole: where, the code, why.
        on_failed: Called in the gateway's thread when it ends by itself; :meth:`stop` raises why.

    Raises:
        UsageError: The URL or token cannot be used, or a name is unknown.
        MappingError: The mapping cannot be used.
    """

    def __init__(
        self,
        to: str,
        *,
        token: str,
        host: str = "127.0.0.1",
        port: int = 0,
        write_key: str | None = None,
        strict: bool = False,
        mapping: Mapping | str = "segment-docs",
        checks: Checks | None = None,
        explain: bool = False,
        options: Options | None = None,
        on_full: Literal["wait", "429"] = "wait",
        journal: Path | None = None,
        keep: int = 10_000,
        remember: int = 1_000_000,
        now: Callable[[], int] | None = None,
        seed: int | None = None,
        watch: Callable[[Stage, Trace], None] | None = None,
        on_refused: Callable[[str, str, str], None] | None = None,
        on_failed: Callable[[], None] | None = None,
    ) -> None:
        options = options or Options(capacity=CAPACITY)
        self._rng = rng = random.Random(seed) if seed is not None else random.SystemRandom()
        self.write_key = write_key or "any-write-key"
        """A write key it takes, for the SDK's constructor."""
        self.resumed = 0
        """Messages of an earlier run that were in the journal at the start."""
        self._bind = (host, port)
        self._journal_path = journal
        self._remember = remember
        self._watch = watch
        self._traces: deque[Trace] = deque(maxlen=keep)
        self._conveyor = Conveyor(
            mapping=load_mapping(mapping) if isinstance(mapping, str) else mapping,
            checks=checks,
            explain=explain,
            now=now or SYSTEM.now,
            capacity=options.capacity,
            wait=on_full == "wait",
            remember=remember,
            name=self._new_id(),
            watch=self._seen,
        )
        # The conveyor keeps account of the room, from the sender to the outcome; delivery shall not count again.
        self._delivery = Delivery(
            to,
            token,
            rng=rng,
            options=replace(options, capacity=_UNBOUNDED),
            clock=replace(SYSTEM, now=now) if now else SYSTEM,
            on_attempt=self._conveyor.attempted,
            on_outcome=self._conveyor.ended,
        )
        self._source = Source(
            self._conveyor.take, new_id=self._new_id, write_key=write_key, strict=strict, on_refused=on_refused
        )
        self._thread = OwnThread("gateway", self._main, on_failed)
        self._grace = 0.0
        self._left = self._port = 0

    @property
    def port(self) -> int:
        """The port, once started."""
        return self._port

    @property
    def url(self) -> str:
        """``http://127.0.0.1:8766``, no path."""
        host = f"[{self._bind[0]}]" if ":" in self._bind[0] else self._bind[0]
        return f"http://{host}:{self._port}"

    host = url
    """What SDKs call ``host``: the same as ``url``."""

    def start(self) -> Self:
        """Bind, serve, and deliver what the journal holds. Returns when messages are taken.

        Raises:
            UsageError: The port is in use or cannot be bound.
            InputError: The journal cannot be used.
        """
        self._thread.start()
        return self

    def stop(self, grace: float = 5.0) -> int:
        """Stop taking messages, finish what is under way for up to ``grace`` seconds. Does nothing the second time.

        Returns:
            How many messages are left without an end: in the journal where there is one, else lost.
        """
        self._grace = grace
        self._thread.stop()
        return self._left

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def put(self, payloads: Iterable[Any], origin: str = "generator") -> list[Trace]:
        """Send messages the whole way without HTTP on Segment's side, waiting for room; return their traces.

        They are read as a file's messages are, so that their events are those of ``transform``.

        Raises:
            FullError: There is no room, and ``on_full`` is ``429``.
        """
        parcels = [Parcel(payload, origin, recorded=True) for payload in payloads]
        taken: list[Trace] = self._thread.call(self._conveyor.take(parcels)).result()
        return taken

    def messages(self) -> list[Trace]:
        """Return the traces received, oldest first, under way or not."""
        while True:
            try:
                return list(self._traces)
            except RuntimeError:  # the gateway's thread appended meanwhile
                continue

    def flush(self, timeout: float = 30.0) -> list[Trace]:
        """Wait until everything received has its outcome; return ``messages()``.

        Raises:
            TimeoutError: Something is still under way after ``timeout`` seconds; the text says what.
        """
        waiting = self._thread.call(self._conveyor.drain())
        try:
            waiting.result(timeout)
        except TimeoutError:
            waiting.cancel()
            open_traces = [trace for trace in self.messages() if trace.outcome is None]
            names = ", ".join(trace.name for trace in open_traces[:5])
            text = f"{self._conveyor.under_way} messages still under way after {timeout:g} s: {names}"
            raise TimeoutError(text) from None
        return self.messages()

    def counts(self) -> dict[Outcome, int]:
        """Return how many messages ended how, since the start."""
        return dict(self._delivery.counts)

    def under_way(self) -> int:
        """Return how many messages were accepted and have no outcome yet."""
        return self._conveyor.under_way

    def _seen(self, stage: Stage, trace: Trace) -> None:
        if stage is Stage.RECEIVED:
            self._traces.append(trace)
        if self._watch is not None:
            self._watch(stage, trace)

    def _new_id(self) -> str:
        return uuid4(self._rng)

    async def _main(self, ready: Future[None], stopping: asyncio.Event) -> None:
        async with AsyncExitStack() as stack:
            sock = stack.enter_context(bound(*self._bind))
            self._port = sock.getsockname()[1]
            journal = None
            if self._journal_path is not None:
                journal = Journal(self._journal_path, remember=self._remember, identity=self._new_id())
                stack.enter_context(journal)
            self._conveyor.use(self._delivery, journal)
            await stack.enter_async_context(self._delivery)
            self.resumed = journal.pending_count() if journal is not None else 0
            resuming = asyncio.create_task(self._conveyor.resume(), name="resume")
            stack.callback(resuming.cancel)
            server = EmbeddedServer(self._source.app(), sock)
            await stack.enter_async_context(server)
            ready.set_result(None)
            await until(stopping, resuming)  # where that fails every sender would wait for it
            deadline = time.monotonic() + self._grace
            await server.stop(self._grace)
            with suppress(TimeoutError):
                async with asyncio.timeout(max(deadline - time.monotonic(), 0.0)):
                    await self._conveyor.drain()
            self._left = self._conveyor.under_way


__all__ = ["CAPACITY", "Gateway", "Stage"]
