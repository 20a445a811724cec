from __future__ import annotations

import pytest

from simulator.generator.pacing import paced


class Clock:
    """A clock that moves only when somebody waits."""

    def __init__(self):
        self.now, self.waits = 100.0, []

    def __call__(self):
        """Return the time."""
        return self.now

    def wait(self, seconds):
        """Let time pass."""
        self.waits.append(round(seconds, 6))
        self.now += seconds


MESSAGES = [(1_000, {"n": 1}), (1_500, {"n": 2}), (4_000, {"n": 3})]


@pytest.mark.parametrize(
    ("rate", "speed", "waits"),
    [(None, None, []), (4, None, [0.25, 0.25]), (None, 1, [0.5, 2.5]), (None, 10, [0.05, 0.25])],
)
def test_messages_come_at_their_moment(rate, speed, waits):
    """At a rate they are evenly apart, at a speed as far apart as in simulated time, and without either at once."""
    clock = Clock()
    made = list(paced(iter(MESSAGES), rate=rate, speed=speed, clock=clock, wait=clock.wait))
    assert [message["n"] for message in made] == [1, 2, 3]
    assert clock.waits == waits


def test_a_slow_reader_is_not_punished():
    """Who falls behind gets the next messages at once until they have caught up."""
    clock = Clock()
    stream = paced(iter(MESSAGES), rate=1, speed=None, clock=clock, wait=clock.wait)
    next(stream)
    clock.now += 1.6
    next(stream)
    next(stream)
    assert clock.waits == [0.4]


def test_a_moment_years_away_is_waited_for_in_turns():
    """No system sleeps for centuries at once, which was a traceback; the clock is looked at again each hour."""
    clock = Clock()
    made = paced(iter(MESSAGES), rate=1 / 9_000, speed=None, clock=clock, wait=clock.wait)
    assert [next(made)["n"], next(made)["n"], clock.waits] == [1, 2, [3_600, 3_600, 1_800]]
