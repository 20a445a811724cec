"""A typed client of the fake's ``/_fake`` API (``interface.md`` 3.1), once for plain code and once for asyncio.

::

    with FakeClient("http://127.0.0.1:8765", "my-token") as fake:
        fake.wait(count=4)
        list(fake.actors())

Errors::

    SimulatorError
    ├── UnreachableError   no HTTP answer
    └── FakeApiError       a problem: status and the problem document
"""

from __future__ import annotations

from simulator.fake_client.calls import FakeApiError
from simulator.fake_client.live import AsyncFakeClient
from simulator.fake_client.plain import FakeClient
from simulator.fake_client.rows import ActorCounts, ActorRow, EventCounts, EventRow, Status, Summary

__all__ = [
    "ActorCounts",
    "ActorRow",
    "AsyncFakeClient",
    "EventCounts",
    "EventRow",
    "FakeApiError",
    "FakeClient",
    "Status",
    "Summary",
]
