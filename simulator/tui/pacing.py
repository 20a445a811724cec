"""The generator's messages at the rate asked for, from a thread of its own."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.tui.engine import Recipe

BITE = 50
"""Messages sent at once at high rates."""


class Pacer:
    """Draws messages from the generator and hands them on; a late start does not make a burst.

    Args:
        recipe: What the generator makes.
        running: Whether it begins at once.
        send: Takes messages and blocks while there is no room for them.
        room: Whether more may be sent now.
        clock: A monotonic clock in seconds.

    Attributes:
        recipe: What the generator makes.
        running: Whether it generates.
        generated: How many messages it made.
        problem: Why it stopped by itself.
    """

    def __init__(
        self,
        recipe: Recipe,
        *,
        running: bool,
        send: Callable[[list[Any]], object],
        room: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.recipe = recipe
        self.running = running
        self.generated = 0
        self.problem: str | None = None
        self._send = send
        self._room = room
        self._clock = clock
        self._stream: Iterator[Any] | None = None
        self._taking = threading.Lock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread = threading.Thread(target=self._pace, name="generator", daemon=True)
        self._thread.start()

    def stop(self, timeout: float = 1.0) -> None:
        """End; waits ``timeout`` seconds for what is being sent."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=timeout)

    def set_running(self, running: bool) -> None:
        """Pause or run."""
        self.running = running
        self._wake.set()

    def set_recipe(self, recipe: Recipe, *, restart: bool) -> None:
        """Generate something else, from its beginning if ``restart``."""
        with self._taking:
            self.recipe = recipe
            if restart:
                self._stream = None
                self.generated = 0
                self.problem = None
        self._wake.set()

    def take(self, count: int) -> list[Any]:
        """Return the next messages of the stream, fewer where it ends; two threads may ask."""
        with self._taking:
            if self._stream is None:
                self._stream = _messages(self.recipe)
            taken = []
            for _ in range(count):
                message = next(self._stream, None)
                if message is None:
                    self.running = False
                    break
                taken.append(message)
            self.generated += len(taken)
            return taken

    def _pace(self) -> None:
        due = self._clock()
        while not self._stopping.is_set():
            if not self.running or not self._room():
                self._wake.wait(0.1 if self.running else None)
                self._wake.clear()
                due = self._clock()
                continue
            now = self._clock()
            pause = 1 / self.recipe.rate
            if now < due:
                self._wake.wait(min(due - now, 0.5))
                self._wake.clear()
                continue
            due = max(due, now - 0.25)
            count = min(int((now - due) / pause) + 1, BITE)
            due += count * pause
            try:
                payloads = self.take(count)
                if payloads:
                    self._send(payloads)
            except (RuntimeError, SimulatorError) as error:
                if self._stopping.is_set():
                    return
                self.running = False
                self.problem = str(error)


def _messages(recipe: Recipe) -> Iterator[Any]:
    from simulator.generator import plan  # noqa: PLC0415 - faker takes a while to import

    return plan(
        recipe.stop_after,
        recipe.seed,
        start=recipe.start,
        scenarios=recipe.scenarios,
        people=recipe.people,
        locale=recipe.locale,
        bad=recipe.bad,
    ).messages()
