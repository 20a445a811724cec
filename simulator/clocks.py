"""Clocks as arguments: the machine's own, and one that stands still. Both can be handed to another process."""

from __future__ import annotations

import time
from dataclasses import dataclass


def system() -> int:
    """Return the present by the machine's own clock, microseconds since the epoch, UTC."""
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True)
class Still:
    """A clock that always shows the same instant.

    Attributes:
        instant: Microseconds since the epoch, UTC.
    """

    instant: int

    def __call__(self) -> int:
        """Return the instant."""
        return self.instant
