"""The app: owns the session and the engine, switches screens, and empties the engine's inbox thirty times a second."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding

from fake_pointillist.attribution import Options
from simulator.errors import SimulatorError
from simulator.text import visible
from simulator.tui import themes
from simulator.tui.actions import QUIT, key_name
from simulator.tui.paint import Span
from simulator.tui.screens.live import LiveScreen
from simulator.tui.session import Session
from simulator.tui.signs import Signs, signs
from simulator.tui.stage import Stage
from simulator.tui.story import Story
from simulator.tui.widgets.bars import item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.binding import BindingType
    from textual.events import Resize
    from textual.screen import Screen
    from textual.worker import Worker

    from simulator.trace import Trace
    from simulator.tui.engine import Engine
    from simulator.tui.fake_side import FakeSide
    from simulator.tui.filtering import Filter
    from simulator.tui.fitting import Item
    from simulator.tui.rows import Row

TICK = 1 / 30
"""Seconds between two looks into the inbox."""

RATES = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Messages a second that ``-`` and ``+`` go through."""

SMALLEST = (60, 16)
"""Below this the panes cannot say anything; 80 by 24 is fully usable."""


def _identity() -> Screen[None]:
    from simulator.tui.screens.identity import IdentityScreen  # noqa: PLC0415 - start-up counts

    return IdentityScreen()


def _edit() -> Screen[None]:
    from simulator.tui.screens.edit import EditScreen  # noqa: PLC0415 - start-up counts

    return EditScreen()


def _demo() -> Screen[None]:
    from simulator.tui.screens.demo import DemoScreen  # noqa: PLC0415 - start-up counts

    return DemoScreen()


