"""``--attach``: a fake that runs elsewhere; what cannot be known of it is said, not left blank."""

from __future__ import annotations

import time

import httpx
import pytest

from fake_pointillist import FakePointillist
from simulator.cli.main import main
from simulator.tui.app import SimulatorApp
from simulator.tui.remote import RemoteEngine
from simulator.tui.signs import State

EVENT = {"eventType": "Seen", "eventTime": "2026-03-02T10:00:00Z", "actors": {"customer": {"userId": "u"}}}


async def _until(condition, pilot):
    """Wait for a condition, not for a time."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await pilot.pause(0.02)


def _post(fake, event):
    httpx.post(f"{fake.url}/event", json=event, headers={"apiToken": "t"})


@pytest.mark.anyio
async def test_it_shows_what_arrived_there(show):
    """Refusals included; the Segment side of it is said to be unknown, and what needs it is greyed with a reason."""
    with FakePointillist() as fake:
        _post(fake, EVENT)
        _post(fake, EVENT | {"eventType": ""})
        app = SimulatorApp(RemoteEngine(fake.url, token="t"), attached=True)
        async with app.run_test(size=(120, 32), notifications=True) as pilot:
            await _until(lambda: app.session.counters.messages == 2, pilot)
            assert app.session.counters.states == {State.DELIVERED: 1, State.REJECTED: 1}
            assert "ATTACHED  token t" in show(app)
            await pilot.press("e", "left")
            await _until(lambda: "Segment message is not known" in show(app), pilot)
            for key, reason in (
                ("space", "nothing is generated"),
                ("r", "not the Segment"),
                ("g", "generated"),
            ):
                await pilot.press(key)
                await pilot.pause()
                assert reason in [notice.message for notice in app._notifications][-1]
            await pilot.press("s")
            await _until(lambda: "accepted 1   refused 1" in show(app), pilot)
            assert "p50" not in show(app)  # how long an answer took is not seen from here
            await pilot.press("escape")
            await pilot.press("home", "y")
            await pilot.pause(0.05)
            assert [form.key for form in app.screen._forms] == ["p", "c"]


@pytest.mark.anyio
async def test_it_waits_for_a_fake_that_is_away(show):
    """Nothing there yet, then events; stopped, that is said; started again without a store, it begins anew."""
    with FakePointillist() as fake:
        port = int(fake.url.rpartition(":")[2])
    app = SimulatorApp(RemoteEngine(fake.url, token="t"), attached=True)
    async with app.run_test(size=(120, 32)) as pilot:
        await _until(lambda: "asked again and again" in show(app), pilot)
        with FakePointillist(port=port) as fake:
            _post(fake, EVENT)
            _post(fake, EVENT)
            await _until(lambda: app.session.counters.messages == 2 and len(app.stories.run) == 2, pilot)
        await _until(lambda: "down" in show(app).splitlines()[0], pilot)
        with FakePointillist(port=port) as fake:
            _post(fake, EVENT)
            await _until(lambda: app.session.counters.messages == 1 and len(app.stories.run) == 1, pilot)


@pytest.mark.parametrize("url", ["ht!tp://x", "ftp://x", "http://user:secret@x", "http://"])
def test_a_url_that_is_none_is_refused_before_the_screen_is_taken(url, capsys):
    """Exit 2 and one line, and no password in it."""
    assert main(["--attach", url]) == 2
    error = capsys.readouterr().err
    assert error.startswith("pointillist-sim: ")
    assert "URL" in error
    assert "secret" not in error
