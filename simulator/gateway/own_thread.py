"""An event loop in a thread of its own, for an object whose methods may be called from any thread."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from fake_pointillist.listening import new_event_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class OwnThread:
    """Runs one coroutine in an event loop in a thread of its own, until it is asked to end or ends by itself.

    Args:
        name: The thread's.
        main: What to run: called with a future it sets once it is ready, and an event it ends at.
        on_failed: Called in the thread when ``main`` fails after it was ready; :meth:`stop` and :meth:`call` raise why.
    """

    def __init__(
        self,
        name: str,
        main: Callable[[Future[None], asyncio.Event], Coroutine[Any, Any, None]],
        on_failed: Callable[[], None] | None,
    ) -> None:
        self._name = name
        self._main = main
        self._on_failed = on_failed
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._failure: BaseException | None = None

    def start(self) -> None:
        """Return once ``main`` is ready; raises what it failed by before."""
        ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, args=(ready,), name=self._name, daemon=True)
        self._thread.start()
        try:
            ready.result()
        except BaseException:
            self._thread.join()
            self._thread = None
            raise

    def stop(self) -> None:
        """Ask ``main`` to end, and wait until it has; raises what it failed by. Does nothing the second time."""
        thread, self._thread = self._thread, None
        if thread is None or self._loop is None or self._stopping is None:
            return
        with suppress(RuntimeError):  # it ended by itself, and its loop is closed
            self._loop.call_soon_threadsafe(self._stopping.set)
        thread.join()
        if self._failure is not None:
            raise self._failure

    def call(self, coroutine: Coroutine[Any, Any, Any]) -> Future[Any]:
        """Run a coroutine in the loop; return its future.

        Raises:
            RuntimeError: It has not been started, or was stopped. Where ``main`` failed, that is raised.
        """
        if self._loop is None or self._thread is None:
            coroutine.close()
            raise RuntimeError(f"the {self._name} is not running: call start(), or use it as a context manager")
        try:
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        except RuntimeError:  # it ended by itself, and its loop is closed
            coroutine.close()
            self._thread.join()
            raise self._failure or RuntimeError(f"the {self._name} has ended") from None

    def _run(self, ready: Future[None]) -> None:
        try:
            with asyncio.Runner(loop_factory=new_event_loop) as runner:
                runner.run(self._begin(ready))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits in start(), stop() or call()
            if not ready.done():
                ready.set_exception(error)
                return
            self._failure = error
            if self._on_failed is not None:
                self._on_failed()

    async def _begin(self, ready: Future[None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        await self._main(ready, self._stopping)
