"""Every key does what the table says."""

from __future__ import annotations

import pytest

from simulator.tui.screens.asking import AskText, Confirm
from simulator.tui.screens.codes import CodesScreen
from simulator.tui.screens.copying import CopyScreen
from simulator.tui.screens.help import HelpScreen
from simulator.tui.screens.moved import MovedScreen
from simulator.tui.screens.policy import PolicyScreen
from simulator.tui.screens.requests import RequestLog
from simulator.tui.screens.why import WhyScreen

pytestmark = pytest.mark.anyio


async def test_live_moves_and_follows(open_app):
    """The keys j k and the arrows move; end follows; moving up stops following."""
    async with open_app() as (app, pilot):
        messages = app.screen.query_one("#messages")
        assert messages.following
        await pilot.press("j", "down")
        assert messages.selected == 2
        assert not messages.following
        await pilot.press("k", "up")
        assert messages.selected == 0
        await pilot.press("end")
        assert (messages.selected, messages.following) == (8, True)
        await pilot.press("home")
        assert messages.selected == 0
        await pilot.press("pagedown")
        assert messages.selected == 8
        await pilot.press("pageup")
        assert messages.selected == 0


async def test_live_failures(open_app):
    """The keys e and E go through the failures and say when there is none left."""
    async with open_app() as (app, pilot):
        messages = app.screen.query_one("#messages")
        await pilot.press("e")
        assert messages.selected == 4
        await pilot.press("e", "e")
        assert messages.selected == 8
        assert "no further failure" in [notice.message for notice in app._notifications][-1]
        await pilot.press("E")
        assert messages.selected == 4


async def test_live_tabs_and_dropped_rows(open_app, show):
    """Left and right change the tab, u shows dropped rows only."""
    async with open_app() as (app, pilot):
        await pilot.press("right")
        assert '"messageId": "m1"' in show(app)
        await pilot.press("right")
        assert "ATTRIBUTE NAME" in show(app)
        await pilot.press("right")
        assert "POST http://127.0.0.1:8765/event" in show(app)
        assert "de…" in show(app)
        assert "apiToken: demo" not in show(app)
        await pilot.press("right", "u")
        assert "null_value" in show(app)
        assert "/labels/discount" not in show(app)


async def test_live_generator_keys(open_app):
    """The keys: space runs and pauses, . sends one, - and + change the rate."""
    async with open_app() as (app, pilot):
        await pilot.press("space")
        assert app.engine.running
        await pilot.press("space")
        assert not app.engine.running
        await pilot.press("full_stop")
        assert "one" in app.engine.asked
        await pilot.press("plus")
        assert app.engine.recipe.rate == 50
        await pilot.press("minus", "minus")
        assert app.engine.recipe.rate == 10


async def test_live_resend(open_app):
    """The key r sends the same event again, R the message under a new messageId."""
    async with open_app() as (app, pilot):
        await pilot.press("r")
        assert app.engine.asked[-1] == ("resend", "m1")
        await pilot.press("R")
        _, payload, origin = app.engine.asked[-1]
        assert (payload["messageId"], origin) == ("m1-again-9", "resend as new")


async def test_live_modal_keys(open_app):
    """v, y, w, ? and ctrl+o open what they say; escape closes it."""
    async with open_app() as (app, pilot):
        for key, screen in (
            ("v", CodesScreen),
            ("y", CopyScreen),
            ("w", WhyScreen),
            ("question_mark", HelpScreen),
            ("ctrl+o", AskText),
            ("ctrl+s", AskText),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert isinstance(app.screen, screen), key
            await pilot.press("escape")
            await pilot.pause()
            assert app.screen.NAME == "Live"


async def test_codes_filter_live(open_app):
    """The key enter on a code filters Live by it."""
    async with open_app() as (app, pilot):
        await pilot.press("v", "enter")
        await pilot.pause()
        assert app.screen.query_one("#filter").value == "code:number_type"
        assert len(app.session.rows) == 2


async def test_filter(open_app, show):
    """It filters while one types; enter keeps it, escape in the list clears it, an unknown key is said."""
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"http:503", "enter")
        await pilot.pause(0.05)
        assert "2 of 9" in show(app)
        await pilot.press("escape")
        await pilot.pause(0.05)
        assert len(app.session.rows) == 9
        await pilot.press("slash", *"usr:x")
        assert "did you mean user:?" in show(app)


