"""One key at a time: the next is given out when the one before has been answered.

Textual gives a key to whatever has the focus when the key is read; the answer to the key before may still be on its
way, and may move the focus. Typed ahead (a slow line, a script, a recorded demo), ``/http`` lost its first letters, and
two keys at once closed a page twice.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.app import ScreenStackError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import App
    from textual.events import Key, Paste
    from textual.message_pump import MessagePump

PATIENCE = 2.0
"""Seconds after which a key is given out whatever became of the one before: never is the keyboard locked."""


class Turnstile:
    """Where keys wait for their turn.

    Args:
        app: Whose keys.
        give_out: Hands a key to the focus, as Textual does.
        clock: A monotonic clock in seconds.
    """

    def __init__(
        self, app: App[int], give_out: Callable[[Key | Paste], Awaitable[None]], clock: Callable[[], float]
    ) -> None:
        self._app = app
        self._give_out = give_out
        self._clock = clock
        self._waiting: deque[Key | Paste] = deque()
        self._turn = 0
        self._since: float | None = None

    async def come(self, event: Key | Paste) -> None:
        """Give a key out, now or when it is its turn."""
        self._waiting.append(event)
        if self._since is None or self._clock() - self._since > PATIENCE:
            await self._next()

    async def _next(self) -> None:
        if not self._waiting:
            self._since = None
            return
        self._since = self._clock()
        self._turn += 1
        app = self._app
        way = (app.focused or app.screen).ancestors_with_self
        await self._give_out(self._waiting.popleft())
        await self._follow(self._turn, way)

    async def _follow(self, turn: int, way: Sequence[MessagePump]) -> None:
        """Go behind the key through the queues it bubbles through, the app's last; then it has been answered."""
        if turn != self._turn:  # patience ended: another key is on its way
            return
        for place, node in enumerate(way):
            if node.call_later(self._follow, turn, way[place + 1 :]):
                return
        with suppress(ScreenStackError):  # the key ended the app
            # What the answer has put off itself (a focus, a page that opens) comes first.
            self._app.screen.call_later(self._app.call_later, self._answered, turn)

    async def _answered(self, turn: int) -> None:
        if turn == self._turn:
            await self._next()
