"""Who is who, as a tree: user, its ids, their events, the claiming message; bridges are marked ``!``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fake_pointillist.identity.notation import actor_id, parted
from fake_pointillist.identity.reasons import spoken
from simulator.text import cells, shorten_middle, visible
from simulator.tui.details.mapping import wrapped
from simulator.tui.paint import Line, Span, end, id_text, line, middle, right
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_pointillist.identity.attribution import ActorIds, Claim
    from simulator.tui.reading import LogRow
    from simulator.tui.signs import Signs
    from simulator.tui.story import Story

MOST = 300
"""Actors shown; more are counted, and the filter finds them."""
_MOST_IDS = 20

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def name_of(actor: str | None) -> str:
    """Return an actor as people write it: ``u_42``, ``anon 7f3a``, ``nobody``."""
    if not actor:
        return "nobody"
    kind, _, value = actor.partition(":")
    return f"anon {id_text(value)}" if kind == "anon" else id_text(value if kind == "user" else spoken(actor))


def brief(text: str, width: int = 13) -> str:
    """Return an id short enough for a sentence, cut in its middle."""
    return shorten_middle(id_text(text), width)


def brief_id(identifier: str, width: int = 13) -> str:
    """Return an id as claims name it, short enough for a sentence; where there is little room only its value."""
    text = id_text(spoken(identifier))
    other = parted(identifier)
    return brief(text if other is None or cells(text) <= width else other[1], width)


def brief_actor(actor: str | None, width: int = 13) -> str:
    """Return an actor as people write it, short enough for a sentence."""
    return brief_id(actor, width) if actor and actor.startswith("id:") else brief(name_of(actor), width)


def clock(time_us: int | None, *, day: bool = False, millis: bool = False) -> str:
    """Return a time of day, UTC; with its ``day`` before it or its ``millis`` behind where asked for."""
    if time_us is None:
        return "--:--:--"
    moment = _EPOCH + timedelta(microseconds=time_us)
    text = moment.strftime("%Y-%m-%d %H:%M:%S" if day else "%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}" if millis else text


def actor_lines(story: Story, at: int | None, width: int, signs: Signs) -> list[DetailLine]:
    """Return the tree at a point of the story."""
    lines: list[DetailLine] = []
    actors = story.actors(at)
    users = [actor for actor in actors if actor.user_id is not None]
    anonymous = [actor for actor in actors if actor.user_id is None]
    merges: dict[str, int] = {}
    for row in story.log(at):
        if row.kind == "merge":
            merges[row.to] = merges.get(row.to, 0) + 1
    for actor in users[:MOST]:
        lines += _user(story, actor, at, width, signs=signs, merges=merges.get(actor.actor, 0))
    if len(users) > MOST:
        lines.append(DetailLine(line(Span(f"  and {len(users) - MOST:,} more users", "dim"))))
    if lines:
        lines.append(DetailLine(line("")))
    if not anonymous:
        lines.append(DetailLine(line(" ", Span(f"{signs.anonymous} anonymous actors: none", "dim"))))
        return lines
    lines.append(DetailLine(line(" ", Span(f"{signs.anonymous} anonymous actors: {len(anonymous):,}", "dim"))))
    for actor in anonymous[:MOST]:
        lines.append(_anonymous(actor, width, signs))
        if len(actor.owned) > 1:
            lines += _owned(story, actor, at, width)
        lines += _restrictions(story, actor, at, width)
    if len(anonymous) > MOST:
        lines.append(DetailLine(line(Span(f"  and {len(anonymous) - MOST:,} more", "dim"))))
    return lines


def _user(story: Story, actor: ActorIds, at: int | None, width: int, *, signs: Signs, merges: int) -> list[DetailLine]:
    ids = len(actor.owned)
    room = max(width - 33, 8)
    head: Line = (
        Span(" "),
        Span(f"{signs.named} ", "blue"),
        middle(actor.user_id or "", room, "bold"),
        Span(" "),
        right(f"{ids} id" + ("s" if ids != 1 else ""), 7),
        Span(" "),
        end(f"{signs.merge}{merges}" if merges else "", 4, "ok"),
        right(f"{actor.events:,} event" + ("s" if actor.events != 1 else ""), 13),
        Span(" "),
    )
    fused = [user for user in actor.user_ids if user != actor.user_id]
    lines = [DetailLine(head, actor.actor)]
    if fused:
        lines.append(DetailLine(line(Span(f"    ! fused with {', '.join(fused)} (policy {story.policy})", "warn"))))
    lines += _owned(story, actor, at, width)
    lines += _restrictions(story, actor, at, width)
    return lines


def _owned(story: Story, actor: ActorIds, at: int | None, width: int) -> list[DetailLine]:
    """Return a line for each id of an actor: its events without a user, and what made it the actor's."""
    lines = []
    ids = actor.owned
    for place, identifier in enumerate(ids[:_MOST_IDS]):
        branch = "└" if place == len(ids) - 1 else "├"
        points = story.anonymous_only(identifier, at)
        claims = story.made_on(identifier, at)
        id_room = max(min(width - 30, 24), 6)
        by_room = width - id_room - 14
        lines.append(
            DetailLine(
                (
                    Span("    "),
                    Span(branch + " ", "dim"),
                    middle(brief_id(identifier, id_room), id_room),
                    right(str(len(points)), 4),
                    Span("   "),
                    end(_made_by(story, actor, identifier, at, room=by_room), max(by_room, 4), "dim"),
                ),
                (actor.actor, identifier),
            )
        )
        for claim, _ in claims:
            if actor.user_id is not None and claim.user_id not in actor.user_ids:
                text = f"! also claimed by {brief(claim.user_id)} ({brief(claim.message)})"
                lines += [DetailLine((Span("       "), *part)) for part in wrapped(text, width - 8, "", "warn", most=2)]
    if len(ids) > _MOST_IDS:
        lines.append(DetailLine(line(Span(f"      and {len(ids) - _MOST_IDS} more ids", "dim"))))
    return lines


