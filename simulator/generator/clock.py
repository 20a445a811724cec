"""Simulated time: milliseconds since the epoch, UTC, and how busy people are at an hour of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from math import cos, pi

from simulator.errors import UsageError

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

DEFAULT_START = "2026-01-05T09:00:00Z"
"""A Monday morning (``interface.md`` 8)."""

EARLIEST = -30_610_224_000_000
LATEST = 221_845_392_000_000
"""The years 1000 and 9000: between them whatever is told of a person is a date of four digits before and after, too."""
END = 253_086_768_000_000
"""The year 9990: no run goes further, since times have four digits for the year, and a gap may be a long one."""

_UNITS = {"ms": 1, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_PIECE = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Minutes(dict[int, str]):
    """``YYYY-MM-DDTHH:MM:`` by minute since the epoch; many messages share one, so each is formatted once."""

    def __missing__(self, minute: int) -> str:
        if len(self) > 5_000:
            self.clear()
        text = (_EPOCH + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:").rjust(17, "0")
        self[minute] = text
        return text


_MINUTES = _Minutes()
_SECONDS = [f"{second:02d}." for second in range(60)]
_FRACTIONS = [f"{fraction:03d}Z" for fraction in range(1_000)]


def iso(ms: int) -> str:
    """Return ``2026-02-23T22:31:02.250Z``. Tables make it several times as fast as strftime."""
    minute, rest = divmod(ms, MINUTE)
    second, fraction = divmod(rest, SECOND)
    return _MINUTES[minute] + _SECONDS[second] + _FRACTIONS[fraction]


def year_before(ms: int) -> int:
    """Return the year before the one a moment lies in."""
    return int(iso(ms)[:4]) - 1


def parse_duration(text: str) -> int:
    """Return milliseconds of ``90s``, ``1h 30m``, ``2d``; may begin with ``-``.

    Raises:
        ValueError: It is none of these; the text says what is allowed.
    """
    body = text.strip().removeprefix("-")
    pieces = _PIECE.findall(body)
    if not pieces or _PIECE.sub("", body):
        raise ValueError(f"{text!r} is no duration: write 500ms, 90s, 15m, 4h, 2d, 1w or several of these")
    total = int(sum(float(number) * _UNITS[unit] for number, unit in pieces))
    return -total if text.strip().startswith("-") else total


def parse_start(text: str | datetime) -> int:
    """Return the milliseconds of a start given as ISO-8601 text or a datetime (without a zone: UTC).

    Raises:
        UsageError: It is neither, or before :data:`EARLIEST` or after :data:`LATEST`.
    """
    if isinstance(text, datetime):
        moment = text
    else:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(f"--start {text}: must be an ISO-8601 time such as {DEFAULT_START}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    ms = (moment - _EPOCH) // timedelta(milliseconds=1)
    if not EARLIEST <= ms <= LATEST:
        raise UsageError(f"--start {text}: must be from the year 1000 to the year 9000, such as {DEFAULT_START}")
    return ms


class Rhythm:
    """How likely a visit begins at a moment, from 0 to 1: quiet nights (trough at 3 in the morning), quiet weekends.

    Args:
        night: Activity at 3 in the morning, against the busiest hour (1).
        weekend: Activity on Saturday and Sunday, against other days (1).

    Attributes:
        mean: The average over a week: by it gaps are shortened, so that thinning keeps their mean.
    """

    __slots__ = ("_week", "mean")

    def __init__(self, night: float, weekend: float) -> None:
        middle, swing = (1 + night) / 2, (1 - night) / 2
        hours = [middle - swing * cos(2 * pi * (hour - 3) / 24) for hour in range(24)]
        # Hour 0 of the epoch was a Thursday midnight; days 2 and 3 from there are Saturday and Sunday.
        self._week = [hours[hour] * (weekend if day in (2, 3) else 1.0) for day in range(7) for hour in range(24)]
        self.mean = sum(self._week) / 168

    def at(self, local_ms: int) -> float:
        """Return the activity at a moment of local time."""
        return self._week[local_ms // HOUR % 168]
