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
) -> Iterator[Trace]:
    """Yield the trace of each message, in order, one at a time: as long as the input is a stream, so is the output."""
    for received in messages:
        yield trace_one(received, admission=admission, mapping=mapping, checks=checks, explain=explain)
