"""What the UI asks the fake: over HTTP, as any client would, off the event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from simulator.fake_client import FakeClient
from simulator.tui.happenings import Happening, id_event

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = 1_000
"""Events fetched at once; a long story arrives in several looks."""


class FakeSide:
    """The ``/_fake`` API of one tenant.

    Args:
        url: The fake's base URL.
        token: The tenant.
    """

    def __init__(self, url: str, token: str) -> None:
        self.client = FakeClient(url, token, timeout=5.0)
        self._after: int | None = None

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    async def new_events(self, status: str | None = None) -> list[dict[str, Any]]:
        """Return the events that came since the last call, oldest first, a page at most."""

        def fetch() -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            for row in self.client.events(status=status, after=self._after, limit=PAGE):  # type: ignore[arg-type]
                found.append(dict(row))
                if len(found) == PAGE:
                    break
            return found

        rows = await asyncio.to_thread(fetch)
        if rows:
            self._after = rows[-1]["seq"]
        return rows

    async def happenings(self) -> list[Happening]:
        """Return the accepted events that came since the last call, as identity reads them."""
        return [id_event(row["seq"], row) for row in await self.new_events("accepted")]

    def restart(self) -> None:
        """Read from the first event again (the tenant was reset)."""
        self._after = None

    async def ask(self, question: Callable[[FakeClient], Any]) -> Any:
        """Ask the fake something, off the event loop.

        Raises:
            UnreachableError: No HTTP answer.
            FakeApiError: The fake answered with a problem.
        """
        return await asyncio.to_thread(question, self.client)
