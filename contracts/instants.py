"""Points in time: reading ISO-8601 as real senders write it, and writing it the one way this product does.

All values are integers, microseconds (``_us``) or milliseconds (``_ms``) since 1970-01-01T00:00:00Z, negative before
it; years 1 to 9999. Pure: no clock, no time zone database, no third party.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive on purpose: every instant in here is UTC
MIN_US = -62_135_596_800_000_000
"""0001-01-01T00:00:00Z."""
MAX_US = 253_402_300_799_999_999
"""9999-12-31T23:59:59.999999Z."""

_MICROSECOND = timedelta(microseconds=1)
_UTC = "+00:00"
_FRACTIONS = (23, 26)
"""Lengths of a time without zone that tells milliseconds, microseconds."""
_ISO = re.compile(
    r"(?P<year>[0-9]{4})"
    r"(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?|(?P<month2>[0-9]{2})(?P<day2>[0-9]{2}))?"
    r"(?:[Tt ](?P<hour>[0-9]{2})(?::?(?P<minute>[0-9]{2})(?::?(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?)?"
    r"(?P<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_UNPADDED = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})[Tt ]"
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})(?:[.,](?P<fraction>[0-9]+))?"
    r" ?(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})"
)


def parse_iso(text: str) -> int | None:
    """Read an ISO-8601 time.

    Taken: ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, ``YYYYMMDD``; after a whole date ``T`` or a space and the time,
    extended or basic, any fraction of a second (digits past the microsecond are cut), ``Z``, an offset, or no zone
    (= UTC).

    Returns:
        Microseconds since the epoch, or ``None``: unreadable, a leap second, 24:00, or outside the years 1 to 9999.
    """
    if text[4:20:3] == "--T::." and text.isascii():
        # What JavaScript and Python write, and so nearly every message (every third character from the fifth on is
        # its punctuation): the interpreter's own parser is the faster one.
        plain = text[:-1] if text[-1] == "Z" else text.removesuffix(_UTC)
        if (
            len(plain) in _FRACTIONS and plain[20:].isdigit() and plain[11:13] != "24"
        ):  # 24:00 is read from Python 3.14 on
            try:
                return (datetime.fromisoformat(plain) - EPOCH) // _MICROSECOND
            except ValueError:
                return None
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    part = match.groupdict()
    day = part["day"] or part["day2"]
    if part["hour"] and not day:  # a time needs a whole date before it
        return None
    return _instant(
        int(part["year"]),
        int(part["month"] or part["month2"] or 1),
        int(day or 1),
        (part["hour"], part["minute"], part["second"], part["fraction"]),
        part["zone"],
    )


def parse_event_time(text: str) -> int | None:
    """Read an event time as Pointillist's ingest takes it.

    Taken: ISO-8601 with an offset or ``Z``, and ``yyyy-MM-dd HH:mm:ssZ``, un-padded too, as the only public payload
    has it (``2015-9-24 7:6:23-0700``).

    Returns:
        Microseconds since the epoch, or ``None`` where it cannot be read or carries no offset.
    """
    match = _UNPADDED.fullmatch(text)
    if match is not None:
        part = match.groupdict()
        clock = (part["hour"], part["minute"], part["second"], part["fraction"])
        return _instant(int(part["year"]), int(part["month"]), int(part["day"]), clock, part["zone"])
    match = _ISO.fullmatch(text)
    return parse_iso(text) if match is not None and match["zone"] else None


def format_ms(ms: int) -> str:
    """Write milliseconds since the epoch as ``2026-02-23T22:31:02.250Z``: UTC, four digits of year, three of fraction.

    Raises:
        OverflowError: Outside the years 1 to 9999.
    """
    return (EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds") + "Z"


def _instant(
    year: int, month: int, day: int, clock: tuple[str | None, str | None, str | None, str | None], zone: str | None
) -> int | None:
    hour, minute, second, fraction = clock
    micro = int(((fraction or "") + "000000")[:6])
    try:
        moment = datetime(  # noqa: DTZ001 - the offset is applied below
            year, month, day, int(hour or 0), int(minute or 0), int(second or 0), micro
        )
    except ValueError:
        return None
    offset = _offset(zone) if zone else 0
    if offset is None:
        return None
    instant = (moment - EPOCH) // _MICROSECOND - offset
    return instant if MIN_US <= instant <= MAX_US else None


def _offset(zone: str) -> int | None:
    """Microseconds east of UTC, or ``None`` where the offset is none (``+99:00``)."""
    if zone in ("Z", "z"):
        return 0
    hours, minutes = int(zone[1:3]), int(zone[3:].lstrip(":") or 0)
    if hours > 23 or minutes > 59:
        return None
    offset = timezone(timedelta(hours=hours, minutes=minutes)).utcoffset(None) // _MICROSECOND
    return -offset if zone[0] == "-" else offset
