"""The table of actions: one row feeds the bindings, the bottom line, the help and the command palette.

Every binding carries its id, so that users can remap it (``[tool.pointillist-simulator.keys]``), and a tooltip, which
the help shows. No ``ctrl+h/i/j/m/[``: terminals cannot tell them from backspace, tab, enter and escape. No F-keys:
terminals and laptops take them.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does.

    Attributes:
        id: What a keymap names: ``live.pause``.
        keys: Key, or several joined by commas.
        action: Textual's action.
        label: In the bottom line; ``""`` keeps it out.
        help: In the help: what happens, in a few words.
        rank: In the bottom line 0 stays longest; the highest drops out first.
        palette: Whether the command palette lists it.
    """

    id: str
    keys: str
    action: str
    label: str
    help: str
    rank: int = 50
    palette: bool = True

    @property
    def binding(self) -> Binding:
        """Textual's binding of this row."""
        return Binding(
            self.keys, self.action, self.label or self.help, tooltip=self.help, id=self.id, show=bool(self.label)
        )


def bindings(*tables: tuple[Action, ...]) -> list[Binding]:
    """Return the bindings of ``tables``; an earlier one wins over a later one with the same key."""
    found: dict[str, Binding] = {}
    for table in tables:
        for row in table:
            keys = [key for key in row.keys.split(",") if key not in found]
            if not keys:
                continue
            binding = row.binding
            if len(keys) != len(row.keys.split(",")):
                binding = Binding(
                    ",".join(keys), row.action, binding.description, tooltip=row.help, id=row.id, show=binding.show
                )
            for key in keys:
                found[key] = binding
    return list(dict.fromkeys(found.values()))


QUIT = (
    Action("app.quit", "q", "app.quit", "", "quit", 90),
    Action(
        "app.interrupt",
        "ctrl+c",
        "app.interrupt",
        "",
        "quit with 130 (copies selected text)",
        palette=False,
    ),
)

PALETTE = Action(
    "app.palette", "ctrl+p", "app.command_palette", "Commands", "every command, and the theme", 3, palette=False
)
"""Bound by the app, so that it is there over dialogs too."""

NAVIGATION = (
    Action("app.live", "l", "app.go('live')", "", "Live: messages, and what they became", 60),
    Action("app.identity", "i", "app.go('identity')", "Identity", "Identity: who is who, and since when", 7),
    Action("app.generator", "g", "app.panel('generator')", "Generator", "Generator: scenario, seed, rate", 40),
    Action("app.server", "s", "app.panel('server')", "Server", "Server: addresses, answers, faults", 55),
    Action("app.edit", "m", "app.go('edit')", "Edit", "Edit: your own message, and the mapping", 9),
    Action("app.demo", "d", "app.go('demo')", "Demo", "Demo: identity stitching in five acts", 11),
)

COMMON = (
    Action("app.help", "question_mark", "help", "Help", "keys of this screen", 2),
    Action("app.filter", "slash", "filter", "", "filter the messages", 10),
    Action("app.why", "w", "why", "", "why it belongs to whom it belongs to", 12),
    Action("app.copy", "y", "copy", "", "copy, or write to a file", 14),
    Action("app.zoom", "z", "zoom", "", "enlarge this pane, and back", 70),
    Action("app.pane-1", "1", "pane(1)", "", "pane 1", 80, palette=False),
    Action("app.pane-2", "2", "pane(2)", "", "pane 2", 80, palette=False),
    Action("app.pane-3", "3", "pane(3)", "", "pane 3", 80, palette=False),
    Action("app.next-pane", "tab", "next_pane(1)", "", "next pane", 80, palette=False),
    Action("app.previous-pane", "shift+tab", "next_pane(-1)", "", "previous pane", 80, palette=False),
    Action("app.back", "escape", "back", "", "back", 80, palette=False),
)

LIVE = (
    Action("live.pause", "space", "pause", "Pause", "pause, run", 0),
    Action("live.filter", "slash", "filter", "Filter", "filter the messages", 4),
    Action("live.next-failure", "e", "failure(1)", "Next failure", "next failure", 5),
    Action("live.previous-failure", "E", "failure(-1)", "", "previous failure", 50),
    Action("live.why", "w", "why", "Why", "why it belongs to whom it belongs to", 6),
    Action("live.copy", "y", "copy", "Copy", "copy, or write to a file", 12),
    Action("live.resend", "r", "resend", "Resend", "send again, same messageId: a duplicate", 45),
    Action("live.resend-new", "R", "resend_new", "", "send again as a new message", 50),
    Action("live.one", "full_stop", "one", "", "one message", 30),
    Action("live.previous-tab", "left", "tab(-1)", "", "detail tab to the left", 50),
    Action("live.next-tab", "right", "tab(1)", "", "detail tab to the right", 50),
    Action("live.slower", "minus", "rate(-1)", "", "fewer messages a second", 50),
    Action("live.faster", "plus,equals_sign", "rate(1)", "", "more messages a second", 50),
    Action("live.dropped", "u", "dropped_only", "", "dropped rows only", 50),
    Action("live.codes", "v", "codes", "", "violations of the run, by code", 50),
    Action("live.open", "ctrl+o", "open_recording", "", "open a recording", 60),
    Action("live.save", "ctrl+s", "save_recording", "", "save the messages as a recording", 60),
)

IDENTITY = (
    Action("identity.earlier", "left", "step(-1)", "Step", "a step back", 0),
    Action("identity.later", "right", "step(1)", "", "a step on", 1),
    Action("identity.mode", "t", "step_mode", "Step by message", "step by merge, or by message", 4),
    Action("identity.moved", "enter", "moved", "Moved events", "events that moved", 9),
    Action("identity.next-conflict", "e", "conflict(1)", "Next conflict", "next conflict", 6),
    Action("identity.previous-conflict", "E", "conflict(-1)", "", "previous conflict", 50),
    Action("identity.why", "w", "why", "Why", "why this event belongs to whom it belongs to", 5),
    Action("identity.policy", "p", "policy", "Policy", "the same events under every policy", 7),
    Action("identity.copy", "y", "copy", "Copy", "copy the merge log, or write it to a file", 8),
    Action("identity.unlink", "X", "unlink", "", "unlink this anonymousId from its user (asks)", 50),
    Action("identity.first", "home", "step_first", "", "to nothing, while stepping", 50, palette=False),
    Action("identity.last", "end", "step_last", "", "to now, while stepping", 50, palette=False),
)

GENERATOR = (
    Action("generator.start", "enter", "start", "Start", "start with these options", 0),
    Action("generator.again", "r", "again", "Again, same seed", "again, the same seed", 5),
    Action("generator.new-seed", "R", "new_seed", "New seed", "again, a new seed", 6),
    Action("generator.one", "full_stop", "one", "One message", "one message", 7),
    Action("generator.slower", "minus", "rate(-1)", "", "fewer messages a second", 50),
    Action("generator.faster", "plus,equals_sign", "rate(1)", "", "more messages a second", 50),
)

SERVER = (
    Action("server.log", "enter", "log", "Log", "log of requests", 0),
    Action("server.copy", "y", "copy", "Copy curl", "copy curl for the server's routes", 5),
    Action("server.reset", "X", "reset", "Reset", "reset this tenant (asks)", 6),
)

EDIT = (
    Action("edit.save", "ctrl+s", "save", "Save and re-map", "save the mapping and re-map", 0),
    Action("edit.open", "ctrl+o", "open", "Open a file", "open a file of messages", 5),
    Action("edit.editor", "ctrl+g", "editor", "Own editor", "edit the mapping in $EDITOR", 6),
    Action("edit.send", "ctrl+t", "send", "Send it", "send the message to the fake", 4),
    Action(
        "edit.leave",
        "escape",
        "leave",
        "Leave the text",
        "leave the text: the single letters work again",
        7,
        palette=False,
    ),
    Action("edit.previous", "alt+up", "message(-1)", "", "previous message", 50),
    Action("edit.next", "alt+down", "message(1)", "", "next message", 50),
    Action("edit.copy", "y", "copy", "Copy", "copy the result, or write it to a file", 8),
    Action("edit.previous-tab", "left", "tab(-1)", "", "result tab to the left", 50),
    Action("edit.next-tab", "right", "tab(1)", "", "result tab to the right", 50),
)

DEMO = (
    Action("demo.play", "space", "play", "Play/pause", "play, pause", 0),
    Action("demo.previous", "left", "frame(-1)", "Frame", "the frame before", 1),
    Action("demo.next", "right", "frame(1)", "", "the frame after", 1),
    *(
        Action(f"demo.act-{act}", str(act), f"act({act})", "Act" if act == 1 else "", f"act {act}", 6)
        for act in range(1, 6)
    ),
    Action("demo.why", "w", "why", "Why", "why this event belongs to whom it belongs to", 5),
    Action("demo.policy", "p", "policy", "Policy", "the same events under every policy", 7),
    Action("demo.leave", "escape", "back", "Leave", "leave, with these events in Identity", 4, palette=False),
)

KEY_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
    "ctrl+p": "^p",
    "ctrl+s": "^s",
    "ctrl+o": "^o",
    "ctrl+g": "^g",
    "ctrl+t": "^t",
    "alt+up": "alt+↑",
    "alt+down": "alt+↓",
}
"""How a key is written on screen."""


def key_name(key: str) -> str:
    """Return how ``key`` is written on screen: ``?`` for ``question_mark``."""
    return KEY_NAMES.get(key, key)
