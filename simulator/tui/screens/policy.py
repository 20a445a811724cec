"""The policy switch: the same events under every policy, before anything is changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fake_pointillist.identity.policies import DEFAULT_POLICY, POLICIES
from simulator.text import shorten_middle, visible
from simulator.tui.details.people import brief, name_of
from simulator.tui.paint import Line, Span, end, line, right
from simulator.tui.screens.dialog import Page
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.story import Story

MOST = 20_000
"""Events read again for each policy; of a longer story the newest so many."""
COLUMN = 12
"""Cells of an actor's column."""
AT_ONCE = 1_000
"""Events up to which the table is there at once; a longer story is read in a thread, and says so."""


class PolicyScreen(Page):
    """One row a policy: actors, moves against the one in use, and how many events whom; ``enter`` answers its name.

    Args:
        story: The events; it is read again under each policy and stays as it is.
        at: Only the first so many arrivals (the demo).
    """

    def __init__(self, story: Story, at: int | None = None) -> None:
        super().__init__()
        self._story = story
        self._total = len(story) if at is None else at
        self._rows: Table | None = _compare(story, self._total) if self._total <= AT_ONCE else None

    def on_mount(self) -> None:
        """Read a long story beside the keyboard."""
        if self._rows is None:
            self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        self._rows = await asyncio.to_thread(_compare, self._story, self._total)
        if self.is_mounted:
            self.fill()

    def title_line(self) -> Line:
        """How many events."""
        return line(Span(f"Policy: the same events ({min(self._total, MOST):,}), read otherwise", "bold"))

    def foot_line(self) -> Line:
        """The keys and the basis."""
        return line(Span("enter Use it   esc Keep   ·   basis: ours", "dim"))

    def most_width(self) -> int:
        """Room for the moves."""
        return 116

    def build(self, width: int) -> Sequence[DetailLine]:
        """The table."""
        if self._rows is None:
            return [DetailLine(line(Span(f" Reading {min(self._total, MOST):,} events under every policy ...", "dim")))]
        names, rows = self._rows
        columns = names[: max(min((width - 62) // COLUMN, 4), 0)]
        moves_room = max(width - 27 - COLUMN * len(columns), 20)
        head = [Span("  "), end("POLICY", 14, "title"), right("ACTORS", 7, "title"), Span("   ")]
        head.append(end("MOVES, AGAINST THE ONE IN USE", moves_room, "title"))
        head += [_beside(shorten_middle(visible(name_of(name)), 10)) for name in columns]
        lines = [DetailLine((*head, Span(" ")))]
        for policy, actors, moves, owners in rows:
            used = policy == self._story.policy
            text = moves if not used else "in use" + (", the default" if policy == DEFAULT_POLICY else "")
            parts = [
                Span("  "),
                end(policy, 14, "bold" if used else ""),
                right(f"{actors:,}", 7),
                Span("   "),
                end(text, moves_room, "dim" if used else "warn" if moves != "none" else "dim"),
            ]
            parts += [right(str(owners.get(name) or self.simulator.signs.none), COLUMN) for name in columns]
            more = [line(Span(f"      {POLICIES[policy].sentence}", "dim"))]
            if len(moves) > moves_room and not used:
                more.append(line(Span(f"      {moves}", "dim")))
            lines.append(DetailLine((*parts, Span(" ")), policy, more))
        return lines

    def fill(self, *, keep: bool = True) -> None:
        """Start at the policy in use."""
        super().fill(keep=keep)
        from simulator.tui.widgets.lines_view import LinesView  # noqa: PLC0415 - beside its only use

        page = self.query_one("#page", LinesView)
        if page.selected_key not in POLICIES:
            page.select_key(self._story.policy)


def _beside(name: str) -> Span:
    return right(name, COLUMN, "title")


Row = tuple[str, int, str, dict[str, int]]
Table = tuple[list[str], list[Row]]


def _compare(story: Story, total: int) -> Table:
    """Return the actors worth a column, and a row a policy."""
    first = max(total - MOST, 0)
    base: list[str | None] = []
    rows: list[Row] = []
    moved_ids: dict[str, int] = {}
    order = [story.policy, *(name for name in POLICIES if name != story.policy)]
    for policy in order:
        other = story.under(policy, first, total)
        actors = [
            point.attribution.actor for number in range(1, len(other) + 1) if (point := other.point(number)) is not None
        ]
        if not base:
            base = actors
        changed = [place for place, (now, new) in enumerate(zip(base, actors, strict=True)) if now != new]
        owners: dict[str, int] = {}
        for actor in actors:
            if actor is not None:
                owners[actor] = owners.get(actor, 0) + 1
        for place in changed:
            for name in (base[place], actors[place]):
                if name is not None:
                    moved_ids[name] = moved_ids.get(name, 0) + 1
        messages = " ".join(brief(other.arrivals.event(place).message) for place in changed[:4])
        more = f" and {len(changed) - 4:,} more" if len(changed) > 4 else ""
        text = f"{len(changed):,}: {messages}{more}" if changed else "none"
        fused = [
            users
            for actor in other.actors()
            if len(actor.user_ids) > 1
            for users in [
                f"{', '.join(user for user in actor.user_ids if user != actor.user_id)} fused into {actor.user_id}"
            ]
        ]
        if fused:
            text += f", {fused[0]}" + (f" and {len(fused) - 1} more" if len(fused) > 1 else "")
        rows.append((policy, len(owners), text, owners))
    names = sorted(moved_ids, key=lambda name: (name.startswith("anon:"), -moved_ids[name]))
    by_name = {row[0]: row for row in rows}
    return names[:4], [by_name[name] for name in POLICIES]