async def test_filter_names_the_culprit(open_app, show):
    """An empty result names the term that removed everything."""
    async with open_app() as (app, pilot):
        await pilot.press("slash", *"call:track user:nobody")
        await pilot.pause(0.05)
        assert "user:nobody removed everything" in show(app)


async def test_copy_takes_a_form(open_app):
    """A form's key copies it through the terminal and says so."""
    async with open_app() as (app, pilot):
        await pilot.press("y", "c")
        await pilot.pause()
        assert app.clipboard.startswith("curl -sS http://127.0.0.1:8765/event")
        assert "copied" in [notice.message for notice in app._notifications][-1]


async def test_copy_writes_a_file(open_app, tmp_path):
    """The key tab switches to a file, which appears and is never overwritten."""
    async with open_app() as (app, pilot):
        target = tmp_path / "m1.contract.json"
        for _ in range(2):
            await pilot.press("y", "tab", "f")
            await pilot.pause()
            app.screen.query_one("#answer").value = str(target)
            await pilot.press("enter")
            await pilot.pause()
        assert '"output"' in target.read_text()
        assert "nothing written" in [notice.message for notice in app._notifications][-1]


async def test_recordings(open_app, tmp_path):
    """ctrl+s saves the messages as shown; ctrl+o plays a file."""
    async with open_app() as (app, pilot):
        target = tmp_path / "run.jsonl"
        await pilot.press("slash", *"http:503", "enter", "ctrl+s")
        await pilot.pause()
        app.screen.query_one("#answer").value = str(target)
        await pilot.press("enter")
        await pilot.pause()
        assert len(target.read_bytes().splitlines()) == 2
        await pilot.press("ctrl+o")
        await pilot.pause()
        app.screen.query_one("#answer").value = str(target)
        await pilot.press("enter")
        await pilot.pause()
        assert ("play", str(target)) in app.engine.asked


async def test_ways_to_other_screens(open_app):
    """The keys l i m d are screens, g s are panels; the same key closes a panel, another leads on."""
    async with open_app() as (app, pilot):
        for key, name in (("i", "Identity"), ("l", "Live"), ("g", "Generator"), ("s", "Server")):
            await pilot.press(key)
            await pilot.pause(0.05)
            assert name == app.screen.NAME
        await pilot.press("s")
        await pilot.pause()
        assert app.screen.NAME == "Live"
        await pilot.press("m")
        await pilot.pause(0.05)
        assert app.screen.NAME == "Edit"


async def test_panes(open_app):
    """1 2 3 and tab go from pane to pane, z enlarges one and takes it back."""
    async with open_app() as (app, pilot):
        for key, name in (("2", "detail"), ("3", "violations"), ("1", "messages"), ("tab", "detail")):
            await pilot.press(key)
            assert app.focused.id == name
        await pilot.press("shift+tab", "z")
        await pilot.pause()
        assert app.screen.query_one("#messages").size.width > 110
        await pilot.press("z")
        await pilot.pause()
        assert app.screen.query_one("#messages").size.width < 70


async def test_a_greyed_key_says_why(open_app):
    """A key that does nothing here says so when it is pressed."""
    async with open_app(traces=[], happenings=[]) as (app, pilot):
        await pilot.press("e")
        await pilot.pause()
        assert "no failure so far" in [notice.message for notice in app._notifications]


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


