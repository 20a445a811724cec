"""Generator and Server: the panels and their keys."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from simulator.tui.screens.asking import Confirm
from simulator.tui.screens.requests import RequestLog

pytestmark = pytest.mark.anyio


async def test_generator_panel(open_app, show):
    """The key space chooses scenarios, enter starts with what is written, the command is always on view."""
    async with open_app() as (app, pilot):
        await pilot.press("g")
        await pilot.pause(0.05)
        app.screen.query_one("#seed").value = "7"
        await pilot.press("down", "space")
        await pilot.pause(0.05)
        assert "--seed 7" in show(app)
        assert "--scenario ecommerce" in show(app)
        await pilot.press("enter")
        await pilot.pause(0.05)
        kind, recipe, restart = app.engine.asked[-1]
        assert (kind, recipe.seed, recipe.scenarios, restart) == ("recipe", 7, ("ecommerce",), True)
        assert app.engine.running


async def test_long_names_of_scenarios_stand_in_full(open_app, show, monkeypatch):
    """A name is cut nowhere; what it is about takes the room that is left."""
    long = SimpleNamespace(name="a-scenario-with-a-long-name", about="about it")
    monkeypatch.setattr("simulator.generator.catalogue", lambda: [long])
    async with open_app((80, 24)) as (app, pilot):
        await pilot.press("g")
        await pilot.pause(0.05)
        assert "] a-scenario-with-a-long-name about it" in show(app)


async def test_generator_panel_refuses(open_app, show):
    """What cannot be generated is said in place of the command."""
    async with open_app() as (app, pilot):
        await pilot.press("g")
        await pilot.pause(0.05)
        app.screen.query_one("#bad").value = "7"
        await pilot.pause(0.05)
        assert "Bad: must be from 0 to 1" in show(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.NAME == "Generator"


async def test_generator_keys(open_app):
    """The key r starts the same seed again, R a new one, . sends one."""
    async with open_app() as (app, pilot):
        await pilot.press("g", "full_stop")
        await pilot.pause(0.05)
        assert app.engine.asked[-1] == "one"
        await pilot.press("plus", "r")
        await pilot.pause(0.05)
        assert app.engine.asked[-1][1].seed == 42
        await pilot.press("g")
        await pilot.pause(0.05)
        await pilot.press("R")
        await pilot.pause(0.05)
        assert app.engine.asked[-1][2] is True


async def test_server_panel(open_app, show):
    """The key space switches at the fake, enter shows the log, X asks before it empties the tenant."""
    async with open_app() as (app, pilot):
        await pilot.press("s")
        await pilot.pause(0.05)
        await pilot.press("space")
        await pilot.pause(0.05)
        assert app.engine.side.violations == "record"
        assert "(•) record" in show(app)
        await pilot.press("down", "space")
        await pilot.pause(0.05)
        assert app.engine.side.fault_list == [{"rate": 0.05, "status": 503}]
        assert "[x] 503" in show(app)
        await pilot.press("space")
        await pilot.pause(0.05)
        assert app.engine.side.fault_list == []
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RequestLog)
        await pilot.press("escape", "X")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        await pilot.pause(0.05)
        assert "reset" in app.engine.side.asked
        assert app.session.counters.messages == 0
