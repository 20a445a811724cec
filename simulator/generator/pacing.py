"""Pacing: messages at a rate, or at the speed of their own time. The clock and the waiting are arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST_WAIT = 3_600.0
"""Seconds waited at once: what is slower than that is waited for in turns, as no system sleeps for centuries."""


def paced(
    messages: Iterator[tuple[int, dict[str, Any]]],
    *,
    rate: float | None,
    speed: float | None,
    clock: Callable[[], float],
    wait: Callable[[float], None],
) -> Iterator[dict[str, Any]]:
    """Yield the messages, each not before its moment.

    Args:
        messages: (arrival in simulated milliseconds, message).
        rate: Messages a second; or
        speed: How many simulated seconds pass in one: 1 is real time. With neither, nothing waits.
        clock: Seconds, monotonic.
        wait: Waits so many seconds.
    """
    began, first = clock(), None
    for index, (at, message) in enumerate(messages):
        if first is None:
            first = at
        due = None
        if rate is not None:
            due = index / rate
        elif speed is not None:
            due = (at - first) / 1000 / speed
        if due is not None:
            while (ahead := began + due - clock()) > 0:
                wait(min(ahead, LONGEST_WAIT))
        yield message
