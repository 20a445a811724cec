"""What the UI asks the fake: new events since the last look, and whether everything began anew."""

from __future__ import annotations

import httpx
import pytest

from fake_pointillist import FakePointillist
from simulator.errors import SimulatorError
from simulator.tui.fake_side import FakeSide

pytestmark = pytest.mark.anyio


def _post(fake, *names):
    for name in names:
        event = {"eventType": name, "eventTime": "2026-03-02T10:00:00Z", "actors": {"customer": {"userId": "u"}}}
        httpx.post(f"{fake.url}/event", json=event, headers={"apiToken": "t"})


def _reset(fake):
    httpx.post(f"{fake.url}/_fake/reset", headers={"apiToken": "t"})


def _types(news):
    return [row["event"]["eventType"] for row in news.rows], news.anew


async def test_each_event_is_told_once():
    """Refusals too, unless only the accepted ones are asked for."""
    with FakePointillist() as fake:
        side, accepted = FakeSide(fake.url, "t"), FakeSide(fake.url, "t")
        assert _types(await side.new_events()) == ([], False)
        _post(fake, "A", "", "B")
        assert _types(await side.new_events()) == (["A", "", "B"], False)
        assert _types(await side.new_events()) == ([], False)
        assert _types(await accepted.new_events("accepted")) == (["A", "B"], False)
        _post(fake, "")
        assert _types(await accepted.new_events("accepted")) == ([], False)
        side.close()
        accepted.close()


async def test_a_reset_by_somebody_else_is_noticed():
    """Everything is told from the beginning, even where as many events came again."""
    with FakePointillist() as fake:
        side = FakeSide(fake.url, "t")
        _post(fake, "A", "B")
        await side.new_events()
        _reset(fake)
        assert _types(await side.new_events()) == ([], True)
        _post(fake, "C", "D")
        assert _types(await side.new_events()) == (["C", "D"], False)
        _reset(fake)
        _post(fake, "E", "F", "G")
        assert _types(await side.new_events()) == (["E", "F", "G"], True)
        side.close()


async def test_a_server_started_again_is_noticed():
    """Without a store it begins anew; while it is away that is said; its numbers count from 1 again."""
    with FakePointillist(now=lambda: 1_000_000) as fake:
        port, side = int(fake.url.rpartition(":")[2]), FakeSide(fake.url, "t")
        _post(fake, "A", "B")
        await side.new_events()
    with pytest.raises(SimulatorError):
        await side.new_events()
    with FakePointillist(port=port, now=lambda: 2_000_000) as fake:
        _post(fake, "C", "D", "E")
        assert _types(await side.new_events()) == (["C", "D", "E"], True)
    side.close()


async def test_events_let_go_of_are_no_new_beginning():
    """With keep the last one seen may be gone because newer ones came: the story goes on."""
    with FakePointillist(keep=2) as fake:
        side = FakeSide(fake.url, "t")
        _post(fake, "A")
        await side.new_events("accepted")
        _post(fake, "B", "C", "D")
        assert _types(await side.new_events("accepted")) == (["C", "D"], False)
        _post(fake, "", "", "")
        assert _types(await side.new_events("accepted")) == ([], False)
        side.close()
