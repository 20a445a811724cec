"""The timeline: one lane an id, on event time; a claim joins the lane to its user. Text, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.text import cells as cells_of
from simulator.tui.details.people import brief, brief_id, clock
from simulator.tui.paint import Line, Span, line, middle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_pointillist.identity.attribution import ActorIds
    from simulator.tui.signs import Signs
    from simulator.tui.story import Point, Story

HOUR = 3_600_000_000
DAY = 24 * HOUR
TEN_MINUTES = HOUR // 6


class Lane(NamedTuple):
    """One id of the picture."""

    kind: str
    value: str

    def label(self, width: int) -> str:
        """How it is named left of the lane, in so many cells."""
        return brief(self.value, width) if self.kind == "user" else brief_id(self.value, width)


class Placed(NamedTuple):
    """An event and its column."""

    point: Point
    column: int


def lane_lines(
    story: Story,
    actor: ActorIds,
    points: Sequence[Point],
    selected: int | None,
    at: int | None,
    *,
    width: int,
    signs: Signs,
) -> list[Line]:
    """Return axis, lanes and names of an actor's timeline.

    Args:
        story: Where the claims are looked up.
        actor: Whose.
        points: Its events by event time, with those of whoever shares its ids.
        selected: Arrival number of the selected event.
        at: The point of the story.
        width: Cells.
        signs: The alphabet.
    """
    lanes = _lanes(story, actor, points, at)
    most = min(13, max(width // 5, 6))
    label = max((cells_of(lane.label(most)) for lane in lanes), default=4)
    room = width - label - 4
    placed, gaps, hidden = _place(points, selected, room)
    if not placed:
        return [line(Span(" No event at this point of the story.", "dim"))]
    claims = {
        (claim.message, lane.value): applied
        for lane in lanes
        if lane.kind == "anon"
        for claim, applied in story.made_on(lane.value, at)
    }
    grid = [[" "] * room for _ in lanes]
    styles = [[""] * room for _ in lanes]
    for row, lane in enumerate(lanes):
        mine = [item for item in placed if _on(item, lane)]
        if mine:
            first, last = mine[0].column, mine[-1].column
            stroke = "━" if lane.kind == "user" else "─"
            for column in range(first, last + 1):
                grid[row][column] = stroke
                styles[row][column] = "dim"
    for item in placed:
        _draw(item, lanes, (grid, styles), claims, signs)
    lines = [(Span(" " * (label + 3)), *_axis(placed, gaps, room))]
    for row, lane in enumerate(lanes):
        chosen = any(_on(item, lane) and item.point.arrival == selected for item in placed)
        name_style = "bold" if lane.kind == "user" else ""
        cells = [Span(character, style) for character, style in zip(grid[row], styles[row], strict=True)]
        mark = Span(">" if chosen else " ", "accent")
        lines.append((mark, middle(lane.label(label), label, name_style), Span("  "), *_joined(cells)))
    lines.append((Span(" " * (label + 3)), *_names(placed, selected, {message for message, _ in claims}, room)))
    if hidden:
        lines.append(line(Span(" " * (label + 3)), Span(f"{hidden:,} more events to the sides", "dim")))
    return lines


def _lanes(story: Story, actor: ActorIds, points: Sequence[Point], at: int | None) -> list[Lane]:
    anonymous: dict[str, None] = dict.fromkeys(actor.owned)
    users: dict[str, None] = dict.fromkeys(actor.user_ids)
    for point in points:
        event = point.happening.event
        anonymous |= dict.fromkeys(event.carried)
        if event.user_id is not None:
            users.setdefault(event.user_id)
    far = 1 << 62

    def since(value: str) -> int:
        claims = story.claims_on(value, at)
        return claims[0].time_us if claims else far

    ordered = sorted(anonymous, key=since)
    return [Lane("anon", value) for value in ordered[:12]] + [Lane("user", value) for value in list(users)[:6]]


def _on(item: Placed, lane: Lane) -> bool:
    event = item.point.happening.event
    return event.user_id == lane.value if lane.kind == "user" else lane.value in event.carried


def _place(points: Sequence[Point], selected: int | None, room: int) -> tuple[list[Placed], list[tuple[int, str]], int]:
    """Give every event a column: longer gaps are wider, very long ones become words."""
    steps: list[tuple[int, str]] = []
    before: int | None = None
    for point in points:
        now = point.happening.event.time_us
        gap = 0 if before is None else now - before
        words = _words(gap)
        steps.append((len(words) + 4 if words else 3 + min(max(gap // 120_000_000, 0), 4), words))
        before = now
    if not steps:
        return [], [], 0
    chosen = next((place for place, point in enumerate(points) if point.arrival == selected), len(points) - 1)
    low, high, used = chosen, chosen, 2
    while True:
        grown = False
        if low > 0 and used + steps[low][0] <= room - 3:
            used += steps[low][0]
            low -= 1
            grown = True
        if high + 1 < len(points) and used + steps[high + 1][0] <= room - 3:
            high += 1
            used += steps[high][0]
            grown = True
        if not grown:
            break
    column = 1
    placed, gaps = [], []
    for place in range(low, high + 1):
        if place > low:
            if steps[place][1]:
                gaps.append((column + 2, steps[place][1]))
            column += steps[place][0]
        placed.append(Placed(points[place], column))
    return placed, gaps, len(points) - len(placed)


def _words(gap: int) -> str:
    """Return a long gap in words, ``29d 0h``; short ones are drawn to scale."""
    if gap >= DAY:
        return f"{gap // DAY}d {gap % DAY // HOUR}h"
    return f"{gap // HOUR}h {gap % HOUR // 60_000_000}m" if gap >= 2 * HOUR else ""


def _draw(
    item: Placed,
    lanes: Sequence[Lane],
    canvas: tuple[list[list[str]], list[list[str]]],
    claims: dict[tuple[str, str], bool],
    signs: Signs,
) -> None:
    grid, styles = canvas
    event = item.point.happening.event
    attribution = item.point.attribution
    column = item.column
    rows = [row for row, lane in enumerate(lanes) if _on(item, lane)]
    user_row: int | None = next((row for row in rows if lanes[row].kind == "user"), None)
    for row in rows:
        if user_row is None or row == user_row:
            sign = {"named": signs.named, "claimed": signs.claimed}.get(attribution.kind, signs.anonymous)
            grid[row][column], styles[row][column] = sign, "" if sign == signs.anonymous else "blue"
    if user_row is None:
        return
    for row in rows:
        made = (event.message, lanes[row].value)
        if row == user_row:
            continue
        if made not in claims:
            grid[row][column], styles[row][column] = signs.named, "blue"
        elif claims[made]:
            _tie(grid, styles, row, user_row, column)
            grid[user_row][column], styles[user_row][column] = signs.claim, "blue bold"
        else:
            grid[row][column], styles[row][column] = signs.refused, "warn"
            if grid[user_row][column] != signs.claim:
                grid[user_row][column], styles[user_row][column] = signs.refused, "warn"


def _tie(grid: list[list[str]], styles: list[list[str]], row: int, user_row: int, column: int) -> None:
    """Draw the claim that ties an id's lane to its user's."""
    top, bottom = sorted((row, user_row))
    for between in range(top + 1, bottom):
        grid[between][column] = "┼" if grid[between][column] in "─━┼" else "│"
        styles[between][column] = "dim"
    before = column > 0 and grid[row][column - 1] == "─"
    after = column + 1 < len(grid[row]) and grid[row][column + 1] == "─"
    grid[row][column] = "┬" if before and after else "╮" if before else "╭"
    styles[row][column] = "blue"


def _axis(placed: Sequence[Placed], gaps: Sequence[tuple[int, str]], room: int) -> list[Span]:
    cells = [" "] * room
    free, before = 0, ""
    times = [item.point.happening.event.time_us for item in placed]
    size = 8 if max(times) - min(times) < TEN_MINUTES else 5  # seconds only where minutes would all be the same
    for item in placed:
        text = clock(item.point.happening.event.time_us)[:size]
        start = max(item.column - 2, 0)
        if text != before and start >= free and start + len(text) <= room:  # a burst has one time, said once
            before = text
            cells[start : start + len(text)] = text
            free = start + len(text) + 4
    for column, words in gaps:
        stop = column + len(words)
        if stop <= room and all(cell == " " for cell in cells[max(column - 1, 0) : stop + 1]):
            cells[column:stop] = words
    return [Span("".join(cells), "dim")]


def _names(placed: Sequence[Placed], selected: int | None, claims: set[str], room: int) -> list[Span]:
    """Names below the lanes: the selected event and the claims, as far as there is room."""
    cells: list[tuple[str, str]] = [(" ", "")] * room
    taken: list[range] = []
    ranked = sorted(
        placed, key=lambda item: (item.point.arrival != selected, item.point.happening.event.message not in claims)
    )
    for item in ranked:
        message = item.point.happening.event.message
        if item.point.arrival != selected and message not in claims:
            continue
        text = message if len(message) <= 8 else message[:3] + "…" + message[-4:]
        start = max(min(item.column - 1, room - len(text)), 0)
        span = range(start - 1, start + len(text) + 1)
        if any(span.start < other.stop and other.start < span.stop for other in taken):
            continue
        taken.append(span)
        style = "accent" if item.point.arrival == selected else "dim"
        for offset, character in enumerate(text):
            cells[start + offset] = (character, style)
    return _joined([Span(character, style) for character, style in cells])


def _joined(cells: list[Span]) -> list[Span]:
    """Join neighbours of one style: fewer segments to paint."""
    found: list[Span] = []
    for cell in cells:
        if found and found[-1].style == cell.style:
            found[-1] = Span(found[-1].text + cell.text, cell.style)
        else:
            found.append(cell)
    return found
