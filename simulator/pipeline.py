"""The one way of a message: received, admitted or discarded, mapped, checked. Every view shows what it yields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.segment.message import Admitted
from simulator.trace import Trace

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
    trace = Trace(received, admission.admit(received.payload, received.received_at))
    map_admitted((trace,), mapping, explain=explain)
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
) -> Iterator[Trace]:
    """Yield the trace of each message, in order: as long as the input is a stream, so is the output.

    Args:
        messages: What came.
        admission: Of the run; remembers the ids.
        mapping: Makes the events.
        checks: Asked for violations where given.
        explain: Account for every leaf in the traces' provenance and drops.

    Raises:
        Exception: What ``messages`` raises, after the traces of everything before it.
    """
    for received in messages:
        yield trace_one(received, admission=admission, mapping=mapping, checks=checks, explain=explain)


def map_admitted(ways: Iterable[Trace], mapping: Mapping, *, explain: bool = False) -> None:
    """Take messages that were admitted one stage on: make their events."""
    for way in ways:
        answer = way.admission
        if isinstance(answer, Admitted):
            way.mapped = mapping.apply(way.received.payload, answer, explain=explain)