class SimulatorApp(App[int]):
    """The terminal UI.

    Args:
        engine: What runs below it.
        ascii_only: Signs for fonts and terminals without the others.
        attached: It shows a fake that runs elsewhere and generates nothing.
        first_mode: The screen it opens with.
        first_act: The act the demo begins with.
        keymap: Keys of the user's own, by the ids of bindings.
        clock: A monotonic clock in seconds.
        theme: A theme's name.
    """

    TITLE = "pointillist-sim"
    CSS_PATH = "global.tcss"
    ENABLE_COMMAND_PALETTE = True
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = {
        "live": LiveScreen,
        "identity": _identity,
        "edit": _edit,
        "demo": _demo,
    }
    DEFAULT_MODE = "live"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(row.binding for row in QUIT),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        engine: Engine,
        *,
        ascii_only: bool = False,
        attached: bool = False,
        first_mode: str = "live",
        first_act: int = 1,
        keymap: dict[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        theme: str = themes.DARK.name,
    ) -> None:
        super().__init__()
        self.engine = engine
        self.session = Session()
        self.story = Story()
        self._told = 0
        self.ascii_only = ascii_only
        self.attached = attached
        self.filter: Filter | None = None
        self.problem: str | None = None
        self.now = clock
        self._engine_up = False
        self._engine_is_up = asyncio.Event()
        self._first_mode = first_mode
        self.first_act = first_act
        self.stage: Stage | None = None
        self._on_stage = False
        self._looking: Worker[None] | None = None

        for own in (themes.DARK, themes.LIGHT):
            self.register_theme(own)
        self.theme = theme
        if keymap:
            self.set_keymap(keymap)

    @property
    def signs(self) -> Signs:
        """The alphabet in use."""
        return signs(self.ascii_only)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own variables, for themes that do not set them."""
        return themes.defaults(self.current_theme.ansi)

    # Starting and stopping.

    def on_mount(self) -> None:
        """Show the first screen at once, start the engine behind it."""
        self.set_class(self.ascii_only, "-ascii")
        if self._first_mode != "live":
            self.call_after_refresh(self.action_go, self._first_mode)
        for number in (signal.SIGTERM, signal.SIGHUP):
            try:
                asyncio.get_running_loop().add_signal_handler(number, self._hang_up, number)
            except (NotImplementedError, RuntimeError, ValueError):  # no signals here: Windows, or not the main thread
                break
        self.run_worker(self._start(), name="start", exit_on_error=False)
        self.set_interval(TICK, self._tick)
        self.set_interval(1.0, self._look)

    async def _start(self) -> None:
        try:
            await self.engine.start()
        except Exception as error:  # noqa: BLE001 - whatever it is, the user sees it on screen
            self.problem = str(error) or type(error).__name__
            self.say(self.problem, bad=True)
        self._engine_up = True
        self._engine_is_up.set()
        self.refresh_screen()

    def _hang_up(self, number: int) -> None:
        """The terminal went away, or somebody asked us to end."""
        self.exit(128 + number, return_code=128 + number)

    async def on_unmount(self) -> None:
        """Give the ports back."""
        if self.stage is not None:
            self.stage.close()
        await self.engine.stop()

    def action_interrupt(self) -> None:
        """Quit as Ctrl-C does everywhere."""
        self.exit(130, return_code=130)

    async def action_quit(self) -> None:
        """Quit."""
        self.exit(0)

    # The model.

    def _tick(self) -> None:
        inbox = self.engine.inbox
        if not inbox:
            return
        # A bounded bite: a burst must not hold the keyboard up; the rest follows with the next tick.
        self.session.take([inbox.popleft() for _ in range(min(len(inbox), 200))])
        self.session.changed.clear()
        self.refresh_screen()

    def on_resize(self, event: Resize) -> None:
        """Below a certain size one line says which size is needed."""
        too_small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        self.set_class(too_small, "-too-small")

    def refresh_screen(self) -> None:
        """Let the screen on view take up the model."""
        from simulator.tui.screens.room import Room  # noqa: PLC0415 - at module level it would be a circle

        for screen in self.screen_stack:
            if isinstance(screen, Room) and screen.is_mounted:
                screen.refresh_view()

    def _look(self) -> None:
        """Once a second: what the fake says beside the answers (merges)."""
        if self._engine_up and self._looking is None:
            self._looking = self.run_worker(self._look_on(), group="poll", exit_on_error=False)

    async def _look_on(self) -> None:
        try:
            await self._poll()
        finally:
            self._looking = None

    async def _poll(self) -> None:
        """Take up the accepted events since the last look, and the policy they are read by."""
        side = self.engine.side
        if side is None:
            return
        try:
            policy = await side.ask(lambda client: client.policy())
            options = Options(**policy["options"])
            if (policy["policy"], options) != (self.story.policy, self.story.options):
                self.story.reread(policy["policy"], options)
                self._told = len(self.story.log())
            while happenings := await side.happenings():
                for happening in happenings:
                    self.story.add(happening)
                self._tell_merges()
                self.refresh_screen()
            if self.problem:
                self.problem = None
        except SimulatorError as error:
            self.problem = str(error)
        self.refresh_screen()

    def _tell_merges(self) -> None:
        log = self.story.log()
        names = [row.message for row in log[self._told :] if row.kind == "merge"]
        self._told = len(log)
        if names:
            self.session.merged(names)

    def actor_of(self, row: Row) -> str:
        """Return the actor a message belongs to now, ``""`` where that is not known."""
        arrival = self.story.arrival_of(row.name)
        point = self.story.point(arrival) if arrival is not None else None
        return (point.attribution.actor or "") if point is not None else ""

    # The demo's stage: Identity shows its people until the user goes elsewhere.

    async def set_stage(self) -> None:
        """Play the acts at a tenant of their own.

        Raises:
            SimulatorError: The fake did not take a message.
        """
        if self.stage is not None:
            return
        await self._engine_is_up.wait()
        stage = Stage(None if self.attached else self.engine.fake_url or None)
        await stage.play()
        self.stage = stage

    def keep_stage(self) -> None:
        """Let Identity show the acts' people."""
        self._on_stage = self.stage is not None

    @property
    def people(self) -> Story:
        """The story Identity shows: this run's, or the acts'."""
        return self.stage.story if self._on_stage and self.stage is not None else self.story

    @property
    def side(self) -> FakeSide | None:
        """Whom Identity asks: this run's tenant, or the acts'."""
        return self.stage.side if self._on_stage and self.stage is not None else self.engine.side

    @property
    def on_stage(self) -> bool:
        """Whether Identity shows the acts' people."""
        return self._on_stage

    async def use_policy(self, policy: str) -> None:
        """Tell the fake to read its events under another policy."""
        side = self.side
        if side is None:
            return
        try:
            answer = await side.ask(lambda client: client.set_policy(policy))
        except SimulatorError as error:
            self.say(str(error), bad=True)
            return
        moved = sum(entry.get("events", 0) for entry in answer.get("moved", ()))
        self.say(f"policy {policy} (ours): {moved:,} events moved")
        self.people.reread(policy, self.people.options)
        self._told = len(self.story.log())
        self.refresh_screen()

    async def unlink(self, user_id: str, anonymous_id: str) -> None:
        """Tell the fake to take a user's claims on an anonymousId back."""
        side = self.side
        if side is None:
            return
        try:
            await side.ask(lambda client: client.unlink(user_id, anonymous_id))
        except SimulatorError as error:
            self.say(str(error), bad=True)
            return
        self.people.unlink(user_id, anonymous_id)
        self._told = len(self.story.log())
        self.say(f"{anonymous_id} is no longer {user_id}'s")
        self.refresh_screen()

    async def reset(self) -> None:
        """Empty this tenant and begin anew."""
        side = self.engine.side
        if side is None:
            return
        try:
            await side.ask(lambda client: client.reset())
        except SimulatorError as error:
            self.say(str(error), bad=True)
            return
        side.restart()
        self.story = Story(self.story.policy, self.story.options)
        self._told = 0
        self.session.clear()
        self.refresh_screen()

    def state_items(self) -> list[Item]:
        """Return the first items of the top line: the fake, and whether messages are generated."""
        engine = self.engine
        address = engine.fake_url.partition("://")[2] or "starting"
        up = (
            Span("up", "ok")
            if self._engine_up and self.problem is None
            else Span("down" if self.problem else "starting", "warn")
        )
        items = [item(9, address), item(3, up)]
        if self.attached:
            items.append(item(0, Span("ATTACHED", "bold")))
        elif engine.running:
            items.append(item(0, Span("RUNNING", "bold")))
        else:
            stop_after = engine.recipe.stop_after
            done = stop_after is not None and engine.generated >= stop_after
            items.append(item(0, Span("IDLE", "dim bold") if done else Span("PAUSED", "warn bold")))
        problem = self.problem or engine.problem
        if problem:
            items.append(item(1, Span(problem[:60], "bad")))
        return items

    def change_rate(self, step: int) -> None:
        """Go to the next slower or faster of a few round rates."""
        rate = self.engine.recipe.rate
        if step > 0:
            new = next((value for value in RATES if value > rate), RATES[-1])
        else:
            new = next((value for value in reversed(RATES) if value < rate), RATES[0])
        self.engine.set_recipe(replace(self.engine.recipe, rate=float(new)), restart=False)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Every action of the screen on view, the ways to the others, and the themes; each with its prefix."""
        from simulator.tui.screens.panel import Panel  # noqa: PLC0415 - at module level it would be a circle
        from simulator.tui.screens.room import Room  # noqa: PLC0415

        if isinstance(screen, (Room, Panel)):
            own = {action.id for action in screen.ACTIONS}
            for action in screen.shown_actions():
                if action.palette:
                    prefix = (
                        screen.NAME.lower() if action.id in own else "go" if action.action.startswith("app.") else "all"
                    )
                    yield SystemCommand(
                        f"{prefix}: {action.help}",
                        key_name(screen.key_of(action)),
                        partial(self._command, screen, action.action),
                    )
        for name in themes.NAMES:
            yield SystemCommand(f"theme: {name}", "colours", partial(self._use_theme, name))

    async def _command(self, screen: Screen[Any], action: str) -> None:
        await self.run_action(action, default_namespace=screen)

    def _use_theme(self, name: str) -> None:
        self.theme = name

    # Talking to the user.

    def say(self, text: str, *, bad: bool = False) -> None:
        """Say something in a corner; the text is safe and never read as markup."""
        self.notify(visible(text), severity="error" if bad else "information", markup=False, timeout=4)

    # Going around.

    def action_go(self, mode: str) -> None:
        """Show a screen, closing panels above it; other screens than Identity end the demo's stay there."""
        if mode != "identity" and self.current_mode == "identity":
            self._on_stage = False
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if self.current_mode != mode:
            self.switch_mode(mode)

    def action_panel(self, name: str) -> None:
        """Slide a panel over the right half, or take it away again."""
        from simulator.tui.screens.panel import Panel, make_panel  # noqa: PLC0415 - start-up counts

        top = self.screen_stack[-1]
        if isinstance(top, Panel):
            self.pop_screen()
            if top.NAME.lower() == name:
                return
        self.push_screen(make_panel(name))

    def selected_trace(self) -> Trace | None:
        """Return the message selected on Live."""
        live = next((screen for screen in self._live_screens() if screen.is_mounted), None)
        return live.trace() if live is not None else None

    def _live_screens(self) -> list[LiveScreen]:
        return [screen for stack in self._screen_stacks.values() for screen in stack if isinstance(screen, LiveScreen)]

    def focus_filter(self) -> None:
        """Open Live's filter line."""
        if isinstance(self.screen, LiveScreen):
            self.screen.focus_filter()

    # Things several screens do.

    def show_why(self, *, event: str | None = None, pair: tuple[str, str] | None = None) -> None:
        """Show why an event belongs to whom it does, or why two ids are one or are not."""
        from simulator.tui.screens.why import WhyScreen  # noqa: PLC0415 - start-up counts

        self.push_screen(WhyScreen(event=event, pair=pair))

    def copy_message(self, trace: Trace) -> None:
        """Offer the forms a message can be copied in."""
        from simulator.tui.forms import message_forms  # noqa: PLC0415 - start-up counts
        from simulator.tui.screens.copying import CopyScreen  # noqa: PLC0415

        engine = self.engine
        forms = message_forms(trace, engine.fake_url, engine.token, engine.mapping)
        self.push_screen(CopyScreen(forms, trace.event_id))

    def copy_text(self, text: str, what: str) -> None:
        """Copy through the terminal (OSC 52), and say so."""
        self.copy_to_clipboard(text)
        self.say(f"{what} copied, {len(text.encode()):,} bytes (macOS Terminal does not take it: write to a file)")

    def copy_merges(self) -> None:
        """Offer the merge log as the fake tells it."""
        self.run_worker(self._copy_merges(), exit_on_error=False)

    async def _copy_merges(self) -> None:
        import orjson  # noqa: PLC0415 - beside its only use

        from simulator.tui.forms import Form  # noqa: PLC0415 - start-up counts
        from simulator.tui.screens.copying import CopyScreen  # noqa: PLC0415

        side = self.side
        if side is None:
            return
        try:
            merges = await side.ask(lambda client: client.merges())
        except SimulatorError as error:
            self.say(str(error), bad=True)
            return
        text = "".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode() for row in merges)
        self.push_screen(CopyScreen([Form("m", "merge log, JSON Lines", "merges.jsonl", text)]))

    def ask_recording(self) -> None:
        """Ask for a file of messages, and send them the whole way."""
        from simulator.tui.screens.asking import AskText  # noqa: PLC0415 - start-up counts

        self.push_screen(
            AskText("Open a recording", "File of Segment messages (JSON Lines, array, batch, .gz)"), self._open
        )

    def _open(self, path: str | None) -> None:
        if path:
            self.run_worker(self.engine.play(path, self.say), group="play", exit_on_error=False)

    def save_recording(self) -> None:
        """Ask where to save the messages as shown, and do it."""
        from simulator.tui.screens.asking import AskText  # noqa: PLC0415 - start-up counts

        shown = len(self.session.rows)
        self.push_screen(
            AskText(f"Save {shown:,} messages as a recording", "JSON Lines, as received", "recording.jsonl"), self._save
        )

    def _save(self, path: str | None) -> None:
        if not path:
            return
        from simulator.tui.recording import write_recording  # noqa: PLC0415 - start-up counts

        try:
            count = write_recording(Path(path).expanduser(), self.session)
        except OSError as error:
            self.say(f"{path}: {error.strerror}", bad=True)
            return
        self.say(f"{count:,} messages saved: pointillist-sim {path} opens them again")
