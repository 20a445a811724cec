from pathlib import Path

import pytest

from simulator.comparing.fixtures import Fixture
from simulator.comparing.verifying import verify
from simulator.reports.cases import lines_of

EVENT = {
    "eventSource": "Segment",
    "eventType": "identify",
    "eventTime": "2000-01-01T00:00:00.000Z",
    "actors": {"customer": {"userId": "u"}},
    "labels": {},
    "numbers": {},
}


@pytest.mark.parametrize(
    ("message", "output", "why"),
    [
        ({"userId": "u"}, {**EVENT, "eventSource": "web"}, "    from a constant by rule eventSource [ours]"),
        (
            {"userId": "u"},
            {**EVENT, "eventTime": "2001-01-01T00:00:00.000Z"},
            "    from the clock by rule timestamp [ours]",
        ),
        ({"userId": "v"}, EVENT, "    from /userId by rule userId [seed]"),
        ({}, EVENT, "    the message was not taken: no_user_anon_id [fact]"),
    ],
)
def test_a_difference_says_where_the_value_came_from(message, output, why):
    """A path of the message, a constant of the mapping, or the clock; or that the whole message was discarded."""
    fixture = Fixture(Path("a.contract.json"), {"type": "identify", **message}, output, {}, None)
    (changed,) = verify(fixture).changed
    assert lines_of(changed)[1] == why
