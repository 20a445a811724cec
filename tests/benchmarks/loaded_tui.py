"""The terminal UI with many messages, measured from inside: when the list is painted, how late the event loop is.

Usage: python loaded_tui.py MESSAGES RATE FILE, in a terminal. The messages go the whole way; then the generator waits,
paused at RATE, and a notice says ``loaded``. Writes its figures to FILE when it ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import simulator.tui.app
from simulator.tui.app import SimulatorApp
from simulator.tui.engine import Recipe
from simulator.tui.local import LocalEngine
from simulator.tui.settling import put_off


class Measured(SimulatorApp):
    """The UI, and what is measured of it."""

    CSS_PATH = Path(simulator.tui.app.__file__).with_name("global.tcss")

    def __init__(self, engine: LocalEngine, messages: int, rate: float) -> None:
        super().__init__(engine)
        self.messages = messages
        self.rate = rate
        self.painted: list[float] = []
        self.lags: list[float] = []

    def on_mount(self) -> None:
        """Begin when the UI does; Textual calls the UI's own handler too."""
        self.run_worker(self._measure())

    async def _measure(self) -> None:
        while self.session.counters.messages < self.messages:  # noqa: ASYNC110 - nothing tells it
            await asyncio.sleep(0.2)
        self.engine.set_running(False)
        self.engine.set_recipe(Recipe(rate=self.rate), restart=False)
        await asyncio.sleep(2)
        self._watch_painting()
        self.say("loaded")
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            self.lags.append(time.monotonic() - before - 0.005)

    def _watch_painting(self) -> None:
        messages = self.screen.query_one("#messages")
        paint, last = messages.render_line, messages.scroll_offset.y

        def render_line(y: int) -> object:
            nonlocal last
            if messages.scroll_offset.y < last:  # upwards: a key, never the rows that come
                self.painted.append(time.monotonic())
            last = messages.scroll_offset.y
            return paint(y)

        messages.render_line = render_line


def main(messages: str, rate: str, figures: str) -> None:
    """Do what the module says."""
    put_off()  # as the command does
    recipe = Recipe(rate=10_000)
    app = Measured(LocalEngine(recipe=recipe, ports=(0, 0)), int(messages), float(rate))
    app.run()
    status = Path("/proc/self/status").read_text(encoding="ascii")
    resident = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    found = {"painted": app.painted, "lags": app.lags, "resident_mb": resident, "rows": app.session.rows.kept}
    Path(figures).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
