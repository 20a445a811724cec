"""Rows of the merge log: made of a claim, and put together where one event caused several. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fake_pointillist.identity.attribution import Move

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.identity.attribution import Claim, IdEvent


def move(anonymous_id: str, old: str, new: str, count: int, cause: Claim | None) -> Move:
    """Return a row of the merge log; ``cause`` is the claim, or ``None`` for an unlink."""
    if cause is None:
        return Move(anonymous_id, old, new, count, None, None, documented=False)
    return Move(anonymous_id, old, new, count, cause.message, cause.time_us, cause.documented)


def net(moves: Iterable[Move], event: IdEvent | None) -> list[Move]:
    """Return what is left of moves there and back, as caused by an event, or by an unlink."""
    flows: dict[str, Counter[str]] = {}
    for move in moves:
        flow = flows.setdefault(move.anonymous_id, Counter())
        flow[move.from_] -= move.events_moved
        flow[move.to] += move.events_moved
    found = []
    for anonymous_id, flow in flows.items():
        losers = sorted((actor, -count) for actor, count in flow.items() if count < 0)
        gainers = sorted((actor, count) for actor, count in flow.items() if count > 0)
        while losers and gainers:
            (old, lost), (new, gained) = losers.pop(), gainers.pop()
            count = min(lost, gained)
            found.append(Move(anonymous_id, old, new, count, None, None, documented=False))
            losers += [(old, lost - count)] if lost > count else []
            gainers += [(new, gained - count)] if gained > count else []
    return found if event is None else caused(found, event)


def caused(moves: Iterable[Move], event: IdEvent) -> list[Move]:
    """Return moves as caused by an event: by its claim on the anonymousId it carries, or by a join."""
    return [
        move._replace(
            message=event.message,
            time_us=event.time_us,
            documented=event.documented,
            is_joined=move.to != f"user:{event.user_id}" or move.anonymous_id != event.anonymous_id,
        )
        for move in moves
    ]
