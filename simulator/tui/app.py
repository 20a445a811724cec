"""The app: owns the session and the engine, switches screens, and empties the engine's inbox thirty times a second."""

from __future__ import annotations

import asyncio
import signal
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.binding import Binding
from textual.events import Key, Paste

from simulator.errors import SimulatorError
from simulator.text import visible
from simulator.tui import themes
from simulator.tui.actions import PALETTE, QUIT
from simulator.tui.engine import next_rate
from simulator.tui.looking import EVERY, Looking
from simulator.tui.modes import MODES
from simulator.tui.screens.live import LiveScreen
from simulator.tui.screens.panel import Panel, make_panel
from simulator.tui.screens.room import Room
from simulator.tui.session import Session
from simulator.tui.settling import SETTLED, Settling
from simulator.tui.signs import Signs, signs
from simulator.tui.stories import Stories
from simulator.tui.turnstile import Turnstile

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from textual.app import SystemCommand
    from textual.binding import BindingType
    from textual.events import Event, Resize
    from textual.screen import Screen

    from simulator.trace import Trace
    from simulator.tui.engine import Engine

TICK = 1 / 30
"""Seconds between two looks into the inbox."""

SMALLEST = (60, 16)
"""Below this the panes cannot say anything; 80 by 24 is fully usable."""


