"""The merge log of a tenant: every owner change in order, and those of one actor without reading all of it."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fake_pointillist.identity.attribution import Move


class Merge(NamedTuple):
    """One row of the merge log.

    Attributes:
        seq: Its place in the log, from 1.
        after_seq: The event that caused it, or after which the unlink came.
        move: What moved.
    """

    seq: int
    after_seq: int
    move: Move


class MergeLog:
    """Rows in order of arrival. A log is never cut, only replaced as a whole, by a switch of policy or a reset."""

    def __init__(self) -> None:
        self._rows: list[Merge] = []
        self._of: dict[str, list[Merge]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Merge]:
        return iter(self._rows)

    def add(self, moves: Iterable[Move], after_seq: int) -> None:
        """Add rows."""
        for move in moves:
            merge = Merge(len(self._rows) + 1, after_seq, move)
            self._rows.append(merge)
            for actor in (move.from_, move.to):
                self._of.setdefault(actor, []).append(merge)

    def of(self, actor: str) -> list[Merge]:
        """Return the rows that moved events from or to an actor."""
        return self._of.get(actor, [])

    def place(self, after_seq: int, lo: int = 0) -> int:
        """Return how many rows come up to event ``after_seq``, that one's included; ``lo`` are known to."""
        return bisect_right(self._rows, after_seq, lo=lo, key=_after_seq)

    def dissolve(self, most: int) -> bool:
        """Let go of up to ``most`` rows; return whether any are left. Nothing can be asked from then on."""
        del self._rows[-most:]
        for _ in range(min(most, len(self._of))):
            self._of.popitem()
        return bool(self._rows or self._of)

    def between(self, first: int, end: int) -> list[Merge]:
        """Return the rows from place ``first``, from 0, to before ``end``."""
        return self._rows[first:end]


def _after_seq(merge: Merge) -> int:
    return merge.after_seq
