"""What ``--keep`` lets go of: of people at once, of the store in steps that hold nobody up."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from typing import TYPE_CHECKING

from fake_pointillist.identity.repeated_claims import RepeatedClaims
from fake_pointillist.storage.trimming import trim

if TYPE_CHECKING:
    from fake_pointillist.identity.attribution import IdEvent
    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.storage.statements import Write

LAG = 256
"""Events that may wait to be trimmed: a statement over many rows costs little more than one over one."""
_MOST = 2 * LAG
"""Rows trimmed at once, some 8 us each: a run that keeps less than the one before has very many to trim."""
_PAUSE = 64
"""Events between two trims."""


class Keeping:
    """Which events of a tenant are kept: the newest.

    Args:
        number: The tenant's.
        keep: How many; ``None`` keeps all.

    Attributes:
        events: What identity knows of those kept, oldest first; empty where all are.
        trimmed: The newest ``seq`` whose row is dropped from the store.
    """

    def __init__(self, number: int, keep: int | None) -> None:
        self.keep = keep
        self.trimmed = 0
        self.events: deque[IdEvent] = deque()
        self._number = number
        self._lag = LAG if keep is None else min(LAG, max(64, keep // 8))
        self._next_trim = 0
        self._dropped_claims: list[IdEvent] = []
        self._repeated = RepeatedClaims()

    def floor(self, seq: int) -> int:
        """Return the newest ``seq`` that is no longer kept when ``seq`` is the newest; 0 where all are.

        What an earlier run dropped is gone, even where this one would keep more.
        """
        return self.trimmed if self.keep is None else max(self.trimmed, seq - self.keep)

    def drop(self, seq: int, identity: Identity) -> list[Write]:
        """Let go of what is too old now that ``seq`` is the newest; return what is to be done in the store.

        Nobody reads below the floor, so rows may wait there.
        """
        floor = self.floor(seq)
        while self.events and self.events[0].seq <= floor:
            event = self.events.popleft()
            identity.drop(event)
            if (event.user_id is not None) + (event.anonymous_id is not None) + len(event.others) > 1:
                self._dropped_claims.append(event)
        if seq < self._next_trim or floor - self.trimmed <= self._lag:
            return []
        first, self.trimmed = self.trimmed + 1, min(floor, self.trimmed + _MOST)
        self._next_trim = seq + _PAUSE
        end = bisect_right(self._dropped_claims, self.trimmed, key=_seq)
        gone, self._dropped_claims = self._dropped_claims[:end], self._dropped_claims[end:]
        alone = [event for event in gone if not identity.is_contested(event)]
        return trim(self._number, first, self.trimmed, self._repeated.superfluous(alone))


def _seq(event: IdEvent) -> int:
    return event.seq
