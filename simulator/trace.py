"""The Trace: the one way of one message, and the only thing every view renders.

As received, admitted or discarded (and why), the event it became with the provenance of every leaf, the violations
found, each delivery attempt, and the answer. Nobody computes a second time what a Trace already says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from simulator.segment.message import Admitted, Discarded

if TYPE_CHECKING:
    from contracts.violations import Violation
    from simulator.mapping.result import Mapped
    from simulator.segment.message import Received


class Outcome(StrEnum):
    """How a message ended; each message has exactly one (``interface.md`` 3.3)."""

    DELIVERED = "delivered"
    """Answered with success: stored at Pointillist."""
    DUPLICATE = "duplicate"
    """Answered with success, and the fake says it knew the message."""
    REJECTED = "rejected"
    """Refused for good: a status that is not retried."""
    EXPIRED = "expired"
    """Every attempt allowed was used up."""
    DISCARDED = "discarded"
    """Never left Segment."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery attempt.

    Attributes:
        number: From 1.
        at_us: When it started, microseconds since the epoch, UTC.
        seconds: How long it took, or ``None`` where only the receiving side was seen.
        status: The HTTP status, or ``None`` where no answer came.
        error: The network error in words where no answer came, else ``None``.
        body: The decoded JSON answer, or its text (cut at 4 KB) where it is not JSON.
        wait: Seconds until the next attempt, or ``None`` where this was the last.
    """

    number: int
    at_us: int
    seconds: float | None
    status: int | None
    error: str | None
    body: Any
    wait: float | None = None


@dataclass(slots=True)
class Trace:
    """The way of one message.

    Attributes:
        received: The message as it came.
        admission: What Segment's side decided.
        mapped: The event, or ``None`` for a discarded message.
        violations: Found by the contract check of every stage; empty where no check was asked for. Paths of the
            Segment stage point into the message, those of the event stage into the event.
        attempts: Every delivery attempt so far, in order.
        outcome: ``None`` while it is under way or where nothing is delivered.
        event_id: The id the fake gave it, where it gave one.
        warnings: What the fake said on accepting it.
        actor: Whom it belonged to when it was accepted (``user:U1``, ``anon:A1``), where our fake was asked.
    """

    received: Received
    admission: Admitted | Discarded
    mapped: Mapped | None = None
    violations: tuple[Violation, ...] = ()
    attempts: list[Attempt] = field(default_factory=list)
    outcome: Outcome | None = None
    event_id: str | None = None
    warnings: tuple[Violation, ...] = ()
    actor: str | None = None

    @property
    def notes(self) -> tuple[Violation, ...]:
        """Notes and warnings of reading, admission and mapping, in that order."""
        mapped = self.mapped.notes if self.mapped is not None else ()
        return self.received.notes + self.admission.notes + mapped

    @property
    def name(self) -> str:
        """The messageId, or the message's position (``#1``, ``#2`` ...) where it has none."""
        return self.admission.message_id or f"#{self.received.index + 1}"

    def to_json(self, *, explain: bool = False) -> dict[str, Any]:
        """Return the pinned result line of ``transform`` (``interface.md`` 4).

        Args:
            explain: Add ``provenance`` and ``dropped``, which together account for every input leaf.
        """
        admission = self.admission
        discarded = isinstance(admission, Discarded)
        line: dict[str, Any] = {
            "index": self.received.index,
            "messageId": admission.message_id,
            "status": "discarded" if discarded else "mapped",
            "code": admission.code if isinstance(admission, Discarded) else None,
            "event": self.mapped.event if self.mapped is not None else None,
            "notes": [note.to_json() for note in self.notes],
        }
        if explain:
            line["provenance"] = [step.to_json() for step in self.mapped.provenance] if self.mapped else []
            line["dropped"] = [drop.to_json() for drop in self.mapped.dropped] if self.mapped else []
        return line


__all__ = ["Admitted", "Attempt", "Discarded", "Outcome", "Trace"]
