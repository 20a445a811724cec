"""Runs: the anonymous-only events of an anonymousId in their order, divided by owner. Pure.

Half a million events have no more owners than there are claims. So the owner is asked for once a run, not once an
event, and what a claim moves is the difference of two divisions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import chain, pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterator, Sequence

    from fake_pointillist.identity.attribution import Claim
    from fake_pointillist.identity.ledger import Anon

Runs: TypeAlias = list[tuple[int, str | None]]
"""(how many events, userId of their owner or ``None``), in order; two neighbours may have the same owner."""


def divided(
    anon: Anon, span: slice, owner: Callable[[int, int], str | None], *, lookback: int | None, by_place: bool
) -> Runs:
    """Divide the events in ``span``.

    Args:
        anon: Whose events; it knows their places.
        span: Which of them.
        owner: (place, event time) -> userId, or ``None``.
        lookback: Microseconds a claim reaches back, or ``None``.
        by_place: Whether the place decides the owner; if not, places are event times, for the lookback alone.
    """
    keys = anon.keys
    if keys is None:
        return []
    low, high, _ = span.indices(len(keys))
    if low >= high:
        return []
    if anon.times is not None:  # places by arrival and a lookback by time: no two neighbours need have the same owner
        return [(1, owner(keys[at], anon.times[at])) for at in range(low, high)]
    cuts = _near(anon, keys, low, high) if by_place else iter(())
    if lookback is not None:
        claims = _reaching(anon, keys, low, high) if by_place else anon.firsts.values()
        cuts = chain(cuts, (bisect_left(keys, claim.time_us - lookback) for claim in claims))
    ends = sorted({low, high, *(at for at in cuts if low < at < high)})
    return [(end - start, owner(keys[start], keys[start])) for start, end in pairwise(ends)]


def changes(before: Runs, after: Runs) -> Counter[tuple[str | None, str | None]]:
    """Return how many events went from one owner to another between two divisions of the same events."""
    found: Counter[tuple[str | None, str | None]] = Counter()
    olds, news = before[::-1], after[::-1]
    while olds and news:
        (many, old), (more, new) = olds.pop(), news.pop()
        step = min(many, more)
        if old != new:
            found[old, new] += step
        if many > step:
            olds.append((many - step, old))
        if more > step:
            news.append((more - step, new))
    return found


def _near(anon: Anon, keys: array[int], low: int, high: int) -> Iterator[int]:
    """Yield where the owner may change by place: at and behind each claim among the events."""
    for claim in _reaching(anon, keys, low, high):
        yield bisect_left(keys, claim.key)
        yield bisect_right(keys, claim.key)


def _reaching(anon: Anon, keys: array[int], low: int, high: int) -> Sequence[Claim]:
    """Return the claims that may own one of the events by place: those among them, the one before, the one behind."""
    first = bisect_left(anon.claims, keys[low], key=_key) - 1
    last = bisect_right(anon.claims, keys[high - 1], key=_key) + 1
    return anon.claims[max(first, 0) : last]


def _key(claim: Claim) -> int:
    return claim.key
