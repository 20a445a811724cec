"""A bell: waiting for "something changed" from any event loop, and ringing it from any thread."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Bell:
    """Wakes every listener at once; listen *before* looking at what you wait for, and no ring is missed."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Future[None]] = set()
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def listening(self) -> Iterator[asyncio.Future[None]]:
        """Give a future of the running loop that is done at the next ring."""
        future = asyncio.get_running_loop().create_future()
        with self._lock:
            self._listeners.add(future)
        try:
            yield future
        finally:
            with self._lock:
                self._listeners.discard(future)

    def ring(self) -> None:
        """Wake everyone who listens."""
        if not self._listeners:
            return
        with self._lock:
            listeners, self._listeners = self._listeners, set()
        for future in listeners:
            with contextlib.suppress(RuntimeError):  # its loop has been closed meanwhile
                future.get_loop().call_soon_threadsafe(_wake, future)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
