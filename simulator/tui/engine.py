"""What the terminal UI needs of whatever runs below it: one protocol; the real things are in modules of their own.

The engine starts the fake Pointillist and the Segment source, paces the generator, and sends each message the whole
way. Traces come out of :attr:`Engine.inbox`, from whichever thread; the app empties it thirty times a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections import deque

    from simulator.mapping import Mapping
    from simulator.trace import Trace
    from simulator.tui.fake_side import FakeSide
    from simulator.tui.session import Arrival


RATES = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
"""Messages a second that ``-`` and ``+`` go through."""


def next_rate(rate: float, step: int) -> float:
    """Return the next faster (``step`` 1) or slower (-1) of a few round rates."""
    if step > 0:
        return float(next((value for value in RATES if value > rate), RATES[-1]))
    return float(next((value for value in reversed(RATES) if value < rate), RATES[0]))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the generator makes; the same recipe makes the same bytes.

    Attributes:
        scenarios: Names of scenarios.
        seed: Of everything random.
        people: How many.
        bad: Part of the messages that is wrong on purpose, 0 to 1.
        locale: Of names.
        start: Simulated time of the first message, ISO-8601.
        rate: Messages a second.
        stop_after: Messages after which it stops, or ``None``.
    """

    scenarios: tuple[str, ...] = ("mixed",)
    seed: int = 42
    people: int = 200
    bad: float = 0.05
    locale: str = "en_US"
    start: str = "2026-01-05T09:00:00Z"
    rate: float = 20.0
    stop_after: int | None = None

    def command(self, count: int = 1_000) -> tuple[str, ...]:
        """Return the equal headless command, one part a line."""
        parts = [f"pointillist-sim run -n {self.stop_after or count} --seed {self.seed} --rate {self.rate:g}"]
        parts += [f"--scenario {name}" for name in self.scenarios]
        parts += [f"--people {self.people}", f"--bad {self.bad:g}", f"--locale {self.locale}", f"--start {self.start}"]
        return tuple(parts)


class Engine(Protocol):
    """What runs below the UI.

    Attributes:
        fake_url: Where the fake answers; ``""`` before it has started.
        source_url: What a Segment SDK is pointed at, or ``None``.
        token: The API token, which is the tenant.
        write_key: A write key the source takes.
        mapping: Name of the mapping in force.
        inbox: Traces that came in or went a step further.
        side: The fake's API, once it has started.
    """

    fake_url: str
    source_url: str | None
    token: str
    write_key: str
    mapping: str
    inbox: deque[Arrival]
    side: FakeSide | None

    @property
    def recipe(self) -> Recipe:
        """What the generator makes."""

    @property
    def running(self) -> bool:
        """Whether it generates."""

    @property
    def generated(self) -> int:
        """How many messages the generator made."""

    @property
    def problem(self) -> str | None:
        """Why it stopped by itself."""

    async def start(self) -> None:
        """Start the fake and the source; generate at once unless paused."""

    async def stop(self) -> None:
        """Stop everything and give the ports back."""

    def set_running(self, running: bool) -> None:
        """Pause or run the generator."""

    def set_recipe(self, recipe: Recipe, *, restart: bool) -> None:
        """Generate something else, from its beginning if ``restart``."""

    async def one(self) -> None:
        """Send the generator's next message."""

    async def send(self, payload: Any, origin: str) -> None:
        """Send one message the whole way."""

    async def resend(self, trace: Trace) -> None:
        """Deliver an event again under its messageId: Pointillist's side answers ``duplicate``."""

    async def play(self, path: str) -> int:
        """Read a file of messages and send them the whole way; return how many.

        Raises:
            SimulatorError, OSError: It cannot be read, or not to its end; what stands before that was sent.
        """

    def set_mapping(self, name_or_path: str) -> None:
        """Put a mapping in force for the messages that follow.

        Raises:
            MappingError: It cannot be used; the last good one stays in force.
        """

    def try_out(self, payload: Any, mapping: Mapping | None = None, *, check: bool = True) -> Trace:
        """Return the way of a message without sending it, through ``mapping`` or the one in force.

        ``check`` looks for violations too, which takes fifty times as long.
        """
