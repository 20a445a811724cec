"""The one way of a message: received, admitted or discarded, mapped, checked. Every view shows what it yields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.errors import SimulatorError
from simulator.segment.message import Admitted
from simulator.trace import Trace

TOGETHER = 32
"""Messages a file command takes through each stage together; measured: 8 is slower, and so is 128."""

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.violations import Violation
    from simulator.mapping.apply import Mapping
    from simulator.segment.admission import Admission
    from simulator.segment.message import Received


class Checks(Protocol):
    """The contract check of every stage."""

    def check(self, trace: Trace) -> tuple[Violation, ...]:
        """Return everything wrong with a message and the event it became."""


def trace_one(
    received: Received,
    *,
    admission: Admission,
    mapping: Mapping,
    checks: Checks | None = None,
    explain: bool = False,
) -> Trace:
    """Take one message the whole way up to delivery.

    Args:
        received: The message as it came.
        admission: Of the run the message belongs to; remembers its id.
        mapping: Makes the event.
        checks: Asked for violations where given.
        explain: Account for every leaf in the trace's provenance and drops.
    """
    answer = admission.admit(received)
    trace = Trace(received, answer)
    if isinstance(answer, Admitted):
        trace.mapped = mapping.apply(received.payload, answer, explain=explain)
    if checks is not None:
        trace.violations = checks.check(trace)
    return trace


def traces(
    messages: Iterable[Received],
    *,
    admission: Admission,
    mapping: Mapping,
    checks: Checks | None = None,
    explain: bool = False,
    together: int = 1,
) -> Iterator[Trace]:
    """Yield the trace of each message, in order: as long as the input is a stream, so is the output.

    Args:
        messages: What came.
        admission: Of the run; remembers the ids.
        mapping: Makes the events.
        checks: Asked for violations where given.
        explain: Account for every leaf in the traces' provenance and drops.
        together: So many messages are taken through one stage before the next begins, which changes nothing but
            speed: one stage's code stays in the processor's caches. For inputs that nobody has to wait for.

    Raises:
        Exception: What ``messages`` raises, after the traces of everything before it.
    """
    if together == 1:
        for received in messages:
            yield trace_one(received, admission=admission, mapping=mapping, checks=checks, explain=explain)
        return
    for batch in _batches(messages, together):
        ways = [Trace(received, admission.admit(received)) for received in batch]
        for way in ways:
            answer = way.admission
            if isinstance(answer, Admitted):
                way.mapped = mapping.apply(way.received.payload, answer, explain=explain)
        if checks is not None:
            for way in ways:
                way.violations = checks.check(way)
        yield from ways


def _batches(messages: Iterable[Received], size: int) -> Iterator[list[Received]]:
    """Yield the messages ``size`` at a time; where reading fails, what came before it first."""
    batch: list[Received] = []
    try:
        for received in messages:
            batch.append(received)
            if len(batch) == size:
                yield batch
                batch = []
    except SimulatorError:
        yield batch
        raise
    yield batch
