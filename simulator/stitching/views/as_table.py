"""``stitch`` as a table for people: who there is, what merged last, what there is to warn of."""

from __future__ import annotations

from heapq import nlargest
from textwrap import wrap
from typing import TYPE_CHECKING

from contracts.codes import CODES
from fake_pointillist.identity.reasons import more, spoken
from simulator.text import cells, shorten_end, shorten_middle, visible

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Sequence

    from fake_pointillist.identity.attribution import ActorIds, Move
    from simulator.stitching.stitch import Stitching

MOST_ACTORS = 50
MOST_MERGES = 20
_SHOWN_IDS = 4
_LONGEST_ID, _SHORTEST_ID = 40, 12
_MERGE_WORDS, _ACTOR_WORDS = 45, 30
"""Cells of a merge's row and of an actor's row beside the ids."""


def table(stitching: Stitching, width: int | None = None) -> Iterator[str]:
    """Yield the lines; ids are made safe to print, and what is left out is counted.

    Args:
        stitching: What was stitched.
        width: Cells of a line of the terminal, to cut ids and fold sentences for; ``None`` where it is no terminal.
    """
    identity = stitching.identity
    options = "".join(f"  {option}" for option in identity.options.told())
    yield f"policy {identity.policy.name} (ours){options}"
    moved = sum(move.events_moved for move in stitching.merges)
    facts = (
        *(f"messages {stitching.messages:,}", f"events {stitching.events:,}"),
        f"actors {identity.known + identity.anonymous:,} ({identity.known:,} known, {identity.anonymous:,} anonymous)",
        *(f"events moved {moved:,}", f"unattributed {identity.unattributed:,}", f"conflicts {identity.conflicts:,}"),
    )
    yield from _filled(facts, width)
    yield ""
    yield from _actors(stitching, width)
    yield from _merges(stitching.merges, width)
    yield from _warnings(stitching, width)
    for title, codes in (("ignored", stitching.ignored), ("rejected", stitching.rejected)):
        yield from _discards(title, codes)


def _filled(facts: Iterable[str], width: int | None) -> Iterator[str]:
    """Yield the facts on as few lines as the width allows."""
    line = ""
    for fact in facts:
        if line and width is not None and len(line) + 2 + len(fact) > width:
            yield line
            line = ""
        line = f"{line}  {fact}" if line else fact
    yield line


def _actors(stitching: Stitching, width: int | None) -> Iterator[str]:
    identity = stitching.identity
    total = identity.known + identity.anonymous
    if total > MOST_ACTORS:
        listed = nlargest(MOST_ACTORS, identity.actors(), key=_by_size)
        title = f"the {MOST_ACTORS} largest of {total:,} actors; --format json lists all"
    else:
        listed = list(identity.actors())
        title = "actors"
    yield f"  {'events':>9}  {title}"
    for actor in listed:
        yield f"{'●' if actor.user_id else '○'} {actor.events:>9,}  {_actor(actor, width)}"
    yield ""


def _actor(actor: ActorIds, width: int | None) -> str:
    """Return an actor's name and its further ids: as many as fit, at most four of a kind."""
    longest = _longest(width, _ACTOR_WORDS, 2)
    name = _name(actor.actor, longest)
    ids = [*actor.anonymous_ids, *map(" ".join, actor.identifiers)]
    if actor.user_id is None:
        kind, _, value = actor.actor.partition(":")
        ids.remove(value if kind == "anon" else spoken(actor.actor))
        if not ids:
            return name
    for most in range(_SHOWN_IDS, 0, -1):
        fused = ""
        if len(actor.user_ids) > 1:
            others = [value for value in actor.user_ids if value != actor.user_id]
            fused = f"  fused with {_some(others, most, longest)}"
        line = f"{name}{fused}  [{_some(ids, most, longest)}]"
        if width is None or cells(line) <= width - 13:
            break
    return line


def _some(ids: Sequence[str], most: int, longest: int) -> str:
    shown = [_id(value, longest) for value in ids[:most]]
    if len(ids) > most:
        shown.append(f"and {len(ids) - most:,} more")
    return ", ".join(shown)


def _merges(merges: list[Move], width: int | None) -> Iterator[str]:
    if not merges:
        return
    listed = merges[-MOST_MERGES:]
    longest = _longest(width, _MERGE_WORDS, 4 if any(move.through for move in listed) else 3)
    yield f"merges {len(merges):,}" + (f"; the last {MOST_MERGES}" if len(merges) > MOST_MERGES else "")
    for move in listed:
        cause = "unlink"
        if move.message is not None:
            cause = f"{'identify' if move.documented else 'by'} {_id(move.message, longest)}"
        actors = f"{_name(move.from_, longest)} ⇒ {_name(move.to, longest)}"
        if move.through is not None:
            actors += f" through {_id(spoken(move.through), longest)}"
        yield f"  {actors}  {more(move.events_moved, 'event')} moved  {cause}  {move.basis}"
    yield ""


def _name(actor: str, longest: int) -> str:
    kind, _, value = actor.partition(":")
    return f"anon {_id(value, longest)}" if kind == "anon" else _id(value if kind == "user" else spoken(actor), longest)


def _warnings(stitching: Stitching, width: int | None) -> Iterator[str]:
    if not stitching.warned:
        return
    yield "warnings"
    for code in sorted(stitching.warned):
        warned = stitching.warned[code]
        line = f"  {code}  {warned.findings:,}  {CODES[code].basis}  {shorten_end(visible(warned.text), 240)}"
        yield from [line] if width is None else wrap(line, width, subsequent_indent=" " * 6)
        hint = CODES[code].hint
        if hint is not None:
            yield f"      {hint}"
    yield ""


def _discards(title: str, codes: Counter[str]) -> Iterator[str]:
    if codes:
        yield f"{title}  " + "  ".join(f"{code} {count:,}" for code, count in sorted(codes.items()))


def _longest(width: int | None, words: int, ids: int) -> int:
    """Return how many cells an id may take where a row has ``words`` cells beside its ``ids`` ids."""
    return _LONGEST_ID if width is None else min(max((width - words) // ids, _SHORTEST_ID), _LONGEST_ID)


def _id(value: str, longest: int) -> str:
    return shorten_middle(visible(value), longest)


def _by_size(actor: ActorIds) -> int:
    return actor.events
