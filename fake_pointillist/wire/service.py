"""A running fake, apart from how it is reached: its tenants, its limits, and the clock of its streams."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from fake_pointillist.errors import RefusedError
from fake_pointillist.wire.readings import summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_pointillist.tenant import Tenant
    from fake_pointillist.tenants import Tenants
    from fake_pointillist.wire.answers import SummaryJson


class Service:
    """What every route can reach.

    Args:
        tenants: Every tenant.
        max_body: Bytes of a request body, decompressed.
        max_streams: Live streams and waits open at once.
        monotonic: Seconds of a clock that never goes back.

    Attributes:
        closing: Set once the server stops: streams end, waits give up.
        streams: Live streams and waits open now.
    """

    def __init__(
        self,
        tenants: Tenants,
        *,
        max_body: int,
        max_streams: int = 256,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.tenants = tenants
        self.max_body = max_body
        self.max_streams = max_streams
        self.closing = False
        self.streams = 0
        self.monotonic = monotonic
        self._began = monotonic()

    @property
    def uptime(self) -> float:
        """Seconds since the start."""
        return self.monotonic() - self._began

    def close(self) -> None:
        """End streams and waits."""
        self.closing = True
        self.tenants.close()

    def open_stream(self) -> None:
        """Count one more long answer in; :meth:`close_stream` counts it out.

        Raises:
            RefusedError: 503 when too many are open.
        """
        if self.streams >= self.max_streams:
            raise RefusedError(503, f"{self.max_streams} streams and waits are open already; close one")
        self.streams += 1

    def close_stream(self) -> None:
        """Count one long answer out."""
        self.streams -= 1

    async def wait(self, tenant: Tenant, count: int, event_type: str | None, status: str, patience: float) -> bool:
        """Wait until a tenant has ``count`` events; say whether it has.

        Args:
            tenant: Whose.
            count: How many.
            event_type: Only events of this type; ``None`` for all.
            status: ``accepted`` or ``refused``.
            patience: Seconds at most.

        Raises:
            RefusedError: The server stops.
            StoreError: What came meanwhile could not be stored.
        """
        until = self.monotonic() + patience
        while True:
            with tenant.bell.listening() as rung:
                await self.tenants.settled(tenant)
                if tenant.count(status, event_type) >= count:
                    return True
                if self.closing:
                    raise RefusedError(503, "the server stops")
                left = until - self.monotonic()
                if left <= 0:
                    return False
                await asyncio.wait((rung,), timeout=left)

    async def summary(self, tenant: Tenant) -> SummaryJson:
        """Return a tenant's figures, once all they count is settled."""
        await self.tenants.settled(tenant)
        with self.tenants.lock:
            return summary(tenant)


def product_version() -> str:
    """Return the version of the installed product, ``0`` from a bare checkout."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - dear, and the start counts

    try:
        return version("pointillist-simulator")
    except PackageNotFoundError:
        return "0"
