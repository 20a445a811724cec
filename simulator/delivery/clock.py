"""The clock as an argument: what time it is, how long something took, and waiting. Tests bring their own."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator import clocks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


@dataclass(frozen=True, slots=True)
class Clock:
    """Every use of time there is in delivery.

    Attributes:
        now: The wall clock in microseconds since the epoch, UTC.
        monotonic: Seconds on a clock that never goes back.
        pause: Wait so many seconds without blocking the event loop.
    """

    now: Callable[[], int]
    monotonic: Callable[[], float]
    pause: Callable[[float], Awaitable[None]]


SYSTEM = Clock(now=clocks.system, monotonic=time.monotonic, pause=asyncio.sleep)
"""The machine's own clock."""
