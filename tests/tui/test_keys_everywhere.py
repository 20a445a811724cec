"""Keys that mean the same everywhere: screens, panes, leaving, remapping, greyed ones."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio


async def test_ways_to_other_screens(open_app):
    """The keys l i m d are screens, g s are panels; the same key closes a panel, another leads on."""
    async with open_app() as (app, pilot):
        for key, name in (("i", "Identity"), ("l", "Live"), ("g", "Generator"), ("s", "Server")):
            await pilot.press(key)
            await pilot.pause(0.05)
            assert name == app.screen.NAME
        await pilot.press("s")
        await pilot.pause()
        assert app.screen.NAME == "Live"
        await pilot.press("m")
        await pilot.pause(0.05)
        assert app.screen.NAME == "Edit"


async def test_panes(open_app):
    """1 2 3 and tab go from pane to pane, z enlarges one and takes it back."""
    async with open_app() as (app, pilot):
        for key, name in (("2", "detail"), ("3", "violations"), ("1", "messages"), ("tab", "detail")):
            await pilot.press(key)
            assert app.focused.id == name
        await pilot.press("shift+tab", "z")
        await pilot.pause()
        assert app.screen.query_one("#messages").size.width > 110
        await pilot.press("z")
        await pilot.pause()
        assert app.screen.query_one("#messages").size.width < 70


async def test_a_greyed_key_says_why(open_app):
    """A key that does nothing here says so when it is pressed."""
    async with open_app(traces=[], happenings=[]) as (app, pilot):
        await pilot.press("e")
        await pilot.pause()
        assert "no failure so far" in [notice.message for notice in app._notifications]


async def test_quit_and_interrupt(open_app):
    """The key q ends with 0, ctrl+c with 130."""
    async with open_app() as (app, pilot):
        await pilot.press("q")
    assert app.return_value == 0
    async with open_app() as (app, pilot):
        await pilot.press("ctrl+c")
    assert app.return_value == 130


async def test_keys_can_be_remapped(open_app, show):
    """A keymap moves an action to another key, and the bottom line and the help say so."""
    async with open_app(keymap={"live.pause": "p"}) as (app, pilot):
        await pilot.press("p")
        assert app.engine.running
        assert " p Pause" in show(app)