def _made_by(story: Story, actor: ActorIds, identifier: str, at: int | None, *, room: int) -> str:
    """Return the user's own claim on an id, else what the id is joined with."""
    for claim, _ in story.made_on(identifier, at):
        if claim.user_id in actor.user_ids:
            return _claimed_by(claim, room)
    for join, applied in story.joins(identifier, at):
        if applied:
            other = join.best if join.other.value == identifier else join.other
            message = brief(join.message, max(room - 18, 4))
            return f"with {brief_id(other.value, max(room - 9 - cells(message), 4))} by {message}"
    return ""


def _claimed_by(claim: Claim, room: int) -> str:
    """Return who claimed an id: the message matters most, so the words around it go first."""
    track = "" if claim.documented else " (track)"
    least = min(cells(claim.message), 13)
    for before, after in (("claimed by ", track), ("by ", track), ("by ", "")):
        left = room - len(before) - len(after)
        if left >= least:
            return f"{before}{brief(claim.message, max(min(left, 20), 13))}{after}"
    return f"by {brief(claim.message, max(room - 3, 4))}"


def _restrictions(story: Story, actor: ActorIds, at: int | None, width: int) -> list[DetailLine]:
    """Say which claims of an actor did nothing, and why an anonymous one is nobody's."""
    texts = []
    if actor.user_id is None:
        claims = story.claims_on(actor_id(actor.actor), at)
        standing = dict.fromkeys(claim.user_id for claim in claims)
        if claims:
            users = ", ".join(standing)
            texts.append(f"! claimed by {users}; policy {story.policy} leaves these events anonymous")
        texts += [
            f"! claim of {brief(claim.user_id)} by {brief(claim.message)} refused: {brief_id(identifier, 24)}"
            for identifier in actor.owned
            for claim, _ in story.made_on(identifier, at)
            if claim.user_id not in standing
        ]
    else:
        in_vain = (row for row in story.log(at) if row.kind == "conflict" and row.to == f"user:{actor.user_id}")
        texts += [
            f"! claim {brief(row.message)} on {brief_id(row.anonymous_id, 24)} not applied"
            for row in in_vain
            if row.anonymous_id not in actor.owned
        ]
    return [
        DetailLine((Span("      "), *part))
        for text in texts[:3]
        for part in wrapped(text, width - 7, "", "warn", most=2)
    ]


