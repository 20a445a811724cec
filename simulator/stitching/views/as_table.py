"""``stitch`` as a table for people: who there is, what merged last, what there is to warn of."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

from contracts.codes import CODES
from simulator.text import shorten_end, shorten_middle, visible

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator

    from fake_pointillist.attribution import ActorIds, Move
    from simulator.stitching.stitch import Stitching

MOST_ACTORS = 50
MOST_MERGES = 20
_SHOWN_IDS = 4


def table(stitching: Stitching) -> Iterator[str]:
    """Yield the lines; ids are made safe to print, and what is left out is counted."""
    identity = stitching.identity
    options = "".join(f"  {name} {value}" for name, value in identity.options.changed().items())
    yield f"policy {identity.policy.name} (ours){options}"
    moved = sum(move.events_moved for move in stitching.merges)
    yield (
        f"messages {stitching.messages:,}  events {stitching.events:,}"
        f"  actors {identity.known + identity.anonymous:,} ({identity.known:,} known, {identity.anonymous:,} anonymous)"
        f"  events moved {moved:,}  unattributed {identity.unattributed:,}  conflicts {identity.conflicts:,}"
    )
    yield ""
    yield from _actors(stitching)
    yield from _merges(stitching.merges)
    yield from _warnings(stitching)
    for title, codes in (("ignored", stitching.ignored), ("rejected", stitching.rejected)):
        yield from _discards(title, codes)


def _actors(stitching: Stitching) -> Iterator[str]:
    identity = stitching.identity
    total = identity.known + identity.anonymous
    if total > MOST_ACTORS:
        listed = nlargest(MOST_ACTORS, identity.actors(), key=_by_size)
        title = f"the {MOST_ACTORS} largest of {total:,} actors; --format json lists all"
    else:
        listed = list(identity.actors())
        title = "actors"
    yield f"  {'events':>9}  {title}"
    yield from (f"{'●' if actor.user_id else '○'} {actor.events:>9,}  {_actor(actor)}" for actor in listed)
    yield ""


def _actor(actor: ActorIds) -> str:
    if actor.user_id is None:
        return f"anon {_id(actor.anonymous_ids[0])}"
    ids = [_id(value) for value in actor.anonymous_ids[:_SHOWN_IDS]]
    if len(actor.anonymous_ids) > _SHOWN_IDS:
        ids.append(f"and {len(actor.anonymous_ids) - _SHOWN_IDS:,} more")
    fused = ""
    if len(actor.user_ids) > 1:
        others = [_id(value) for value in actor.user_ids if value != actor.user_id]
        fused = f"  fused with {', '.join(others[:_SHOWN_IDS])}"
        if len(others) > _SHOWN_IDS:
            fused += f" and {len(others) - _SHOWN_IDS:,} more"
    return f"{_id(actor.user_id)}{fused}  [{', '.join(ids)}]"


def _merges(merges: list[Move]) -> Iterator[str]:
    if not merges:
        return
    yield f"merges {len(merges):,}" + (f"; the last {MOST_MERGES}" if len(merges) > MOST_MERGES else "")
    for move in merges[-MOST_MERGES:]:
        events = f"{move.events_moved:,} event{'' if move.events_moved == 1 else 's'} moved"
        cause = "unlink" if move.message is None else f"{'identify' if move.documented else 'by'} {_id(move.message)}"
        basis = "ours" if move.message is None else "seed" if move.documented else "inferred"
        yield f"  {_name(move.from_)} ⇒ {_name(move.to)}  {events}  {cause}  {basis}"
    yield ""


def _name(actor: str) -> str:
    kind, _, value = actor.partition(":")
    return f"anon {_id(value)}" if kind == "anon" else _id(value)


def _warnings(stitching: Stitching) -> Iterator[str]:
    if not stitching.warned:
        return
    yield "warnings"
    for code in sorted(stitching.warned):
        warned = stitching.warned[code]
        yield f"  {code}  {warned.findings:,}  {CODES[code].basis}  {shorten_end(visible(warned.text), 160)}"
        hint = CODES[code].hint
        if hint is not None:
            yield f"      {hint}"
    yield ""


def _discards(title: str, codes: Counter[str]) -> Iterator[str]:
    if codes:
        yield f"{title}  " + "  ".join(f"{code} {count:,}" for code, count in sorted(codes.items()))


def _id(value: str) -> str:
    return shorten_middle(visible(value), 40)


def _by_size(actor: ActorIds) -> int:
    return actor.events
