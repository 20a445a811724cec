"""What is tried again, and when: the retry table as data, and the randomised exponential backoff. Pure.

The table is that of Segment's classic base class (``facts/segment.md`` 6): any network error, 429, 500, 502, 503 and
504 are tried again; every other status is final, 501 and 505 too. Redirects are off, so a 3xx is a refusal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


class Verdict(StrEnum):
    """What an answer, or its absence, means for the message."""

    DONE = "done"
    """Accepted."""
    RETRY = "retry"
    """Try again while attempts and time last."""
    REFUSED = "refused"
    """Final: trying again would not help."""


RETRY_TABLE: dict[int | None, str] = {
    None: "no answer: refused, reset, cut, timed out, or not HTTP",
    429: "too many requests; Retry-After says when",
    500: "internal server error",
    502: "bad gateway",
    503: "service unavailable; Retry-After says when",
    504: "gateway timeout",
}
"""Every status that is tried again, with the reason; ``None`` is no HTTP answer at all. All else is final."""

LONGEST_RETRY_AFTER = 300.0
"""Seconds of ``Retry-After`` that are honoured; real SDKs stop believing at the same point."""

_SECONDS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)


def judge(status: int | None) -> Verdict:
    """Return what an HTTP status means; ``None`` stands for no answer."""
    if status is not None and 200 <= status < 300:
        return Verdict.DONE
    return Verdict.RETRY if status in RETRY_TABLE else Verdict.REFUSED


def retry_after(text: str | None, now_us: int) -> float | None:
    """Read a ``Retry-After`` header.

    Args:
        text: Seconds, or an HTTP date (RFC 9110 10.2.3).
        now_us: The wall clock in microseconds, for dates.

    Returns:
        Seconds to wait, 0 to :data:`LONGEST_RETRY_AFTER`; ``None`` where the header is missing or unreadable.
    """
    if text is None:
        return None
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return min(float(text), LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment.timestamp() - now_us / 1e6, 0.0), LONGEST_RETRY_AFTER)


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after an attempt, and when to give up.

    Attributes:
        attempts: At most so many attempts, from 1.
        retry_for: No attempt starts later than so many seconds after the first; ``None`` for no such limit.
        base: Seconds after the first attempt, before randomising.
        ceiling: Seconds the doubling stops at.
    """

    attempts: int = 10
    retry_for: float | None = None
    base: float = 0.1
    ceiling: float = 30.0

    def wait(self, number: int, elapsed: float, asked: float | None, rng: random.Random) -> float | None:
        """Return the seconds to wait before the next attempt, or ``None`` to give up.

        Args:
            number: The attempt that has just failed, from 1.
            elapsed: Seconds since the first attempt began.
            asked: What ``Retry-After`` asked for; it is a floor, never randomised.
            rng: The source of the randomness: half to all of the doubled delay, so that senders spread out.
        """
        if number >= self.attempts:
            return None
        doubled = min(self.ceiling, self.base * 2.0 ** min(number - 1, 64))
        delay = doubled * rng.uniform(0.5, 1.0)
        if asked is not None:
            delay = max(delay, asked)
        if self.retry_for is not None and elapsed + delay > self.retry_for:
            return None
        return delay
