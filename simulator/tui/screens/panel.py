"""Panels: they slide over the right half of whatever screen is below; the ways to other screens go on working."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical

from simulator.tui.actions import NAVIGATION, PALETTE, QUIT, Action, bindings, key_name
from simulator.tui.paint import Span
from simulator.tui.screens.above import Above
from simulator.tui.widgets.bars import Bar, item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from simulator.tui.fitting import Item

BACK = (
    Action("panel.close", "escape", "leave", "Close", "close the panel", 2, palette=False),
    Action("panel.help", "question_mark", "help", "Help", "keys of this panel", 3, palette=False),
)


def panel_bindings(*tables: tuple[Action, ...]) -> list[BindingType]:
    """Return a panel's bindings: its own, then those that close it or lead elsewhere."""
    return [*bindings(*tables, BACK, NAVIGATION, QUIT)]


class Panel(Above[None]):
    """A panel over the right half; all of it where it is narrow."""

    CSS_PATH = "panel.tcss"
    NAME: ClassVar[str] = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it

    def compose(self) -> ComposeResult:
        """The frame, and a line of keys."""
        with Vertical(id="panel"):
            yield from self.compose_panel()
        yield Bar(id="panel-keys")  # over the keys of the screen below, which mean nothing now

    def compose_panel(self) -> Iterable[Widget]:
        """Yield what stands in the panel."""
        raise NotImplementedError

    def headless(self) -> tuple[str, ...]:
        """Return the commands that do the same without a screen."""
        return ()

    def on_mount(self) -> None:
        """Show it once, then every half second: counters go on."""
        self.refresh_panel()
        self.set_interval(0.5, self.refresh_panel)

    def on_resize(self) -> None:
        """Take the width there is."""
        self.call_after_refresh(self.refresh_panel)

    def refresh_panel(self) -> None:
        """Show the model as it is now."""
        self.show_keys()

    def shown_actions(self) -> tuple[Action, ...]:
        """The panel's own actions, then the common ones."""
        return (*self.ACTIONS, *BACK, *NAVIGATION, PALETTE, *QUIT)

    def key_of(self, action: Action) -> str:
        """Return the key an action has now."""
        for active in self.active_bindings.values():
            if active.binding.id == action.id:
                return active.binding.key
        return action.keys.split(",")[0]

    def show_keys(self) -> None:
        """Write the line of keys."""
        items: list[Item] = [
            item(action.rank, Span(key_name(self.key_of(action)), "accent"), f" {action.label}")
            for action in (*self.ACTIONS, *BACK)
            if action.label
        ]
        self.query_one("#panel-keys", Bar).show(items)

    def action_help(self) -> None:
        """Show this panel's keys."""
        from simulator.tui.screens.help import HelpScreen  # noqa: PLC0415 - start-up counts

        self.app.push_screen(HelpScreen(self))


def make_panel(name: str) -> Panel:
    """Return the panel called ``name``."""
    from simulator.tui.screens.generator import GeneratorPanel  # noqa: PLC0415 - at module level it would be a circle
    from simulator.tui.screens.server import ServerPanel  # noqa: PLC0415

    panels: dict[str, Any] = {"generator": GeneratorPanel, "server": ServerPanel}
    panel: Panel = panels[name]()
    return panel