async def test_identity_modal_keys(open_app):
    """p, w, enter, y and X open what they say."""
    async with open_app() as (app, pilot):
        await pilot.press("i")
        await pilot.pause(0.05)
        for keys, screen in (
            (("p",), PolicyScreen),
            (("w",), WhyScreen),
            (("enter",), MovedScreen),
            (("y",), CopyScreen),
            (("down", "X"), Confirm),
        ):
            await pilot.press(*keys)
            await pilot.pause(0.05)
            assert isinstance(app.screen, screen), keys
            await pilot.press("escape")
            await pilot.pause()


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


async def test_generator_panel(open_app, show):
    """The key space chooses scenarios, enter starts with what is written, the command is always on view."""
    async with open_app() as (app, pilot):
        await pilot.press("g")
        await pilot.pause(0.05)
        app.screen.query_one("#seed").value = "7"
        await pilot.press("down", "space")
        await pilot.pause(0.05)
        assert "--seed 7" in show(app)
        assert "--scenario ecommerce" in show(app)
        await pilot.press("enter")
        await pilot.pause(0.05)
        kind, recipe, restart = app.engine.asked[-1]
        assert (kind, recipe.seed, recipe.scenarios, restart) == ("recipe", 7, ("ecommerce",), True)
        assert app.engine.running


async def test_generator_panel_refuses(open_app, show):
    """What cannot be generated is said in place of the command."""
    async with open_app() as (app, pilot):
        await pilot.press("g")
        await pilot.pause(0.05)
        app.screen.query_one("#bad").value = "7"
        await pilot.pause(0.05)
        assert "Bad: must be from 0 to 1" in show(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.NAME == "Generator"


async def test_generator_keys(open_app):
    """The key r starts the same seed again, R a new one, . sends one."""
    async with open_app() as (app, pilot):
        await pilot.press("g", "full_stop")
        await pilot.pause(0.05)
        assert app.engine.asked[-1] == "one"
        await pilot.press("plus", "r")
        await pilot.pause(0.05)
        assert app.engine.asked[-1][1].seed == 42
        await pilot.press("g")
        await pilot.pause(0.05)
        await pilot.press("R")
        await pilot.pause(0.05)
        assert app.engine.asked[-1][2] is True


async def test_server_panel(open_app, show):
    """The key space switches a fault at the fake, enter shows the log, X asks before it empties the tenant."""
    async with open_app() as (app, pilot):
        await pilot.press("s")
        await pilot.pause(0.05)
        await pilot.press("space")
        await pilot.pause(0.05)
        assert app.engine.side.fault_list == [{"rate": 0.05, "status": 503}]
        assert "[x] 503" in show(app)
        await pilot.press("space")
        await pilot.pause(0.05)
        assert app.engine.side.fault_list == []
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RequestLog)
        await pilot.press("escape", "X")
        await pilot.pause()
        assert isinstance(app.screen, Confirm)
        await pilot.press("y")
        await pilot.pause(0.05)
        assert "reset" in app.engine.side.asked
        assert app.session.counters.messages == 0


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


async def test_edit_sends(open_app):
    """ctrl+t sends the message in the text."""
    async with open_app() as (app, pilot):
        await pilot.press("m")
        await pilot.pause(0.05)
        await pilot.press("ctrl+t")
        await pilot.pause(0.05)
        assert app.engine.asked[-1][0] == "send"


async def test_quit_and_interrupt(open_app):
    """The key q ends with 0, ctrl+c with 130."""
    async with open_app() as (app, pilot):
        await pilot.press("q")
    assert app.return_value == 0
    async with open_app() as (app, pilot):
        await pilot.press("ctrl+c")
    assert app.return_value == 130


async def test_keys_can_be_remapped(open_app, show):
    """A keymap moves an action to another key, and the bottom line and the help say so."""
    async with open_app(keymap={"live.pause": "p"}) as (app, pilot):
        await pilot.press("p")
        assert app.engine.running
        assert " p Pause" in show(app)
