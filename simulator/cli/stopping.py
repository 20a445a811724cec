"""Ctrl-C and SIGTERM for commands that have something under way: the first asks, the second insists.

:func:`stopping` is for what an event loop does, :func:`unbroken` for what happens outside of one.
"""

from __future__ import annotations

import asyncio
import signal
import threading
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


@contextmanager
def unbroken() -> Iterator[None]:
    """Put the first Ctrl-C off to the end of the block, where it is a KeyboardInterrupt; the second comes at once.

    For steps that are short but must not be cut in two: an event loop that is interrupted while it is made complains on
    standard error of what it has not got yet.
    """
    came: list[int] = []

    def handle(number: int, _frame: object) -> None:
        if came:
            raise KeyboardInterrupt
        came.append(number)

    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt
