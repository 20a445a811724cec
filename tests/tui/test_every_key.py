"""Every key of every screen, panel and dialog is pressed once and does what its row of the table says."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections import deque
from functools import partial
from typing import NamedTuple

import pytest
from textual.binding import Binding
from textual.command import CommandPalette
from textual.dom import DOMNode

import simulator.tui
from simulator.tui.screens.asking import AskText, Confirm
from simulator.tui.screens.codes import CodesScreen
from simulator.tui.screens.copying import CopyScreen
from simulator.tui.screens.help import HelpScreen
from simulator.tui.screens.moved import MovedScreen
from simulator.tui.screens.policy import PolicyScreen
from simulator.tui.screens.requests import RequestLog
from simulator.tui.screens.why import WhyScreen


class Case(NamedTuple):
    """What shows that a key did its work.

    Attributes:
        holds: Whether it shows; asked until it does.
        first: Keys pressed before, in the place where the key is looked for.
        back: Keys that take back what ``escape`` from a dialog does not.
    """

    holds: object
    first: tuple[str, ...] = ()
    back: tuple[str, ...] = ()


class Seen:
    """The app as a test looks at it, and what it looked like before the key."""

    def __init__(self, app, show):
        self.app, self.show = app, show
        self._asked = len(app.engine.asked), len(app.engine.side.asked)
        self.focus_before, self.name_before = self.focus, self.name

    @property
    def text(self):
        """The screen as lines."""
        return self.show(self.app)

    @property
    def name(self):
        """Name of the screen on top."""
        return getattr(self.app.screen, "NAME", "")

    @property
    def focus(self):
        """Id of the widget with the focus."""
        return self.app.focused.id if self.app.focused is not None else None

    @property
    def said(self):
        """Every notice so far."""
        return " ".join(notice.message for notice in self.app._notifications)

    @property
    def asked(self):
        """What the engine was asked."""
        return self.app.engine.asked

    @property
    def selected(self):
        """Number of the selected message of Live."""
        return self.app.screen.query_one("#messages").selected

    def forget(self):
        """Leave nothing of what the key asked and said to the next one."""
        del self.app.engine.asked[self._asked[0] :], self.app.engine.side.asked[self._asked[1] :]
        self.app.clear_notifications()

    def shows(self, screen):
        """Whether such a screen is on top."""
        return isinstance(self.app.screen, screen)


WAYS = {
    "SimulatorApp": (),
    "LiveScreen": (),
    "IdentityScreen": ("i",),
    "EditScreen": ("m", "escape"),
    "DemoScreen": ("d", "space"),
    "GeneratorPanel": ("g",),
    "ServerPanel": ("s",),
    "VirtualList": (),
    "FilterLine": ("slash", *"http:503"),
    "Page": ("v",),
    "Confirm": ("i", "down", "X"),
    "WhyScreen": ("w",),
    "CopyScreen": ("y",),
    "HelpScreen": ("question_mark",),
    "AskText": ("ctrl+o",),
}
"""The keys that lead from Live to each place with keys of its own."""

HANDED_ON = {"enter": ("list.open",), "ctrl+c": (None,)}
"""Keys that whatever has the focus hands on: a list what is chosen, Textual's screen and inputs without a selection."""

NEXT_MESSAGE = '{"type": "track", "event": "One"}\n{"type": "track", "event": "Two"}\n'

EVERYWHERE = {
    "app.quit": Case(lambda seen: seen.app.return_value == 0),
    "app.interrupt": Case(lambda seen: seen.app.return_value == 130),
    "app.live": Case(lambda seen: seen.name == "Live"),
    "app.identity": Case(lambda seen: seen.name == "Identity"),
    "app.edit": Case(lambda seen: seen.name == "Edit"),
    "app.demo": Case(lambda seen: seen.name == "Demo"),
    "app.generator": Case(lambda seen: seen.name == ("Live" if seen.name_before == "Generator" else "Generator")),
    "app.server": Case(lambda seen: seen.name == ("Live" if seen.name_before == "Server" else "Server")),
    "app.help": Case(lambda seen: seen.shows(HelpScreen)),
    "app.palette": Case(lambda seen: seen.shows(CommandPalette)),
    "app.filter": Case(lambda seen: (seen.name, seen.focus) == ("Live", "filter")),
    "app.why": Case(lambda seen: "send it first" in seen.said),
    "app.copy": Case(lambda seen: "copy works in Identity" in seen.said),
    "app.zoom": Case(lambda seen: seen.app.screen.has_class("-zoomed")),
    "app.pane-1": Case(lambda seen: seen.focus == seen.app.screen.PANES[0], ("3",)),
    "app.pane-2": Case(lambda seen: seen.focus == seen.app.screen.PANES[1]),
    "app.pane-3": Case(lambda seen: seen.focus == seen.app.screen.PANES[2]),
    "app.next-pane": Case(lambda seen: seen.focus != seen.focus_before),
    "app.previous-pane": Case(lambda seen: seen.focus != seen.focus_before),
    "app.back": Case(lambda seen: (seen.name, seen.focus) == ("Live", "messages"), ("2",)),
    "panel.close": Case(lambda seen: seen.name == "Live"),
    "panel.help": Case(lambda seen: seen.shows(HelpScreen)),
}
"""Keys that mean the same wherever they are bound."""

CASES = {
    "live.pause": Case(lambda seen: seen.app.engine.running, back=("space",)),
    "live.filter": Case(lambda seen: seen.focus == "filter", back=("escape",)),
    "live.next-failure": Case(lambda seen: seen.selected == 4),
    "live.previous-failure": Case(lambda seen: seen.selected == 4, ("e", "e")),
    "live.why": Case(lambda seen: seen.shows(WhyScreen)),
    "live.copy": Case(lambda seen: seen.shows(CopyScreen)),
    "live.resend": Case(lambda seen: seen.asked[-1] == ("resend", "m1")),
    "live.resend-new": Case(lambda seen: seen.asked[-1][2] == "resend as new"),
    "live.one": Case(lambda seen: seen.asked[-1] == "one"),
    "live.previous-tab": Case(lambda seen: "POST http" in seen.text, back=("right",)),
    "live.next-tab": Case(lambda seen: '"messageId": "m1"' in seen.text, back=("left",)),
    "live.slower": Case(lambda seen: seen.app.engine.recipe.rate == 10, back=("plus",)),
    "live.faster": Case(lambda seen: seen.app.engine.recipe.rate == 50, back=("minus",)),
    "live.dropped": Case(lambda seen: "dropped rows only" in seen.text, back=("u",)),
    "live.codes": Case(lambda seen: seen.shows(CodesScreen)),
    "live.open": Case(lambda seen: seen.shows(AskText)),
    "live.save": Case(lambda seen: seen.shows(AskText)),
    "identity.earlier": Case(lambda seen: "after 13 of 14" in seen.text, back=("right",)),
    "identity.later": Case(lambda seen: "after 13 of 14" in seen.text, ("left", "left"), back=("right",)),
    "identity.mode": Case(lambda seen: "step: message" in seen.text, back=("t",)),
    "identity.moved": Case(lambda seen: seen.shows(MovedScreen)),
    "identity.next-conflict": Case(lambda seen: seen.focus == "log", back=("2", "end", "1")),
    "identity.previous-conflict": Case(lambda seen: seen.focus == "log", back=("2", "end", "1")),
    "identity.why": Case(lambda seen: seen.shows(WhyScreen)),
    "identity.policy": Case(lambda seen: seen.shows(PolicyScreen)),
    "identity.copy": Case(lambda seen: seen.shows(CopyScreen)),
    "identity.unlink": Case(lambda seen: seen.shows(Confirm), ("down",), back=("home",)),
    "identity.first": Case(lambda seen: "after 0 of 14" in seen.text, ("t",), back=("end", "t")),
    "identity.last": Case(lambda seen: " now · before" in seen.text, ("t", "left"), back=("t",)),
    "edit.save": Case(lambda seen: seen.shows(AskText)),
    "edit.open": Case(lambda seen: seen.shows(AskText)),
    "edit.editor": Case(lambda seen: "EDITOR" in seen.said or "save the mapping" in seen.said),
    "edit.send": Case(lambda seen: seen.asked[-1][0] == "send"),
    "edit.leave": Case(lambda seen: seen.focus == "result", ("1",)),
    "edit.previous": Case(lambda seen: "2 of 2" in seen.text),
    "edit.next": Case(lambda seen: "2 of 2" in seen.text),
    "edit.copy": Case(lambda seen: seen.shows(CopyScreen)),
    "edit.previous-tab": Case(lambda seen: "None: this message keeps" in seen.text, back=("right",)),
    "edit.next-tab": Case(lambda seen: '"messageId": "m1"' in seen.text, back=("left",)),
    "demo.play": Case(lambda seen: "PLAYING" in seen.text, back=("space", "1")),
    "demo.previous": Case(lambda seen: "frame 1 of" in seen.text, ("right",)),
    "demo.next": Case(lambda seen: "frame 2 of" in seen.text, back=("left",)),
    **{
        f"demo.act-{act}": Case(
            lambda seen, act=act: f"act {act} of 5" in seen.text, ("5" if act < 5 else "1",), back=("1",)
        )
        for act in range(1, 6)
    },
    "demo.why": Case(lambda seen: seen.shows(WhyScreen)),
    "demo.policy": Case(lambda seen: seen.shows(PolicyScreen)),
    "demo.leave": Case(lambda seen: seen.name == "Identity" and seen.app.stories.on_stage),
    "generator.start": Case(lambda seen: seen.asked[-1][2] is True and seen.app.engine.running, back=("space", "g")),
    "generator.again": Case(
        lambda seen: seen.asked[-1][2] is True and seen.asked[-1][1].seed == 42, back=("space", "g")
    ),
    "generator.new-seed": Case(lambda seen: seen.asked[-1][2] is True and seen.asked[-1][1].seed != 42),
    "generator.one": Case(lambda seen: seen.asked[-1] == "one"),
    "generator.slower": Case(lambda seen: seen.app.engine.recipe.rate == 10, back=("plus",)),
    "generator.faster": Case(lambda seen: seen.app.engine.recipe.rate == 50, back=("minus",)),
    "generator.choose": Case(lambda seen: "--scenario ecommerce" in seen.text, ("down",)),
    "server.log": Case(lambda seen: seen.shows(RequestLog)),
    "server.copy": Case(lambda seen: seen.shows(CopyScreen)),
    "server.reset": Case(lambda seen: seen.shows(Confirm)),
    "server.fault": Case(lambda seen: "[x]" in seen.text, ("down", "down")),
    "list.up": Case(lambda seen: seen.selected == 1, ("down", "down")),
    "list.down": Case(lambda seen: seen.selected == 1),
    "list.page-up": Case(lambda seen: seen.selected == 0, ("end",)),
    "list.page-down": Case(lambda seen: seen.selected == 8),
    "list.first": Case(lambda seen: seen.selected == 0, ("end",)),
    "list.last": Case(lambda seen: seen.selected == 8),
    "list.open": Case(lambda seen: seen.focus == "detail"),
    "filter.clear": Case(lambda seen: len(seen.app.session.rows) == 9 and seen.focus == "messages"),
    "filter.keep": Case(lambda seen: len(seen.app.session.rows) == 2 and seen.focus == "messages"),
    "filter.down": Case(lambda seen: len(seen.app.session.rows) == 2 and seen.focus == "messages"),
    "page.close": Case(lambda seen: seen.name == "Live"),
    "page.interrupt": Case(lambda seen: seen.app.return_value == 130),
    "confirm.yes": Case(lambda seen: ("unlink", "u_42", "7f3a") in seen.app.engine.side.asked),
    "confirm.no": Case(lambda seen: seen.name == "Identity" and seen.app.engine.side.asked == []),
    "why.pair": Case(lambda seen: seen.shows(AskText)),
    "why.copy": Case(lambda seen: "why copied" in seen.said),
    "copy.switch": Case(lambda seen: "Write to a file" in seen.text),
    "help.close": Case(lambda seen: seen.name == "Live", back=("question_mark",)),
    "ask.cancel": Case(lambda seen: seen.name == "Live"),
    "ask.interrupt": Case(lambda seen: seen.app.return_value == 130),
}
"""By the id of the binding; ``EVERYWHERE`` follows."""


def _places():
    """Every class of the UI with keys of its own, and those keys: (class, key, id)."""
    for module in pkgutil.walk_packages(simulator.tui.__path__, "simulator.tui."):
        importlib.import_module(module.name)
    waiting, found = [DOMNode], {}
    while waiting:
        for kind in waiting.pop().__subclasses__():
            waiting.append(kind)
            if kind.__module__.startswith("simulator.tui."):
                found[kind.__name__] = Binding.make_bindings(kind.__dict__.get("BINDINGS", ()))
    return [(name, entry.key, entry.id) for name, entries in sorted(found.items()) for entry in entries]


PLACES = [place for place in _places() if place[2] is not None]


def _batches():
    """The keys, place by place; those that mean the same everywhere, or stand in no screen or panel, are slow."""
    batches = {}
    for name, key, id_ in PLACES:
        own = id_ not in EVERYWHERE and name.endswith(("Screen", "Panel"))
        batches.setdefault((name, own), []).append((key, id_))
    return [
        pytest.param(name, keys, id=f"{name}-{'own' if own else 'shared'}", marks=[] if own else [pytest.mark.slow])
        for (name, own), keys in batches.items()
    ]


def test_no_key_is_untested():
    """Every binding has an id, by which users remap it, a way that leads to it, and a row that says what it does."""
    assert {key for _, key, id_ in _places() if id_ is None} <= {"ctrl+q"}  # Textual's own, kept for those who know it
    assert {name for name, _, _ in PLACES} <= set(WAYS)
    assert {id_ for _, _, id_ in PLACES} == {*CASES, *EVERYWHERE}


async def _until(holds, pilot, seconds):
    """Tell whether something holds before the time is up."""
    last = time.monotonic() + seconds
    while not holds() and time.monotonic() < last:
        await pilot.pause(0.02)
    return holds()


def _standing(app, show):
    """What a key can change that lasts: the screen on top, the focus, every line."""
    return type(app.screen), app.focused and app.focused.id, show(app)


async def _left_as_it_was(app, pilot, seen, before, back):
    """Take the key back, forget what was asked and said; tell whether all is as before, so that another can follow."""
    if app._exit:
        return False
    if type(app.screen) is not before[0]:
        await pilot.press("escape")
    await pilot.press(*back)
    seen.forget()
    return await _until(lambda: _standing(app, seen.show) == before, pilot, 0.1)


@pytest.mark.anyio
@pytest.mark.parametrize(("name", "keys"), _batches())
async def test_every_key(open_app, show, monkeypatch, name, keys):
    """Each key is bound to its action where the table says, and pressing it does that.

    An app serves for as many keys as leave it as it was.
    """
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    waiting = deque(keys)
    while waiting:
        async with open_app() as (app, pilot):
            for press in WAYS[name]:
                await pilot.press(press)
                await pilot.pause(0.02)
            before = _standing(app, show)
            untouched = True
            while waiting and untouched:
                key, id_ = waiting.popleft()
                case = CASES.get(id_) or EVERYWHERE[id_]
                if id_ in ("edit.previous", "edit.next"):
                    app.screen.query_one("#message").load_text(NEXT_MESSAGE)
                    await pilot.pause(0.02)
                await pilot.press(*case.first)
                await pilot.pause(0.02)
                seen = Seen(app, show)
                bound = app.screen.active_bindings[key].binding.id
                assert bound in (id_, *HANDED_ON.get(key, ())), key
                await pilot.press(key)
                assert await _until(partial(case.holds, seen), pilot, 5), f"{key}: {id_}\n{seen.text}"
                untouched = await _left_as_it_was(app, pilot, seen, before, case.back)
