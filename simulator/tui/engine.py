"""What the terminal UI needs of whatever runs below it: one protocol, and the real thing behind it elsewhere.

The engine starts the fake Pointillist and the Segment source, paces the generator, and sends each message the whole
way. Traces come out of :attr:`Engine.inbox`, from whichever thread; the app empties it thirty times a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable

    from simulator.tui.session import Arrival


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
    people: int | None = None
    bad: float | None = None
    locale: str = "en_US"
    start: str = "2026-01-05T09:00:00Z"
    rate: float = 20.0
    stop_after: int | None = None

    def command(self, count: int = 1_000) -> tuple[str, ...]:
        """Return the equal headless command, one part a line."""
        parts = [f"pointillist-sim run -n {self.stop_after or count} --seed {self.seed} --rate {self.rate:g}"]
        parts += [f"--scenario {name}" for name in self.scenarios]
        if self.people is not None:
            parts.append(f"--people {self.people}")
        if self.bad is not None:
            parts.append(f"--bad {self.bad:g}")
        parts += [f"--locale {self.locale}", f"--start {self.start}"]
        return tuple(parts)


class Engine(Protocol):
    """What runs below the UI."""

    fake_url: str
    source_url: str | None
    token: str
    write_key: str
    policy: str
    mapping: str
    recipe: Recipe
    running: bool
    inbox: deque[Arrival]
    client: Any

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

    async def play(self, path: str, say: Callable[[str], None]) -> None:
        """Read a file of messages and send them the whole way; ``say`` is told how it went."""

    async def new_merges(self) -> list[str]:
        """Return the messages whose claims merged an actor since it was last asked."""

    async def reset(self) -> None:
        """Empty this tenant at the fake."""

    def set_mapping(self, name_or_path: str) -> None:
        """Put a mapping in force for the messages that follow."""
