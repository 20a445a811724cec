"""The gateway: a Segment source whose messages go the whole way, in one object for `listen`, the UI and pytest.

::

    with FakePointillist() as fake, Gateway(fake.url, token="t") as gateway:
        sdk = Client(gateway.write_key, host=gateway.host)
        ...
        gateway.flush()
        [trace.outcome for trace in gateway.messages()]
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from types import TracebackType

    from simulator.delivery import Options
    from simulator.mapping import Mapping
    from simulator.pipeline import Checks
    from simulator.trace import Outcome, Trace


class Stage(StrEnum):
    """What has just happened to a trace that a watcher is told of."""

    RECEIVED = "received"
    """Admitted and mapped, or discarded; accepted from the sender (journalled where there is a journal)."""
    ATTEMPT = "attempt"
    """One delivery attempt has ended; ``trace.attempts[-1]`` is it."""
    OUTCOME = "outcome"
    """It ended; ``trace.outcome`` says how. Once a trace, the last call for it."""


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
        options: How to deliver.
        on_full: ``wait`` lets senders wait for room, ``429`` answers that with Retry-After.
        journal: Put messages on disk here before their 200, and go on with what an earlier run left.
        keep: Traces kept for ``messages()``; the oldest go first.
        remember: Message ids remembered against duplicates.
        now: The wall clock, microseconds since the epoch.
        seed: Seeds backoff and the ids of messages without one; ``None`` for a random seed.
        watch: Called in the gateway's thread at every stage of every trace; must return quickly and never raise.
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
    ) -> None:
        raise NotImplementedError

    host: str
    """What SDKs call ``host``: ``http://127.0.0.1:8766``, no path. The same as ``url``."""
    url: str
    port: int
    write_key: str
    """A write key it takes, for the SDK's constructor."""

    def start(self) -> Self:
        """Bind, serve, and deliver what the journal holds. Returns when messages are taken.

        Raises:
            UsageError: The port is in use or cannot be bound, or a name is unknown.
        """
        raise NotImplementedError

    def stop(self, grace: float = 5.0) -> int:
        """Stop taking messages, finish what is under way for up to ``grace`` seconds.

        Returns:
            How many messages are left without an outcome: in the journal where there is one, else lost.
        """
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def put(self, payloads: Iterable[Any], origin: str = "generator") -> list[Trace]:
        """Send messages the whole way without HTTP on Segment's side, waiting for room; return their traces."""
        raise NotImplementedError

    def messages(self) -> list[Trace]:
        """Return the traces received, oldest first, those still under way included."""
        raise NotImplementedError

    def flush(self, timeout: float = 30.0) -> list[Trace]:
        """Wait until everything received has its outcome; return ``messages()``.

        Raises:
            TimeoutError: Something is still under way after ``timeout`` seconds; the text says what.
        """
        raise NotImplementedError

    def counts(self) -> dict[Outcome, int]:
        """Return how many messages ended how, since the start."""
        raise NotImplementedError
