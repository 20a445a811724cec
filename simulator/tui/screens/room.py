"""What every screen shares: a line on top, panes, a line of keys; help, reasons for greyed keys, enlarging a pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea

from simulator.tui.actions import COMMON, NAVIGATION, PALETTE, QUIT, Action, key_name
from simulator.tui.paint import Span
from simulator.tui.widgets.bars import Bar, item

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult
    from textual.events import Key

    from simulator.tui.app import SimulatorApp
    from simulator.tui.fitting import Item

_PAIRS = {"Step": "← →", "Frame": "← →", "Act": "1-5"}
"""Keys that only make sense together are shown together."""

Headless = tuple[str, ...]
"""Commands that show the same without a screen."""


class Room(Screen[None]):
    """A screen of the simulator.

    Attributes:
        NAME: In the help's title.
        ACTIONS: Its own actions, most specific first; ``COMMON`` follows.
        PANES: Ids of its panes in the order of their numbers.
    """

    NAME: ClassVar[str] = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    PANES: ClassVar[tuple[str, ...]] = ()
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012 - as Textual declares it

    @property
    def simulator(self) -> SimulatorApp:
        """The app."""
        return cast("SimulatorApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay the screen out: top line, body, keys."""
        yield Bar(id="top")
        yield Bar(id="too-small")
        yield from self.compose_body()
        yield Bar(id="keys")

    def compose_body(self) -> Iterable[Widget]:
        """Yield the body."""
        raise NotImplementedError

    _keys_shown: object = None

    def headless(self) -> Headless:
        """Return the commands that show the same without a screen."""
        return ()

    def on_screen_resume(self) -> None:
        """Coming back: show what happened meanwhile."""
        self.refresh_view()

    def on_mount(self) -> None:
        """Prepare the line that stands alone where the terminal is too small."""
        text = "needs 60 by 16 cells; 80 by 24 is good"
        self.query_one("#too-small", Bar).show([item(0, Span(text, "warn"))])

    def on_resize(self) -> None:
        """The layout's classes follow the width; show the model in the new layout."""
        self.call_after_refresh(self.refresh_view)

    def refresh_view(self) -> None:
        """Show the model as it is now."""

    # The two lines.

    def show_top(self, left: list[Item], right: list[Item]) -> None:
        """Write the top line."""
        self.query_one("#top", Bar).show(left, right)

    def keys_state(self) -> object:
        """Return what the bottom line depends on; it is written anew only when this changes."""
        simulator = self.simulator
        counters = simulator.session.counters
        focused = self.focused.id if self.focused is not None else None
        return (
            simulator.engine.running,
            bool(counters.messages),
            bool(counters.failures),
            focused,
            self.size.width,
            self.app.theme,
        )

    def label_of(self, action: Action) -> str:
        """Return an action's label in the bottom line; some change with the state."""
        return action.label

    def shown_actions(self) -> tuple[Action, ...]:
        """The actions of this screen: its own, then the common ones and the way to other screens."""
        seen: set[str] = set()
        found = []
        for action in (*self.ACTIONS, *NAVIGATION, *COMMON, PALETTE, *QUIT):
            keys = set(action.keys.split(","))
            if not keys & seen:
                found.append(action)
                seen |= keys
        return tuple(found)

    def key_of(self, action: Action) -> str:
        """Return the key an action has now: users can remap."""
        for active in self.active_bindings.values():
            if active.binding.id == action.id:
                return active.binding.key
        return action.keys.split(",")[0]

    def show_keys(self) -> None:
        """Write the bottom line from the bindings in force."""
        state = self.keys_state()
        if state == self._keys_shown:
            return
        self._keys_shown = state
        live = {active.binding.id: (key, active.enabled) for key, active in reversed(self.active_bindings.items())}
        left: list[Item] = []
        right: list[Item] = []
        for action in self.shown_actions():
            label = self.label_of(action)
            if action.id not in live:
                continue
            key, enabled = live[action.id]
            if not label or action.id == f"app.{self.simulator.current_mode}":
                continue
            name = key_name(key)
            if len(name) == 1 and isinstance(self.focused, (Input, TextArea)):
                continue  # the text takes it
            name = _PAIRS.get(label, name)
            parts = (Span(name, "accent" if enabled else "dim"), Span(" " + label, "" if enabled else "dim"))
            (right if action is PALETTE else left).append(item(action.rank + (0 if enabled else 45), *parts))
        self.query_one("#keys", Bar).show(left, right)

    def on_descendant_focus(self) -> None:
        """Which keys mean something depends on the pane with the focus: a text takes the letters."""
        self.show_keys()  # not after a refresh: below a page that opens meanwhile there is none

    def reason(self, action: str) -> str:
        """Return why ``action`` does nothing here, for a greyed key that was pressed."""
        return f"{action.replace('_', ' ')} does nothing here"

    def on_key(self, event: Key) -> None:
        """Say why a greyed key does nothing."""
        active = self.active_bindings.get(event.key)
        if active is not None and not active.enabled:
            event.stop()
            self.simulator.say(self.reason(active.binding.action.partition("(")[0]))

    # Panes.

    @property
    def panes(self) -> list[Widget]:
        """The panes on screen now."""
        found = [self.query_one(f"#{name}") for name in self.PANES]
        return [
            pane
            for pane in found
            if not any(node.has_class("-off") or node.has_class("-aside") for node in (pane, *_parents(pane)))
        ]

    def action_pane(self, number: int) -> None:
        """Focus a pane by its number."""
        if number <= len(self.PANES):
            pane = self.query_one(f"#{self.PANES[number - 1]}")
            if pane in self.panes:
                self.set_focus(pane)
            else:
                self.hidden_pane(number)

    def hidden_pane(self, number: int) -> None:
        """A pane that is a tab at this width was asked for."""

    def action_next_pane(self, step: int) -> None:
        """Focus the next pane."""
        panes = self.panes
        if not panes:
            return
        at = next((place for place, pane in enumerate(panes) if pane.has_focus_within or pane.has_focus), -step)
        self.set_focus(panes[(at + step) % len(panes)])

    def action_zoom(self) -> None:
        """Enlarge the pane with the focus, or go back."""
        if self.has_class("-zoomed"):
            self._unzoom()
            return
        focused = next((pane for pane in self.panes if pane.has_focus or pane.has_focus_within), None)
        if focused is None:
            return
        self.add_class("-zoomed")
        keep = {focused, *_parents(focused)}
        for widget in self.query("#body *, #body"):
            if widget not in keep and not any(parent is focused for parent in _parents(widget)):
                widget.add_class("-aside")
        for parent in keep:
            parent.add_class("-enlarged")

    def _unzoom(self) -> None:
        self.remove_class("-zoomed")
        for widget in self.query(".-aside, .-enlarged"):
            widget.remove_class("-aside", "-enlarged")

    def action_back(self) -> None:
        """Back: from an enlarged pane, then to Live."""
        if self.has_class("-zoomed"):
            self._unzoom()
        elif self.simulator.current_mode != "live":
            self.simulator.action_go("live")

    def action_help(self) -> None:
        """Show this screen's keys."""
        from simulator.tui.screens.help import HelpScreen  # noqa: PLC0415 - start-up counts

        self.app.push_screen(HelpScreen(self))

    def action_filter(self) -> None:
        """Filter: on Live; elsewhere it goes there first."""
        self.simulator.action_go("live")
        self.simulator.call_after_refresh(self.simulator.run_action, "screen.filter")


def _parents(widget: Widget) -> list[Widget]:
    return [node for node in widget.ancestors if isinstance(node, Widget) and not isinstance(node, Screen)]
