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
        self._session = session
        self._actor_of = actor_of
        self._clock = clock
        self.use(None)

    def use(self, wanted: Filter | None) -> None:
        """Put a filter in force, or none; nothing is judged yet."""
        rows = self._session.rows
        self.wanted = wanted
        self._judged = self._sure = rows.base
        self._again = range(0)
        self._blamed: tuple[int, str] | None = None
        rows.show(None if wanted is None else ())

    def doubt(self, *, everything: bool) -> None:
        """Judge rows again where the filter asks for actors, and events may have got another one since.

        Args:
            everything: Every row, since events moved; else those judged since the last call, whose actors were not
                known then.
        """
        if self.wanted is None or not self.wanted.asks("actor"):
            return
        start = self._session.rows.base if everything else self._sure
        self._again = range(min(start, self._again.start) if self._again else start, self._judged)
        self._sure = self._judged

    def judge(self) -> str:
        """Judge what came or changed, as far as one bite goes; return how it stands, ``""`` without a filter."""
        wanted, rows = self.wanted, self._session.rows
        changed, self._session.changed = self._session.changed, set()
        if wanted is None:
            return ""
        self._judged = max(self._judged, rows.base)
        if self._judged > rows.next_number:  # the run began anew
            self._judged = self._sure = rows.base
            self._again = range(0)
        deadline = self._clock() + BITE_S
        for number in changed:
            if number < self._judged:
                rows.mark(number, shown=self._passes(wanted, number))
        found: list[int] = []
        while self._judged < rows.next_number:
            if self._passes(wanted, self._judged):
                found.append(self._judged)
            self._judged += 1
            if self._judged % 64 == 0 and self._clock() > deadline:
                break
        rows.show_more(found)
        while self._again and (self._again.start % 64 or self._clock() <= deadline):
            rows.mark(self._again.start, shown=self._passes(wanted, self._again.start))
            self._again = self._again[1:]
        left = rows.next_number - self._judged + len(self._again)
        if left > 500:
            return f"searching, {left:,} to go"
        if not len(rows) and rows.kept:
            return self._blame(wanted)
        return f"{len(rows):,} of {rows.kept:,}"

    def _passes(self, wanted: Filter, number: int) -> bool:
        row = self._session.rows.get(number)
        return row is not None and wanted.matches(row, lambda: self._session.trace(number), self._actor_of)

    def _blame(self, wanted: Filter) -> str:
        """Name the term that removed everything; asked anew only after many more rows, since it takes long."""
        if self._blamed is None or self._judged - self._blamed[0] >= LOOKED_BACK:
            term = culprit(wanted.terms, self._leaves_something)
            text = f"nothing left: {term.text} removed everything" if term else "nothing left"
            self._blamed = (self._judged, text)
        return self._blamed[1]

    def _leaves_something(self, term: Term) -> bool:
        """Whether the other terms let anything through."""
        if self.wanted is None:
            return True
        rest, rows = self.wanted.without(term), self._session.rows
        newest = range(max(rows.base, rows.next_number - LOOKED_BACK), rows.next_number)
        return any(self._passes(rest, number) for number in newest)
