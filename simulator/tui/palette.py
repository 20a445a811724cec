"""The command palette: every action of the screen on view, the ways to the others, the themes; each with its prefix."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.command import CommandPalette

from simulator.tui import themes
from simulator.tui.actions import Action, key_name
from simulator.tui.screens.panel import Panel
from simulator.tui.screens.room import Room

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import App
    from textual.screen import Screen

    from simulator.tui.app import SimulatorApp


def open_palette(app: App[Any]) -> None:
    """Open the palette, unless it is; its invitation is ASCII, for Textual's own is not with ``--ascii`` either."""
    if not CommandPalette.is_open(app):
        app.push_screen(CommandPalette(placeholder="Search the commands"))


def commands(app: SimulatorApp, screen: Screen[Any]) -> Iterable[SystemCommand]:
    """Yield the palette's entries for ``screen``: ``live: next failure``, ``go: ...``, ``theme: ...``."""
    if isinstance(screen, (Room, Panel)):
        own = {action.id for action in screen.ACTIONS}
        for action in screen.shown_actions():
            if action.palette:
                yield SystemCommand(
                    f"{_prefix(screen, action, own)}: {action.help}",
                    app.signs.plain(key_name(screen.key_of(action))),
                    partial(_run, app, screen, action.action),
                )
    for name in themes.NAMES:
        yield SystemCommand(f"theme: {name}", "colours", partial(setattr, app, "theme", name))


def _prefix(screen: Room | Panel, action: Action, own: set[str]) -> str:
    if action.id in own:
        return screen.NAME.lower()
    return "go" if action.action.startswith("app.") else "all"


async def _run(app: App[Any], screen: Screen[Any], action: str) -> None:
    await app.run_action(action, default_namespace=screen)
