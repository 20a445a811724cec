"""Looking at the fake once a second, for what it says beside its answers: who was merged, under which policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from textual.worker import Worker

    from simulator.tui.app import SimulatorApp

EVERY = 1.0
"""Seconds between two looks."""


class Looking:
    """Looks at the fake of an app, one look at a time: one that takes long is not overtaken by the next.

    Attributes:
        problem: Why the last look saw nothing, or the engine did not start; ``None`` where all is well.
    """

    def __init__(self, app: SimulatorApp) -> None:
        self.problem: str | None = None
        self._app = app
        self._under_way: Worker[None] | None = None

    def begin(self) -> None:
        """Look, unless there is nothing to look at yet or a look is under way."""
        if self._app.engine_up and self._under_way is None:
            self._under_way = self._app.run_worker(self._finish(), group="poll", exit_on_error=False)

    async def _finish(self) -> None:
        try:
            await self.look()
        finally:
            self._under_way = None

    async def look(self) -> None:
        """Take up the accepted events since the last look, and the policy they are read by."""
        app = self._app
        try:
            async for merged in app.stories.look():
                if merged:
                    app.session.merged(merged)
                app.refresh_screen()
            self.problem = None
        except SimulatorError as error:
            self.problem = str(error)
        app.refresh_screen()