def _anonymous(actor: ActorIds, width: int, signs: Signs) -> DetailLine:
    room = max(width - 20, 8)
    return DetailLine(
        (
            Span("  "),
            Span(f"{signs.anonymous} ", "dim"),
            middle(name_of(actor.actor), room),
            right(f"{actor.events:,} event" + ("s" if actor.events != 1 else ""), 13),
            Span(" "),
        ),
        actor.actor,
    )


def log_lines(rows: Sequence[LogRow], width: int, signs: Signs, policy: str) -> list[DetailLine]:
    """Return *Merges and conflicts*, oldest first."""
    if not rows:
        return [
            DetailLine(line(Span(" No merge yet: an identify with both ids makes one.", "dim"))),
        ]
    return [_log_row(place, row, width, signs, policy) for place, row in enumerate(rows)]


def _log_row(place: int, row: LogRow, width: int, signs: Signs, policy: str) -> DetailLine:
    call = "identify" if row.documented else "track"
    basis = row.basis
    if row.kind == "merge":
        mark, style = signs.merge, "ok"
        moved = f"{row.events} event" + ("s" if row.events != 1 else "") + " moved"
        by = f"{call} {row.message}"
        who = f"{brief_actor(row.from_, 18)} belongs to {brief_actor(row.to)}"
        more = f"{who} since {call} {brief(row.message)} arrived, as number {row.at}"
    elif row.kind == "unlink":
        mark, style = "X", "warn"
        moved = f"{row.events} event" + ("s" if row.events != 1 else "") + " moved"
        by = "unlink"
        more = "you took the user's claims on this id back (R14)"
    else:
        mark, style = "!", "warn"
        moved = ""
        by = f"{call} {row.message}"
        more = f"{row.text} (policy {policy})"
    by_room = min(max(width // 4, 12), 20)
    moved_room = 15 if width >= 70 else 0
    room = max(width - 24 - moved_room - by_room, 10)
    cut_moved = end(moved, moved_room) if moved_room else Span("")
    if row.kind == "conflict" and moved_room:
        room += moved_room
        cut_moved = Span("")
    if row.kind != "conflict":
        old, new, arrow = name_of(row.from_), name_of(row.to), f" {signs.became} "
        if cells(old) + cells(new) + len(arrow) > room:
            old, new = (
                brief_actor(row.from_, 18).removeprefix("anon "),
                brief_actor(row.to, 18),
            )  # struck through says already that it was anonymous
        parts = _pair(old, new, arrow, room, styles=("strike", style, "blue"))
    else:
        arrow = f" {signs.copied[-1] if signs.ascii else '→'} "
        ids = (spoken(row.anonymous_id), name_of(row.to))
        least = sum(min(cells(value), 9) for value in ids) + len(arrow)
        code = f"{row.code}  " if room >= len(row.code) + 2 + least else ""  # what it means stands below the row
        names = _pair(*ids, arrow, room - len(code), styles=(style, style, style))
        parts = (Span(code, style), *names)
    return DetailLine(
        (
            Span(" "),
            Span(clock(row.time_us), "dim"),
            Span(f"  {mark} ", style),
            *parts,
            Span(" "),
            cut_moved,
            Span(" "),
            middle(by, by_room),
            Span(" "),
            end(basis, 8, "dim"),
        ),
        place,
        wrapped(more, width, "              ", "dim", most=3),
    )


def _pair(old: str, new: str, arrow: str, room: int, *, styles: tuple[str, str, str]) -> tuple[Span, ...]:
    """Return ``old arrow new`` in ``room`` cells; what is too long is cut in the middle, both alike."""
    old, new = visible(old), visible(new)
    for_both = max(room - len(arrow), 8)
    for_old = min(cells(old), max(for_both // 2, for_both - cells(new)))
    return (middle(old, for_old, styles[0]), Span(arrow, styles[1]), middle(new, for_both - for_old, styles[2]))
