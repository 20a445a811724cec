"""When a message is due: at a rate, or with the timing of the recording. Pure; the clock is the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.segment.message import Admitted

if TYPE_CHECKING:
    from simulator.trace import Trace


class Pace(Protocol):
    """Says when a message is due."""

    def due(self, trace: Trace) -> float:
        """Return the seconds after the start at which ``trace`` may go; asked once a trace, in order."""


class AtRate:
    """So many messages a second, evenly; messages that never leave take no turn."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second
        self._count = 0

    def due(self, trace: Trace) -> float:
        """See :class:`Pace`."""
        if trace.mapped is None:
            return 0.0
        self._count += 1
        return (self._count - 1) * self._gap


class AtSpeed:
    """The recording's own timing, ``times`` as fast; a message out of time order goes at once, in its place."""

    def __init__(self, times: float) -> None:
        self._times = times
        self._first_ms: int | None = None

    def due(self, trace: Trace) -> float:
        """See :class:`Pace`."""
        if not isinstance(trace.admission, Admitted):
            return 0.0
        if self._first_ms is None:
            self._first_ms = trace.admission.time_ms
        return max(0.0, (trace.admission.time_ms - self._first_ms) / 1000 / self._times)
