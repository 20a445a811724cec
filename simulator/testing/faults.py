"""Faults on demand, as a test asks for them: ``fake_pointillist.faults.next(2, status=503)``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.fake_client import FakeClient


class Faults:
    """Faults on demand, for this tenant: ``faults.next(2, status=503, retry_after=1)``."""

    def __init__(self, client: FakeClient) -> None:
        self._client = client

    def next(self, count: int = 1, **fault: Any) -> None:
        """Break the next ``count`` posts: ``status``, ``retry_after``, ``latency_ms``, ``drop`` ("before", "after")."""
        self._client.add_fault(next=count, **fault)

    def every(self, nth: int, **fault: Any) -> None:
        """Break every ``nth`` post."""
        self._client.add_fault(every=nth, **fault)

    def rate(self, share: float, **fault: Any) -> None:
        """Break a share of the posts, 0 to 1."""
        self._client.add_fault(rate=share, **fault)

    def clear(self) -> None:
        """Take all faults back."""
        self._client.clear_faults()
