"""The shop's tracking, pointed at the simulator."""

from __future__ import annotations

import pytest
from segment.analytics.client import Client
from shop.tracking import Tracking


@pytest.fixture
def tracking(segment_source):
    """The real tracking code with the real SDK; its messages go to a fake Pointillist."""
    client = Client(segment_source.write_key, host=segment_source.host, sync_mode=True, timeout=10)
    return Tracking(client)
