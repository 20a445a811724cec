"""Fixtures of the terminal UI's tests: the app with a still engine, screens as text, screens as kept."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from made_traces import make_trace, shared_tablet, story
from screen_text import screen_text
from still_engine import StillEngine

from fake_pointillist import FakePointillist
from simulator.demo.playing import NOW_US
from simulator.tui.app import SimulatorApp
from simulator.tui.session import Arrival
from simulator.tui.stage import Stage

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture
def anyio_backend():
    """Textual runs on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """No motion, no colours taken from the machine the tests run on."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def traces():
    """Hand-built traces and events: the makers, and one of every state."""
    return SimpleNamespace(
        make=make_trace, story=story, engine=StillEngine, arrival=Arrival, shared_tablet=shared_tablet
    )


@pytest.fixture(scope="session")
def acts():
    """The five acts, played once at a real fake."""
    stage = Stage(None)
    stage._fake = FakePointillist(now=lambda: NOW_US)
    stage._fake.start()
    stage._url = stage._fake.url
    asyncio.run(stage.play())
    yield stage
    stage.close()


@pytest.fixture
def open_app(acts):
    """Return a context manager that opens the app with a still engine and takes everything in."""

    @asynccontextmanager
    async def opened(size=(120, 32), *, traces=None, happenings=None, **options):
        app = SimulatorApp(StillEngine(story() if traces is None else traces), clock=lambda: 0.0, **options)
        app.stories.stage = SimpleNamespace(
            frames=acts.frames, story=acts.story, side=app.engine.side, close=lambda: None
        )
        app.engine.side.ready = shared_tablet() if happenings is None else happenings
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            app._tick()
            await app.looking.look()
            await pilot.pause(0.05)
            yield app, pilot

    return opened


@pytest.fixture
def typed_ahead(monkeypatch):
    """Keys come faster than they are answered: Pilot waits for nothing between two."""

    async def at_once(*_):
        """Wait for nothing."""

    monkeypatch.setattr("textual.app.wait_for_idle", at_once)
    monkeypatch.setattr("textual.pilot.wait_for_idle", at_once)


@pytest.fixture
def show():
    """Return the function that reads a screen as text."""
    return screen_text


@pytest.fixture
def snapshot(request):
    """Wait until a screen looks as kept; UPDATE_SNAPSHOTS=1 in the environment rewrites what is kept."""

    async def check(app, pilot, name):
        width, height = app.size
        path = SNAPSHOTS / f"{name}-{width}x{height}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            seen = ""
            while seen != (now := screen_text(app)):  # until nothing moves any more
                seen = now
                await pilot.pause(0.5)
            path.parent.mkdir(exist_ok=True)
            path.write_text(seen, encoding="utf-8")
            return
        assert path.is_file(), f"no snapshot {path.name}: run with UPDATE_SNAPSHOTS=1 and look at it"
        kept = path.read_text(encoding="utf-8")
        last = time.monotonic() + 20.0
        while screen_text(app) != kept and time.monotonic() < last:  # repaints come when the machine gets round to it
            await pilot.pause(0.02)
        assert screen_text(app) == kept

    return check
