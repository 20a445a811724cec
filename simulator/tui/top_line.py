"""What the line on top says of the fake and the generator, the same on every screen, and of the run's messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.text import shorten_end, visible
from simulator.tui.paint import Span
from simulator.tui.signs import State
from simulator.tui.widgets.bars import item

if TYPE_CHECKING:
    from simulator.tui.app import SimulatorApp
    from simulator.tui.fitting import Item
    from simulator.tui.session import Counters

_STATES = {
    State.DELIVERED: (3, "ok"),
    State.REJECTED: (5, "bad"),
    State.DISCARDED: (6, "warn"),
    State.EXPIRED: (7, "bad"),
    State.WAITING: (14, "warn"),
    State.DUPLICATE: (15, "dim"),
}
"""Rank and style of each state's count."""


def state_items(simulator: SimulatorApp) -> list[Item]:
    """Return the first items: the fake's address, whether it is up, whether messages are generated, and a problem."""
    engine = simulator.engine
    problem = simulator.looking.problem
    address = engine.fake_url.partition("://")[2] or "starting"
    up = Span("down", "warn") if problem else Span("up", "ok") if simulator.engine_up else Span("starting", "warn")
    items = [item(9, address), item(3, up), item(0, _mode(simulator))]
    problem = problem or engine.problem
    if problem:
        items.append(item(1, Span(shorten_end(visible(problem), 70), "bad")))
    return items


def _mode(simulator: SimulatorApp) -> Span:
    engine = simulator.engine
    if simulator.attached:
        return Span("ATTACHED", "bold")
    if engine.running:
        return Span("RUNNING", "bold")
    stop_after = engine.recipe.stop_after
    done = stop_after is not None and engine.generated >= stop_after
    return Span("IDLE", "dim bold") if done else Span("PAUSED", "warn bold")


def counter_items(counters: Counters) -> list[Item]:
    """Return the counts of a run: messages, how many stand where, merges; what is zero is left out."""
    items = [item(2, counted(counters.messages, "message"))] if counters.messages else []
    for state, (rank, style) in _STATES.items():
        count = counters.states.get(state, 0)
        if count:
            items.append(item(rank, Span(f"{count:,} {state.value}", style)))
    if counters.merges:
        items.append(item(16, Span(counted(counters.merges, "merge"), "accent")))
    return items


def counted(count: int, noun: str) -> str:
    """Return ``1 merge``, ``1,234 merges``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
