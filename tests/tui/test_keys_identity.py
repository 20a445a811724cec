"""Identity: stepping, conflicts, reasons, policies, unlink."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio


async def test_identity_steps(open_app, show):
    """Left and right go from merge to merge, t by message, home to nothing, end to now."""
    async with open_app() as (app, pilot):
        await pilot.press("i")
        await pilot.pause(0.05)
        await pilot.press("left", "left")
        await pilot.pause(0.05)
        assert "after 12 of 14" in show(app)
        await pilot.press("t", "left")
        await pilot.pause(0.05)
        assert "after 11 of 14" in show(app)
        await pilot.press("home")
        await pilot.pause(0.05)
        assert "after 0 of 14" in show(app)
        await pilot.press("end")
        await pilot.pause(0.05)
        assert " now " in show(app)


async def test_identity_before_and_after(open_app, show):
    """A step shows what it changed: actors 2 to 1, three events moved."""
    async with open_app() as (app, pilot):
        await pilot.press("i", "t", "home", *["right"] * 5)
        await pilot.pause(0.05)
        assert "actors 2 → 1" in show(app)
        assert "events moved 3" in show(app)


async def test_identity_conflicts(open_app, show):
    """The key e goes to the conflict and its row explains itself."""
    async with open_app() as (app, pilot):
        await pilot.press("i", "e")
        await pilot.pause(0.05)
        assert app.focused.id == "log"
        assert "policy first-claim" in show(app)


async def test_policy_is_applied_at_the_fake(open_app):
    """The key enter on a policy tells the fake; the story is read again."""
    async with open_app() as (app, pilot):
        await pilot.press("i", "p")
        await pilot.pause(0.05)
        await pilot.press("down", "enter")
        await pilot.pause(0.1)
        assert ("policy", "last-claim") in app.engine.side.asked
        assert app.stories.run.policy == "last-claim"


async def test_unlink_asks_first(open_app):
    """X shows what will move; only y does it."""
    async with open_app() as (app, pilot):
        await pilot.press("i", "down", "X", "enter", "escape")
        await pilot.pause(0.05)
        assert app.engine.side.asked == []
        await pilot.press("X", "y")
        await pilot.pause(0.05)
        assert app.engine.side.asked == [("unlink", "u_42", "7f3a")]


async def test_why_of_two_ids(open_app, show):
    """The key w again in the panel asks about two ids."""
    async with open_app() as (app, pilot):
        await pilot.press("i", "w")
        await pilot.pause(0.05)
        await pilot.press("w")
        await pilot.pause()
        app.screen.query_one("#answer").value = "u_42, u_77"
        await pilot.press("enter")
        await pilot.pause(0.05)
        assert ("why", None, "u_42", "u_77") in app.engine.side.asked
        assert "are not one actor" in show(app)
