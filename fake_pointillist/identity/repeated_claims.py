"""Claims that say nothing new: what ``--keep`` may forget of a user who claims an anonymousId again and again. Pure.

Kept of each kind (the same identifiers, by identify or not) are the first and the last, by arrival and by event time:
while nobody else claims the id, no policy would tell the absence of those between. A user who sends both ids with every
event would fill the memory otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.identity.attribution import Identifiers, IdEvent


class RepeatedClaims:
    """The ends of each kind so far: at most four claims, each as (event time, ``seq``)."""

    def __init__(self) -> None:
        self._ends: dict[tuple[str | None, str | None, Identifiers, bool], tuple[tuple[int, int], ...]] = {}

    def superfluous(self, claims: Iterable[IdEvent]) -> list[int]:
        """Take in further claims; return the ``seq`` of each claim, old or new, that is no end of its kind any more.

        Args:
            claims: In the order of arrival, on identifiers that one user alone claims, or nobody.
        """
        forgotten: list[int] = []
        for claim in claims:
            kind = (claim.user_id, claim.anonymous_id, claim.others, claim.documented)
            known = (*self._ends.get(kind, ()), (claim.time_us, claim.seq))  # ordered by arrival
            ends = {known[0], known[-1], min(known), max(known)}
            self._ends[kind] = tuple(one for one in known if one in ends)
            forgotten.extend(seq for time_us, seq in known if (time_us, seq) not in ends)
        return forgotten
