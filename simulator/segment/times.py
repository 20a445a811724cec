"""When an event happened: the times a message carries, read and corrected for the sender's clock. Pure.

The rules are the time row of ``interface.md`` section 4; why they are so stands in ``facts/segment.md`` 1.6.
"""

from __future__ import annotations

from decimal import Decimal
from math import floor, isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.codes import violation
from contracts.instants import MAX_US, MIN_US, format_ms, parse_iso
from contracts.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.violations import Violation

_SECONDS_BELOW = 31_557_600_000
"""An epoch number below this counts seconds, else milliseconds: how Segment's classic integrations tell them apart."""


class EventTime(NamedTuple):
    """The time of an event.

    Attributes:
        ms: Milliseconds since the epoch, UTC.
        text: The same as ``2026-02-23T22:31:02.250Z``.
        source: JSON Pointer of the field it was taken from, or ``None`` where it was the arrival or now.
    """

    ms: int
    text: str
    source: str | None


def read_time(value: Any) -> int | None:
    """Return a time as senders write it, in microseconds since the epoch, or ``None`` where it cannot be read.

    Args:
        value: ISO-8601 text (see :func:`contracts.instants.parse_iso`), text of exactly 10 (seconds) or 13
            (milliseconds) digits, or an epoch number.
    """
    if isinstance(value, str):
        if len(value) in (10, 13) and value.isdigit() and value.isascii():
            return _within(int(value) * (1_000_000 if len(value) == 10 else 1_000))
        return parse_iso(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, float) and not isfinite(value):
        return None
    unit = 1_000_000 if value < _SECONDS_BELOW else 1_000
    # By way of the shortest text of a double: 1772442930.123 means what was written, not the double's own tail.
    return _within(value * unit if isinstance(value, int) else floor(Decimal(repr(value)) * unit))


def event_time(
    payload: dict[str, Any], received_at: int | None, now: Callable[[], int], notes: list[Violation]
) -> EventTime:
    """Return when the event happened, corrected for the sender's clock where the message tells how.

    Args:
        payload: The message.
        received_at: Arrival at a live source, microseconds since the epoch; ``None`` for a message from a file.
        now: The clock, microseconds since the epoch; asked only when nothing else tells the time.
        notes: ``bad_timestamp`` and ``no_time`` are added here.
    """
    get = payload.get
    timestamp = _read("timestamp", value, notes) if (value := get("timestamp")) is not None else None
    original = _read("originalTimestamp", value, notes) if (value := get("originalTimestamp")) is not None else None
    sent = _read("sentAt", value, notes) if (value := get("sentAt")) is not None else None
    received = _read("receivedAt", value, notes) if (value := get("receivedAt")) is not None else None
    arrival = received_at if received_at is not None else received
    own = timestamp if timestamp is not None else original
    source = "/timestamp" if timestamp is not None else "/originalTimestamp"
    if own is not None:
        delivered = timestamp is not None and original is not None
        if delivered or sent is None or arrival is None:
            return EventTime(own // 1000, _text(payload, source, own), source)
        corrected = arrival - (sent - own)
        if MIN_US <= corrected <= MAX_US:
            return EventTime(corrected // 1000, format_ms(corrected // 1000), source)
        notes.append(violation("bad_timestamp", source, "corrected for the sender's clock it lies outside 0001-9999"))
    notes.append(
        violation("no_time", "", "the message has no readable time; the time it was received, or now, is used")
    )
    if arrival is None:
        arrival = now()
    from_message = received is not None and received_at is None
    return EventTime(arrival // 1000, format_ms(arrival // 1000), "/receivedAt" if from_message else None)


def _read(field: str, value: Any, notes: list[Violation]) -> int | None:
    instant = parse_iso(value) if value.__class__ is str and len(value) > 13 else read_time(value)
    if instant is None:
        notes.append(violation("bad_timestamp", f"/{field}", f"{field} cannot be read as a time: {shown(value)}"))
    return instant


def _text(payload: dict[str, Any], source: str, instant: int) -> str:
    """Write ``instant``, or pass on the sender's own text where that is already our way of writing it."""
    value = payload[source[1:]]
    if isinstance(value, str) and len(value) == 24 and value[19] == "." and value[10] == "T" and value[23] == "Z":
        return value
    return format_ms(instant // 1000)


def _within(instant: int) -> int | None:
    return instant if MIN_US <= instant <= MAX_US else None
