"""Help: the keys of a screen, built from its bindings so that it cannot go stale; the signs; the equal command."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding

from simulator.tui.actions import key_name
from simulator.tui.paint import Line, Span, end, line
from simulator.tui.screens.dialog import Page
from simulator.tui.signs import State
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType
    from textual.events import Key

    from simulator.tui.actions import Action
    from simulator.tui.screens.panel import Panel
    from simulator.tui.screens.room import Room
    from simulator.tui.signs import Signs


class HelpScreen(Page):
    """Keys and signs of the screen below. Any key that does not scroll closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,space", "leave", "Close", show=False, id="help.close"),
    ]

    def __init__(self, room: Room | Panel) -> None:
        super().__init__()
        self._room = room
        self._keys = {action.id: room.key_of(action) for action in room.shown_actions()}

    def title_line(self) -> Line:
        """``Help: Live``."""
        return line(Span(f"Help: {self._room.NAME}", "bold"))

    def foot_line(self) -> Line:
        """How to leave."""
        arrows = self.simulator.signs.plain("↑ ↓")
        return line(Span(f"{arrows} scroll · any other key closes", "dim"))

    def on_key(self, event: Key) -> None:
        """Any key closes; the arrows scroll."""
        if event.key not in ("up", "down", "j", "k", "pageup", "pagedown", "home", "end", "ctrl+c"):
            event.stop()
            event.prevent_default()
            self.dismiss(None)

    def most_width(self) -> int:
        """Room for two columns."""
        return 116

    def build(self, width: int) -> Sequence[DetailLine]:
        """Two columns of keys where there is room, then the signs, then the commands."""
        signs = self.simulator.signs
        own = {action.id for action in self._room.ACTIONS}
        actions = self._room.shown_actions()
        lines = [DetailLine(line(Span(" This screen", "title")))]
        lines += _columns([self._key(action) for action in actions if action.id in own], width)
        lines += [DetailLine(line("")), DetailLine(line(Span(" Everywhere", "title")))]
        everywhere = [self._key(action) for action in actions if action.id not in own]
        everywhere.append((signs.plain("j k ↑ ↓"), "move (pgup pgdn home end too)"))
        lines += _columns(everywhere, width)
        lines += [DetailLine(line("")), DetailLine(line(Span(" Signs", "title")))]
        lines += _columns(_sign_words(signs), width, key_width=4)
        commands = self._room.headless()
        if commands:
            lines += [DetailLine(line("")), DetailLine(line(Span(" The same without a screen", "title")))]
            lines += [DetailLine(line(Span(f"   {command}"))) for command in commands]
        return lines

    def _key(self, action: Action) -> tuple[str, str]:
        keys = action.keys.split(",")
        shown = self._keys.get(action.id, keys[0])
        return self.simulator.signs.plain(key_name(shown)), action.help


def _columns(rows: list[tuple[str, str]], width: int, key_width: int = 10) -> list[DetailLine]:
    """Lay keys and words out in two columns where the longest of them fits twice, else in one."""
    column = key_width + max(len(text) for _, text in rows) + 3
    count = 2 if 2 * column + 2 <= width else 1
    height = -(-len(rows) // count)
    lines = []
    for place in range(height):
        parts: list[Span] = [Span("  ")]
        for at in range(place, len(rows), height):
            key, text = rows[at]
            room = min(column, width - 2) - key_width
            parts += [end(key, key_width, "accent"), end(text, room)]
        lines.append(DetailLine(tuple(parts)))
    return lines


def _sign_words(signs: Signs) -> list[tuple[str, str]]:
    state = signs.state
    return [
        (state[State.DELIVERED], "delivered"),
        (state[State.DELIVERED] + signs.warned, "delivered, with warnings"),
        (state[State.DELIVERED] + signs.merged, "delivered, and merged an actor"),
        (state[State.DUPLICATE], "duplicate"),
        (state[State.REJECTED], "rejected"),
        (state[State.WAITING], "waiting for an answer"),
        (state[State.EXPIRED], "expired: every attempt used up"),
        (state[State.DISCARDED], "discarded, never left Segment; dropped leaf"),
        (signs.copied, "copied"),
        (signs.converted, "converted"),
        (signs.added, "added by us"),
        (signs.broke, "broke a contract"),
        (signs.anonymous, "anonymous"),
        (signs.named, "names the user"),
        (signs.claimed, "the user's by a claim"),
        (f"{signs.claim} {signs.refused}", "claim, claim not applied"),
        (signs.became, "became"),
        (signs.merge, "merge"),
    ]
