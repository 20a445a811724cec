"""The table of ``stitch``: whole ids for pipes, lines that fit for terminals."""

from __future__ import annotations

import uuid
from random import Random

import pytest

from simulator.segment.admission import Admission
from simulator.segment.message import Received
from simulator.stitching.stitch import Stitching
from simulator.stitching.views.as_table import table
from simulator.text import cells


@pytest.fixture(scope="module")
def stitching():
    """Six users with UUIDs, six devices each, every device anonymous first and linked by a track."""
    dice = Random(4)

    def fresh():
        return str(uuid.UUID(int=dice.getrandbits(128), version=4))

    messages = []
    for _ in range(6):
        user = fresh()
        for _ in range(6):
            row = {"type": "track", "event": "Opened", "anonymousId": fresh(), "timestamp": "2026-03-02T10:00:00Z"}
            messages += [row | {"messageId": fresh()}, row | {"messageId": fresh(), "userId": user}]
    found = Stitching("graph")
    found.feed((Received(index, message) for index, message in enumerate(messages)), Admission(lambda: 0))
    found.finish()
    return found


@pytest.mark.parametrize("width", [80, 100, 120])
def test_every_line_fits_the_terminal(stitching, width):
    """With UUIDs in every column no line is wider than the terminal, and what is left out is counted."""
    lines = list(table(stitching, width))
    assert [line for line in lines if cells(line) > width] == []
    assert all(" more]" in line for line in lines if line.startswith("●"))


def test_a_pipe_gets_whole_ids(stitching):
    """Without a width, a UUID stands as it is, four of a user's six."""
    actor = next(line for line in table(stitching) if line.startswith("●"))
    assert "…" not in actor
    assert actor.endswith(", and 2 more]")
