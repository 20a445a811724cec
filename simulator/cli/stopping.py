"""Ctrl-C and SIGTERM for commands that have something under way: the first asks, the second insists."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GRACE = 5.0
"""Seconds what is under way gets after the first signal, wherever a command is stopped."""


class Asked:
    """Whether, and by which signal, the user asked to stop."""

    def __init__(self) -> None:
        self.by: signal.Signals | None = None
        self.insisted = False


@contextmanager
def stopping(ask: Callable[[], None]) -> Iterator[Asked]:
    """Call ``ask`` at the first SIGINT or SIGTERM; the second raises KeyboardInterrupt. Inside a running event loop."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked = Asked()

    def handle(number: signal.Signals) -> None:
        if asked.by is None:
            asked.by = number
            ask()
        elif task is not None:
            asked.insisted = True
            task.cancel()

    handled = []
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, handle, number)
        except (NotImplementedError, RuntimeError, ValueError):  # Windows, or not the main thread
            continue
        handled.append(number)
    try:
        yield asked
    except asyncio.CancelledError:
        if asked.insisted:
            raise KeyboardInterrupt from None
        raise
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
