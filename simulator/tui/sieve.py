"""The filter at work: it judges the rows that came, some at a time, and names the term that removed everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.filtering import culprit

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.tui.filtering import Filter, Term
    from simulator.tui.rows import Row
    from simulator.tui.session import Session

BITE_S = 0.02
"""Seconds one look may take: a long run is searched between two keys, never instead of them."""
LOOKED_BACK = 2_000
"""Newest rows that are asked which term removed everything."""


class Sieve:
    """Shows the rows of a session that a filter lets through.

    Args:
        session: Whose rows.
        actor_of: Returns the actor a row's message belongs to now.
        clock: A monotonic clock in seconds.

    Attributes:
        wanted: The filter in force, ``None`` where everything is shown.
    """

    def __init__(self, session: Session, actor_of: Callable[[Row], str], clock: Callable[[], float]) -> None:
        self.wanted: Filter | None = None
        self._session = session
        self._actor_of = actor_of
        self._clock = clock
        self._judged = 0

    def use(self, wanted: Filter | None) -> None:
        """Put a filter in force, or none; nothing is judged yet."""
        rows = self._session.rows
        self.wanted = wanted
        self._judged = rows.base
        rows.show(None if wanted is None else ())

    def judge(self) -> str:
        """Judge what came since, as far as one bite goes; return how it stands, ``""`` without a filter."""
        wanted, rows = self.wanted, self._session.rows
        if wanted is None:
            return ""
        self._judged = max(self._judged, rows.base)
        if self._judged > rows.next_number:  # the run began anew
            self._judged = rows.base
        deadline = self._clock() + BITE_S
        found: list[int] = []
        while self._judged < rows.next_number:
            if self._passes(wanted, self._judged):
                found.append(self._judged)
            self._judged += 1
            if self._judged % 64 == 0 and self._clock() > deadline:
                break
        rows.show_more(found)
        left = rows.next_number - self._judged
        if left > 500:
            return f"searching, {left:,} to go"
        if not len(rows) and rows.kept:
            term = culprit(wanted.terms, self._leaves_something)
            return f"nothing left: {term.text} removed everything" if term else "nothing left"
        return f"{len(rows):,} of {rows.kept:,}"

    def _passes(self, wanted: Filter, number: int) -> bool:
        row = self._session.rows.get(number)
        return row is not None and wanted.matches(row, lambda: self._session.trace(number), self._actor_of)

    def _leaves_something(self, term: Term) -> bool:
        """Whether the other terms let anything through."""
        if self.wanted is None:
            return True
        rest, rows = self.wanted.without(term), self._session.rows
        newest = range(max(rows.base, rows.next_number - LOOKED_BACK), rows.next_number)
        return any(self._passes(rest, number) for number in newest)