HANG_UPS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that end the UI as ``q`` does; Windows has no SIGHUP."""


class SimulatorApp(App[int]):
    """The terminal UI.

    Args:
        engine: What runs below it.
        ascii_only: Signs for fonts and terminals without the others.
        attached: It shows a fake that runs elsewhere and generates nothing.
        recordings: Files of messages to begin with; they are shown from their first message on.
        first_mode: The screen it opens with.
        first_act: The act the demo begins with.
        keymap: Keys of the user's own, by the ids of bindings.
        clock: A monotonic clock in seconds.
        theme: A theme's name.
    """

    TITLE = "pointillist-sim"
    CSS_PATH = "global.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[Any]]]] = MODES
    DEFAULT_MODE = "live"
    BINDINGS: ClassVar[list[BindingType]] = [
        *(row.binding for row in QUIT),
        replace(PALETTE.binding, priority=True),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
    ]

    def __init__(
        self,
        engine: Engine,
        *,
        ascii_only: bool = False,
        attached: bool = False,
        recordings: Sequence[str] = (),
        first_mode: str = "live",
        first_act: int = 1,
        keymap: dict[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        theme: str = themes.DARK.name,
    ) -> None:
        super().__init__()
        self.engine = engine
        self.session = Session()
        self.stories = Stories(lambda: self.engine.side)
        self.ascii_only = ascii_only
        self.attached = attached
        self.recordings = recordings
        self.looking = Looking(self)
        self.now = clock
        self._engine_is_up = asyncio.Event()
        self._first_mode = first_mode
        self.first_act = first_act
        self._turnstile = Turnstile(self, super().on_event, clock)
        self._settling = Settling()
        self._typed_at = clock()
        for own in themes.OWN:
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

    def on_load(self) -> None:
        """Let tasks wait their turn on every Python: begun at once (from 3.12), an input asks for its screen too soon.

        Textual's issue 6444; its tests let them wait as well.
        """
        asyncio.get_running_loop().set_task_factory(None)

    def on_mount(self) -> None:
        """Show the first screen at once, start the engine behind it."""
        self.set_class(self.ascii_only, "-ascii")
        if self._first_mode != "live":
            self.call_after_refresh(self.action_go, self._first_mode)
        for number in HANG_UPS:
            try:
                asyncio.get_running_loop().add_signal_handler(number, self._hang_up, number)
            except (NotImplementedError, RuntimeError, ValueError):  # no signals here: Windows, or not the main thread
                break
        self.run_worker(self._start(), name="start", exit_on_error=False)
        self.set_interval(TICK, self._tick)
        self.set_interval(EVERY, self.looking.begin)
        self.set_timer(SETTLED, self._settling.begin)

    async def on_event(self, event: Event) -> None:
        """Keys and pasted text go one at a time, each when the one before has been answered."""
        if isinstance(event, (Key, Paste)) and not event.is_forwarded:
            self._typed_at = self.now()
            await self._turnstile.come(event)
        else:
            await super().on_event(event)

    async def _start(self) -> None:
        try:
            await self.engine.start()
        except Exception as error:  # noqa: BLE001 - whatever it is, the user sees it on screen
            self.looking.problem = str(error) or type(error).__name__
            self.say(self.looking.problem, bad=True)
        self._engine_is_up.set()
        self.refresh_screen()
        if self.recordings:
            from simulator.tui.screens.recordings import play  # noqa: PLC0415 - start-up counts

            for path in self.recordings:
                await play(self, path)

    @property
    def engine_up(self) -> bool:
        """Whether the engine has started, or has failed to."""
        return self._engine_is_up.is_set()

    def _hang_up(self, number: int) -> None:
        """The terminal went away, or somebody asked us to end."""
        self.exit(128 + number, return_code=128 + number)

    async def on_unmount(self) -> None:
        """Give the ports back."""
        self.stories.close()
        await self.engine.stop()

    def action_interrupt(self) -> None:
        """Quit as Ctrl-C does everywhere."""
        self.exit(130, return_code=130)

    async def action_quit(self) -> None:
        """Quit."""
        self.exit(0)

    def _tick(self) -> None:
        inbox = self.engine.inbox
        if not inbox:
            return
        # A bounded bite: a burst must not hold the keyboard up; the rest follows with the next tick.
        bite = [inbox.popleft() for _ in range(min(len(inbox), 200))]
        self.session.take(bite)
        self.refresh_screen()
        self._settling.grow(len(bite), self.now() - self._typed_at)

    def on_resize(self, event: Resize) -> None:
        """Below a certain size one line says which size is needed."""
        too_small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        self.set_class(too_small, "-too-small")

    def refresh_screen(self) -> None:
        """Let the screen on view take up the model."""
        for screen in self.screen_stack:
            if isinstance(screen, Room) and screen.is_mounted:
                screen.refresh_view()

    async def set_stage(self) -> None:
        """Play the demo's acts, once, as soon as there is a fake to play them at.

        Raises:
            SimulatorError: The fake did not take a message.
        """
        await self._engine_is_up.wait()
        await self.stories.set_stage(None if self.attached else self.engine.fake_url or None)

    async def ask(self, asking: Awaitable[str]) -> bool:
        """Wait for what was asked of the fake and say what came of it; return whether it was done."""
        try:
            done = await asking
        except SimulatorError as error:
            self.say(str(error), bad=True)
            return False
        self.say(done)
        self.refresh_screen()
        return True

    async def reset(self) -> None:
        """Empty this tenant and begin anew."""
        if await self.ask(self.stories.reset()):
            self.session.clear()
            self.refresh_screen()

    def change_rate(self, step: int) -> None:
        """Go to the next slower or faster of a few round rates."""
        recipe = self.engine.recipe
        self.engine.set_recipe(replace(recipe, rate=next_rate(recipe.rate, step)), restart=False)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The command palette's entries."""
        from simulator.tui.palette import commands  # noqa: PLC0415 - start-up counts

        return commands(self, screen)

    def action_command_palette(self) -> None:
        """Open the palette."""
        from simulator.tui.palette import open_palette  # noqa: PLC0415 - start-up counts

        open_palette(self)

    def say(self, text: str, *, bad: bool = False) -> None:
        """Say something in a corner, its lines below each other; the text is safe and never read as markup."""
        shown = "\n".join(map(visible, text.split("\n")))
        self.notify(shown, severity="error" if bad else "information", markup=False, timeout=10 if bad else 4)

    def action_go(self, mode: str) -> None:
        """Show a screen, closing panels above it; other screens than Identity end the demo's stay there."""
        if mode != "identity" and self.current_mode == "identity":
            self.stories.on_stage = False
        while len(self.screen_stack) > 1:
            self.pop_screen()
        if self.current_mode != mode:
            self.switch_mode(mode)

    def action_panel(self, name: str) -> None:
        """Slide a panel over the right half, or take it away again."""
        if self.attached and name == "generator":
            self.say("attached to another fake: nothing is generated here")
            return
        top = self.screen_stack[-1]
        if isinstance(top, Panel):
            self.pop_screen()
            if top.NAME.lower() == name:
                return
        self.push_screen(make_panel(name))

    def selected_trace(self) -> Trace | None:
        """Return the message selected on Live."""
        screens = (screen for stack in self._screen_stacks.values() for screen in stack)
        live = next((screen for screen in screens if isinstance(screen, LiveScreen) and screen.is_mounted), None)
        return live.trace() if live is not None else None

    def show_why(self, *, event: str | None = None, pair: tuple[str, str] | None = None) -> None:
        """Show why an event belongs to whom it does, or why two ids are one or are not."""
        from simulator.tui.screens.why import WhyScreen  # noqa: PLC0415 - start-up counts

        self.push_screen(WhyScreen(event=event, pair=pair))

    def copy_text(self, text: str, what: str) -> None:
        """Copy through the terminal (OSC 52), and say so."""
        self.copy_to_clipboard(text)
        self.say(f"{what} copied, {len(text.encode()):,} bytes (macOS Terminal does not take it: write to a file)")
