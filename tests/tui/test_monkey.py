"""Any keys in any order, at any size: no crash, and nothing but text on screen."""

from __future__ import annotations

import random

import pytest

from simulator.tui.actions import COMMON, DEMO, EDIT, GENERATOR, IDENTITY, LIVE, NAVIGATION, SERVER

KEYS = sorted(
    {key for table in (COMMON, DEMO, EDIT, GENERATOR, IDENTITY, LIVE, NAVIGATION, SERVER) for row in table
     for key in row.keys.split(",")}
    | {"up", "down", "pageup", "pagedown", "home", "end", "enter", "escape", "tab", "y", "n", "c", "p", "f", "t",
       "space", "a", "quotation_mark", "left_curly_bracket", "backspace", "delete", "ctrl+a", "ctrl+k"}
)  # fmt: skip
"""Every key of the tables but those that quit, and what one types."""
PRESSES = 250


@pytest.fixture
def _elsewhere(monkeypatch, tmp_path):
    """Whatever is saved under the names on offer goes here; no editor is started."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EDITOR", "no-such-editor")


@pytest.mark.slow
@pytest.mark.anyio
@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("seed", [0, 1, 2, 5])
async def test_any_keys_in_any_order(open_app, show, traces, seed):
    """Many keys and a few changes of size by chance; the app runs on and draws every line whole."""
    rng = random.Random(seed)
    hostile = [
        traces.make(20 + number, event="[/x]", user="\x1b[2J", anonymous="[@click=app.quit]") for number in range(3)
    ]
    async with open_app(rng.choice([(80, 24), (120, 32)]), traces=[*traces.story(), *hostile]) as (app, pilot):
        pressed = []
        for _ in range(PRESSES):
            pressed.append(rng.choice(KEYS))
            await pilot.press(pressed[-1])
            if rng.random() < 0.03:
                size = (rng.randrange(20, 170), rng.randrange(5, 50))
                pressed.append(size)
                await pilot.resize_terminal(*size)
            assert app._exception is None, pressed[-20:]
            if not app.is_running:  # the palette knows how to quit
                assert app.return_value == 0, pressed[-20:]
                return
        await pilot.pause(0.05)
        assert "\x1b" not in show(app)
