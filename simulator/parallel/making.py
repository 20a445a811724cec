"""What a command makes of messages a part at a time, so that parts can be made in several processes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from simulator.errors import SimulatorError
from simulator.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.segment.admission import Admission
    from simulator.segment.message import Received


class Part(Protocol):
    """What was made of some messages."""

    @property
    def messages(self) -> int:
        """How many messages."""


Made = TypeVar("Made", bound=Part)
Made_co = TypeVar("Made_co", bound=Part, covariant=True)

TOGETHER = 32
"""Messages taken through one stage before the next begins, so that a stage's code stays in the processor's caches;
measured: 8 is slower, and so is 128."""

AT_ONCE = 1_024
"""Messages of a part that one process alone makes; it is about as many as a block has."""


class Making(Protocol[Made_co]):
    """Takes messages as admission left them, and gives what it made of them since it last gave."""

    def take(self, ways: Sequence[Trace]) -> None:
        """Take messages the rest of the way; some two dozen at a time keep a stage's code in the caches."""

    def give(self) -> Made_co:
        """Return what was made; it must be picklable."""


def made_here(
    messages: Iterable[Received], making: Making[Made], admission: Admission, *, at_once: int = AT_ONCE
) -> Iterator[Made]:
    """Yield the parts of a stream of messages, in order, made in this process.

    Args:
        messages: In order.
        making: What they are given to.
        admission: Of the run.
        at_once: Messages of a part; 1 where somebody may be waiting for each.

    Raises:
        SimulatorError: What ``messages`` raises, after the part with everything before it.
    """
    together = min(TOGETHER, at_once)
    ways: list[Trace] = []
    taken = 0
    try:
        for received in messages:
            ways.append(Trace(received, admission.admit(received.payload, received.received_at)))
            if len(ways) == together:
                making.take(ways)
                taken += together
                ways = []
                if taken >= at_once:
                    yield making.give()
                    taken = 0
    except SimulatorError:
        making.take(ways)
        yield making.give()
        raise
    making.take(ways)
    yield making.give()
