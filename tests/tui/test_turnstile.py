"""Keys typed ahead of their answers, one at a time."""

from __future__ import annotations

import asyncio

import pytest
from textual.events import Key, Paste

from simulator.tui.screens.copying import CopyScreen
from simulator.tui.screens.server import ServerPanel
from simulator.tui.turnstile import PATIENCE, Turnstile

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("typed_ahead")]


async def settled(pilot, wanted):
    """Wait until something holds, or fail."""
    async with asyncio.timeout(20):
        while not wanted():
            await pilot.pause(0.01)


async def test_a_filter_typed_at_once(open_app):
    """Every letter typed after the slash stands in the filter line, none is a command."""
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"http:503 q")
        await settled(pilot, lambda: app.screen.query_one("#filter").value == "http:503 q")
        assert app.is_running


async def test_a_paste_waits_for_its_turn(open_app):
    """What is pasted right after the slash stands in the filter line."""
    async with open_app() as (app, pilot):
        await pilot.press("slash")
        app.post_message(Paste("http:503"))
        await settled(pilot, lambda: app.screen.query_one("#filter").value == "http:503")


async def test_two_keys_at_once_close_one_page(open_app):
    """Of two keys at once on a page that any key closes the second means what it means below it."""
    async with open_app() as (app, pilot):
        await pilot.press("question_mark", "x", "y")
        await settled(pilot, lambda: isinstance(app.screen, CopyScreen))
        assert len(app.screen_stack) == 2


async def test_leaving_at_once(open_app):
    """Keys after the one that quits change nothing."""
    async with open_app() as (app, pilot):
        await pilot.press("g", "escape", "q", "g", "l", "i")
        await settled(pilot, lambda: not app.is_running)
    assert app.return_value == 0


async def test_an_answer_that_comes_late_closes_nothing_else(open_app):
    """Reasons asked for in the copy menu come when it is closed already: the panel opened since stays."""
    async with open_app() as (app, pilot):
        answer = asyncio.Event()
        ask = app.engine.side.ask

        async def slow(question):
            await answer.wait()
            return await ask(question)

        app.engine.side.ask = slow
        await pilot.press("y", "w", "escape", "s")
        await settled(pilot, lambda: isinstance(app.screen, ServerPanel))
        answer.set()
        await settled(pilot, lambda: any(entry[0] == "why" for entry in app.engine.side.asked if entry != "reset"))
        await app.workers.wait_for_complete([worker for worker in app.workers if worker.name == "_with_why"])
        assert isinstance(app.screen, ServerPanel)


async def test_patience(open_app):
    """A key whose answer never ends holds the next one up for two seconds, not for ever."""
    given = []
    time = 0.0
    async with open_app() as (app, pilot):

        async def give_out(event):
            given.append(event.key)

        turnstile = Turnstile(app, give_out, lambda: time)
        stuck = asyncio.Event()
        app.screen.call_later(stuck.wait)
        await turnstile.come(Key("a", "a"))
        time = PATIENCE
        await turnstile.come(Key("b", "b"))
        assert given == ["a"]
        time = PATIENCE + 0.1
        await turnstile.come(Key("c", "c"))
        assert given == ["a", "b"]
        stuck.set()
        await settled(pilot, lambda: given == ["a", "b", "c"])
