"""Commits: what is written to a store together is safe together or lost together, and whoever waits for it is told."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from functools import partial
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

    def decide(self, failure: StoreError | None, here: asyncio.AbstractEventLoop | None = None) -> None:
        """Tell everyone; from any thread.

        Args:
            failure: Why it was lost; ``None`` where it is safe.
            here: The event loop this is called in, if any: who waits in it is told at once.
        """
        with self._lock:
            self.failure = failure
            self.done = True
            everyone, self._listeners = self._listeners, {}
        for loop, listeners in everyone.items():
            if loop is here:
                _tell(listeners, failure)
                continue
            with contextlib.suppress(RuntimeError):  # that loop has been closed meanwhile
                loop.call_soon_threadsafe(_tell, listeners, failure)


def _tell(listeners: list[Listener], failure: StoreError | None) -> None:
    for listener in listeners:
        listener(failure)


class Together:
    """Those of one event loop who wait for the same commit: told in one go.

    Waking a client costs more than writing to one that is awake. So answers whose commit is safe leave together too,
    once the loop has done what is ready now.
    """

    __slots__ = ("_commit", "_listeners")

    def __init__(self) -> None:
        self._commit: Commit | None = None
        self._listeners: list[Listener] = []

    def then(self, commit: Commit, listener: Listener) -> None:
        """Call ``listener`` with the failure of ``commit``, or ``None``, in turn."""
        if commit is self._commit:
            self._listeners.append(listener)
            return
        self._commit, self._listeners = commit, [listener]
        tell = partial(self._tell, self._listeners)
        if commit.done:
            asyncio.get_running_loop().call_soon(tell, commit.failure)
        else:
            commit.then(tell)

    def _tell(self, listeners: list[Listener], failure: StoreError | None) -> None:
        if listeners is self._listeners:  # who comes now is the first of the next
            self._commit = None
        _tell(listeners, failure)


SAFE = Commit()
"""The commit of what needs none."""
