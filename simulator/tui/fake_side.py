"""What the UI asks the fake: over HTTP, as any client would, off the event loop."""

from __future__ import annotations

import asyncio
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.fake_client import FakeClient
from simulator.tui.happenings import Happening, id_event

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = 1_000
"""Events fetched at once; a long story arrives in several looks."""


class News(NamedTuple):
    """What is new.

    Attributes:
        rows: Events as ``/_fake/events`` lists them.
        anew: Nothing of what was read before is there any more; ``rows`` begin with the first event.
    """

    rows: list[dict[str, Any]]
    anew: bool


class _Mark(NamedTuple):
    """By what an event is known again: a server started anew counts from 1 again too."""

    seq: int
    event_id: str
    received_at: str


def _mark(row: dict[str, Any]) -> _Mark:
    return _Mark(row["seq"], str(row.get("eventId", "")), str(row.get("receivedAt", "")))


class FakeSide:
    """The ``/_fake`` API of one tenant.

    Args:
        url: The fake's base URL.
        token: The tenant.
    """

    def __init__(self, url: str, token: str) -> None:
        self.client = FakeClient(url, token, timeout=5.0)
        self._last: _Mark | None = None

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    async def new_events(self, status: str | None = None) -> News:
        """Return the events that came since the last call, oldest first, a page at most.

        The last one seen is asked for again: where it is no longer what it was, the tenant was reset or the server was
        started anew without its store, and everything is read from the beginning.
        """
        return await asyncio.to_thread(self._new_events, status)

    async def happenings(self) -> tuple[list[Happening], bool]:
        """Return the accepted events that came since, as identity reads them, and whether they begin anew."""
        news = await self.new_events("accepted")
        return [id_event(row["seq"], row) for row in news.rows], news.anew

    def _new_events(self, status: str | None) -> News:
        last = self._last
        rows = self._fetch(status, None if last is None else last.seq - 1)
        if last is None:
            return self._seen(News(rows, False))
        if rows and rows[0]["seq"] == last.seq and _mark(rows[0]) == last:
            return self._seen(News(rows[1:], False))
        # Not there: gone with --keep, which leaves newer ones of whatever status; or everything is.
        newer = rows[0]["seq"] > last.seq if rows else bool(self._fetch(None, last.seq - 1, most=1))
        if newer:
            return self._seen(News(rows, False))
        self._last = None
        return self._seen(News(self._fetch(status, None), True))

    def _fetch(self, status: str | None, after: int | None, most: int = PAGE) -> list[dict[str, Any]]:
        rows = self.client.events(status=status, after=after, limit=most)  # type: ignore[arg-type]
        return [dict(row) for row in islice(rows, most)]

    def _seen(self, news: News) -> News:
        if news.rows:
            self._last = _mark(news.rows[-1])
        return news

    def restart(self) -> None:
        """Read from the first event again (the tenant was reset from here)."""
        self._last = None

    async def ask(self, question: Callable[[FakeClient], Any]) -> Any:
        """Ask the fake something, off the event loop.

        Raises:
            UnreachableError: No HTTP answer.
            FakeApiError: The fake answered with a problem.
        """
        return await asyncio.to_thread(question, self.client)
