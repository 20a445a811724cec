"""Every screen as text, at four sizes: kept in ``snapshots/``, rewritten with UPDATE_SNAPSHOTS=1."""

from __future__ import annotations

import asyncio

import pytest

SIZES = (
    pytest.param((80, 24), id="80x24"),
    pytest.param((100, 30), id="100x30", marks=pytest.mark.slow),
    pytest.param((120, 32), id="120x32"),
    pytest.param((160, 45), id="160x45", marks=pytest.mark.slow),
)
"""All four are kept; the plain run looks at the narrow and the wide layout once each."""

WALK = (
    ("live", ()),
    ("live-failure", ("e",)),
    ("live-segment", ("right",)),
    ("live-pointillist", ("right",)),
    ("live-http", ("right",)),
    ("live-mapping-row", ("right", "home", "e", "2", "down", "down", "down")),
    ("filter", ("slash", *"http:503")),
    ("filter-wrong", (*" typ:x",)),
    ("help-live", ("escape", "1", "question_mark")),
    ("copy", ("escape", "y")),
    ("codes", ("escape", "v")),
    ("identity", ("escape", "i")),
    ("identity-timeline", ("2",)),
    ("identity-log", ("3", "end")),
    ("identity-step", ("left", "left", "left", "left")),
    ("why", ("w",)),
    ("policy", ("escape", "p")),
    ("moved", ("escape", "enter")),
    ("unlink", ("escape", "1", "end", "home", "down", "X")),
    ("generator", ("escape", "l", "g")),
    ("server", ("s",)),
    ("requests", ("enter",)),
    ("help-server", ("escape", "question_mark")),
    ("edit", ("escape", "m")),
    ("edit-result", ("escape",)),
    ("demo", ("d",)),
    ("demo-tablet", ("space", "5", "right", "right", "right")),
    ("demo-why", ("w",)),
    ("demo-policy", ("escape", "p")),
    ("demo-back", ("escape", "left", "1")),
    ("demo-left", ("escape",)),
)


@pytest.mark.anyio
@pytest.mark.usefixtures("typed_ahead")
@pytest.mark.parametrize("size", SIZES)
async def test_screens(open_app, snapshot, monkeypatch, size):
    """Walk through every screen by keys alone, typed as fast as they come; each looks exactly as kept."""
    monkeypatch.setattr("simulator.tui.screens.demo.SECONDS", 3_600.0)  # no frame follows by itself
    async with open_app(size) as (app, pilot):
        for name, keys in WALK:
            await pilot.press(*keys)
            await snapshot(app, pilot, name)


@pytest.mark.anyio
@pytest.mark.usefixtures("typed_ahead")
@pytest.mark.parametrize("size", SIZES)
async def test_empty_screens(open_app, snapshot, size):
    """Before the first message every view says what would fill it, and which key does."""
    async with open_app(size, traces=[], happenings=[]) as (app, pilot):
        await snapshot(app, pilot, "empty-live")
        await pilot.press("i")
        await snapshot(app, pilot, "empty-identity")


@pytest.mark.anyio
async def test_ascii(open_app, snapshot, show):
    """With --ascii every character on screen is ASCII: what the palette, inputs, texts and notices bring along too."""
    async with open_app((120, 32), ascii_only=True) as (app, pilot):
        for name, keys in (("ascii-live", ("e",)), ("ascii-identity", ("i",)), ("ascii-help", ("question_mark",))):
            await pilot.press(*keys)
            await pilot.pause()
            assert show(app).isascii(), [character for character in show(app) if not character.isascii()]
            await snapshot(app, pilot, name)
        for shown, keys in (
            ("Search the commands", ("escape", "ctrl+p")),
            ("enter keeps it", ("escape", "slash")),
            ("enter OK", ("escape", "ctrl+o")),
            ("# Rules are read", ("escape", "m")),
            ("send it first", ("escape", "w")),
        ):
            await pilot.press(*keys)
            async with asyncio.timeout(20):
                while shown not in show(app):
                    await pilot.pause(0.02)
            assert show(app).isascii(), [character for character in show(app) if not character.isascii()]


@pytest.mark.anyio
@pytest.mark.parametrize("theme", ["pointillist-light", "ansi-dark", "ansi-light"])
async def test_themes_change_colours_only(open_app, show, theme):
    """Every theme shows the same text."""
    async with open_app((120, 32)) as (app, _):
        dark = show(app)
    async with open_app((120, 32), theme=theme) as (app, _):
        assert show(app) == dark


@pytest.mark.anyio
async def test_no_color(open_app, show, monkeypatch):
    """NO_COLOR leaves nothing but greys, and the same text."""
    async with open_app((120, 32)) as (app, _):
        dark = show(app)
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app((120, 32)) as (app, _):
        assert app.no_color
        assert show(app) == dark


@pytest.mark.anyio
async def test_too_small(open_app, show):
    """Below the smallest size one line says which size is needed."""
    async with open_app((50, 10)) as (app, _):
        assert "needs 60 by 16" in show(app)
