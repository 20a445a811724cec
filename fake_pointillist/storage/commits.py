"""Commits: what is written to a store together is safe together or lost together, and whoever waits for it is told."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_pointillist.errors import StoreError

    Listener: TypeAlias = Callable[[StoreError | None], None]


class Commit:
    """One commit of a store.

    Args:
        carry_out: Decides it; ``None`` for what is safe as it is.

    Attributes:
        done: Whether it is decided.
        failure: Why it was lost; ``None`` where it is safe, or not decided.
    """

    __slots__ = ("_carry_out", "_listeners", "_lock", "done", "failure")

    def __init__(self, carry_out: Callable[[], None] | None = None) -> None:
        self.done = carry_out is None
        self.failure: StoreError | None = None
        self._carry_out = carry_out
        self._listeners: dict[asyncio.AbstractEventLoop, list[Listener]] = {}
        self._lock = threading.Lock()

    def then(self, listener: Listener) -> None:
        """Call ``listener`` with the failure, or ``None``, once it is decided: in the running event loop, in turn.

        The first who waits has it carried out, not before the loop has done what is ready now: so all that comes in
        together is committed together.
        """
        with self._lock:
            if not self.done:
                loop = asyncio.get_running_loop()
                listeners = self._listeners.get(loop)
                if listeners is None:
                    listeners = self._listeners[loop] = []
                    assert self._carry_out is not None
                    loop.call_soon(self._carry_out)
                listeners.append(listener)
                return
        listener(self.failure)

    async def settled(self) -> None:
        """Return once it is safe.

        Raises:
            StoreError: It is lost.
        """
        if not self.done:
            future = asyncio.get_running_loop().create_future()
            self.then(lambda _: None if future.done() else future.set_result(None))
            await future
        if self.failure is not None:
            raise self.failure

    def decide(self, failure: StoreError | None) -> None:
        """Tell everyone; from any thread."""
        with self._lock:
            self.failure = failure
            self.done = True
            everyone, self._listeners = self._listeners, {}
        for loop, listeners in everyone.items():
            with contextlib.suppress(RuntimeError):  # that loop has been closed meanwhile
                loop.call_soon_threadsafe(_tell, listeners, failure)


def _tell(listeners: list[Listener], failure: StoreError | None) -> None:
    for listener in listeners:
        listener(failure)


class Turn:
    """The rest of a turn of the one event loop that answers: what waits for it is told together.

    Waking a client costs more than writing to one that is awake, so answers that need no commit leave in one go too.
    """

    __slots__ = ("_listeners",)

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def then(self, listener: Listener) -> None:
        """Call ``listener`` with ``None`` once the loop has done what is ready now."""
        if not self._listeners:
            asyncio.get_running_loop().call_soon(self._tell)
        self._listeners.append(listener)

    def _tell(self) -> None:
        listeners, self._listeners = self._listeners, []
        _tell(listeners, None)


SAFE = Commit()
"""The commit of what needs none."""
