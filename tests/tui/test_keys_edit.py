"""Edit: the texts and their keys."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio


async def test_edit_leaves_the_text(open_app):
    """Letters are text until escape; after it the single letters work again."""
    async with open_app() as (app, pilot):
        await pilot.press("m")
        await pilot.pause(0.05)
        await pilot.press("l")
        assert app.screen.NAME == "Edit"
        await pilot.press("escape", "l")
        await pilot.pause(0.05)
        assert app.screen.NAME == "Live"
