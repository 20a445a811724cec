"""A message on Segment's side: as received, then admitted or discarded. Pure records, no behaviour beyond JSON.

Received and Admitted are named tuples: every message makes one of each, and a frozen dataclass costs four times as
much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from contracts.violations import Violation

Call: TypeAlias = Literal["identify", "track"]
"""The two calls Pointillist takes (``seed``)."""


class Received(NamedTuple):
    """One message as it came, untouched.

    Attributes:
        index: Position in the run, from 0.
        payload: The JSON value, usually a dict; batch-level ``context``, ``integrations`` and ``sentAt`` applied.
        origin: Where it came from, for people: ``events.jsonl:17``, ``POST /v1/batch [3]``, ``generator``.
        received_at: Arrival in microseconds since the epoch, UTC; ``None`` for messages from a file.
        notes: What reading it had to say (``duplicate_key``, ``type_from_path`` ...).
    """

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody wants of a message
    payload: Any
    origin: str = ""
    received_at: int | None = None
    notes: tuple[Violation, ...] = ()


class Admitted(NamedTuple):
    """A message Segment delivers to Pointillist, with its envelope in canonical form.

    Attributes:
        call: ``identify`` or ``track``.
        message_id: As sent, or ``None``.
        user_id: Text, or ``None`` where absent; integers already turned into decimal text.
        anonymous_id: The same.
        event: The event type: a track's ``event`` verbatim, or ``identify``.
        time_ms: The corrected event time, milliseconds since the epoch, UTC (negative before 1970).
        time_from: JSON Pointer of the time it was taken from (``/timestamp``, ``/originalTimestamp``,
            ``/receivedAt``), or ``None`` where it was the arrival or now.
        time: ``time_ms`` as text, ``2026-02-23T22:31:02.250Z``.
        notes: Warnings and notes of admission.
    """

    call: Call
    message_id: str | None
    user_id: str | None
    anonymous_id: str | None
    event: str
    time_ms: int
    time_from: str | None
    time: str
    notes: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True)
class Discarded:
    """A message that never leaves Segment.

    Attributes:
        code: One of Segment's discard codes.
        path: JSON Pointer of the value that decided it.
        message: One sentence for people.
        message_id: As sent where it is text, or ``None``.
        call: The type as sent, in lower case, where it is text.
        notes: Warnings and notes found before the discard.
    """

    code: str
    path: str
    message: str
    message_id: str | None
    call: str | None
    notes: tuple[Violation, ...] = ()
