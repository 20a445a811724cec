"""The public names as a user's type checker sees them: no test runs this, mypy reads it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_type

import contracts
import simulator
from fake_pointillist import FakePointillist
from simulator.checking.findings import Report
from simulator.stitching.views.as_json import Stitched
from simulator.testing.source import SegmentSource
from simulator.testing.tenant import FakeTenant

MESSAGES: list[dict[str, Any]] = [{"type": "track", "event": "Order Completed", "userId": "u_42"}]

assert_type(simulator.generate(10, "seed", bad=0.1), Iterator[dict[str, Any]])
assert_type(
    simulator.transform(MESSAGES, mapping=Path("shop.toml"), now="2026-03-02T09:00:00Z"), Iterator[dict[str, Any]]
)
assert_type(simulator.check(MESSAGES, plans=[Path("plan.json")]), Report)
assert_type(simulator.check(MESSAGES).passed, bool)
assert_type(simulator.stitch(MESSAGES, policy="graph", unlink=[("u_42", "7f3a")]), Stitched)
assert_type(contracts.load("segment/track"), dict[str, Any])

with FakePointillist(port=0) as server:
    assert_type(server, FakePointillist)
    assert_type(server.url, str)


def test_of_a_user(fake_pointillist: FakeTenant, segment_source: SegmentSource) -> None:
    """The fixtures, annotated."""
    assert_type(segment_source.host, str)
    assert_type(fake_pointillist.url, str)
    fake_pointillist.assert_event("Order Completed", labels={"currency": "USD"}, numbers={"revenue": 25.5})
