"""The shop's tracking, pointed at the simulator."""

from __future__ import annotations

from pathlib import Path

import pytest
from segment.analytics.client import Client
from shop.tracking import Tracking

import simulator
from simulator.cli.settings import project_severities
from simulator.reports import render

PLAN = str(Path(__file__).parent.parent / "plan.json")


@pytest.fixture
def tracking(segment_source):
    """The real tracking code with the real SDK; its messages go to a fake Pointillist."""
    client = Client(segment_source.write_key, host=segment_source.host, sync_mode=True, timeout=10)
    return Tracking(client)


@pytest.fixture
def contract(segment_source):
    """Checks every message a test has sent against the plan and both sides' contracts."""

    def check():
        sent = [trace.received.payload for trace in segment_source.flush()]
        report = simulator.check(sent, plans=[PLAN], severities=project_severities())
        assert report.passed, "\n" + render(report, "text")
        return report

    return check
