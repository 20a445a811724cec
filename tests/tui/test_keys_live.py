"""Live: every key does what the table says."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio


async def test_live_moves_and_follows(open_app):
    """The keys j k and the arrows move; end follows; moving up stops following."""
    async with open_app() as (app, pilot):
        messages = app.screen.query_one("#messages")
        assert messages.following
        await pilot.press("j", "down")
        assert messages.selected == 2
        assert not messages.following
        await pilot.press("k", "up")
        assert messages.selected == 0
        await pilot.press("end")
        assert (messages.selected, messages.following) == (8, True)
        await pilot.press("home")
        assert messages.selected == 0
        await pilot.press("pagedown")
        assert messages.selected == 8
        await pilot.press("pageup")
        assert messages.selected == 0


async def test_live_failures(open_app):
    """The keys e and E go through the failures and say when there is none left."""
    async with open_app() as (app, pilot):
        messages = app.screen.query_one("#messages")
        await pilot.press("e")
        assert messages.selected == 4
        await pilot.press("e", "e")
        assert messages.selected == 8
        assert "no further failure" in [notice.message for notice in app._notifications][-1]
        await pilot.press("E")
        assert messages.selected == 4


async def test_live_tabs_and_dropped_rows(open_app, show):
    """Left and right change the tab, u shows dropped rows only."""
    async with open_app() as (app, pilot):
        await pilot.press("right")
        assert '"messageId": "m1"' in show(app)
        await pilot.press("right")
        assert "ATTRIBUTE NAME" in show(app)
        await pilot.press("right")
        assert "POST http://127.0.0.1:8765/event" in show(app)
        assert "de…" in show(app)
        assert "apiToken: demo" not in show(app)
        await pilot.press("right", "u")
        assert "null_value" in show(app)
        assert "/labels/discount" not in show(app)


async def test_live_generator_keys(open_app):
    """The keys: space runs and pauses, . sends one, - and + change the rate."""
    async with open_app() as (app, pilot):
        await pilot.press("space")
        assert app.engine.running
        await pilot.press("space")
        assert not app.engine.running
        await pilot.press("full_stop")
        assert "one" in app.engine.asked
        await pilot.press("plus")
        assert app.engine.recipe.rate == 50
        await pilot.press("minus", "minus")
        assert app.engine.recipe.rate == 10


async def test_codes_filter_live(open_app):
    """The key enter on a code filters Live by it."""
    async with open_app() as (app, pilot):
        await pilot.press("v", "enter")
        await pilot.pause()
        assert app.screen.query_one("#filter").value == "code:number_type"
        assert len(app.session.rows) == 2


async def test_filter(open_app, show):
    """It filters while one types; enter keeps it, escape in the list clears it, an unknown key is said."""
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"http:503", "enter")
        await pilot.pause(0.05)
        assert "2 of 9" in show(app)
        await pilot.press("escape")
        await pilot.pause(0.05)
        assert len(app.session.rows) == 9
        await pilot.press("slash", *"usr:x")
        assert "did you mean user:?" in show(app)


async def test_filter_names_the_culprit(open_app, show):
    """An empty result names the term that removed everything."""
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"call:track user:nobody")
        await pilot.pause(0.05)
        assert "user:nobody removed everything" in show(app)


async def test_copy_takes_a_form(open_app):
    """A form's key copies it through the terminal and says so."""
    async with open_app() as (app, pilot):
        await pilot.press("y", "c")
        await pilot.pause()
        assert app.clipboard.startswith("curl -sS http://127.0.0.1:8765/event")
        assert "copied" in [notice.message for notice in app._notifications][-1]


async def test_copy_writes_a_file(open_app, tmp_path):
    """The key tab switches to a file, which appears and is never overwritten."""
    async with open_app() as (app, pilot):
        target = tmp_path / "m1.contract.json"
        for _ in range(2):
            await pilot.press("y", "tab", "f")
            await pilot.pause()
            app.screen.query_one("#answer").value = str(target)
            await pilot.press("enter")
            await pilot.pause()
        assert '"output"' in target.read_text()
        assert "nothing written" in [notice.message for notice in app._notifications][-1]


async def test_recordings(open_app, tmp_path):
    """ctrl+s saves the messages as shown; ctrl+o plays a file."""
    async with open_app() as (app, pilot):
        target = tmp_path / "run.jsonl"
        await pilot.press("slash", *"http:503", "enter", "ctrl+s")
        await pilot.pause()
        app.screen.query_one("#answer").value = str(target)
        await pilot.press("enter")
        await pilot.pause()
        assert len(target.read_bytes().splitlines()) == 2
        await pilot.press("ctrl+o")
        await pilot.pause()
        app.screen.query_one("#answer").value = str(target)
        await pilot.press("enter")
        await pilot.pause()
        assert ("play", str(target)) in app.engine.asked
