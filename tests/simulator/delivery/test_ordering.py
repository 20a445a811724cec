"""Order per actor as a pure structure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.delivery.ordering import Lines

KEYS = st.sets(st.sampled_from(["user a", "user b", "anon a", "anon b", "anon c"]), max_size=2)


class Job:
    """A job is told from another by its identity alone."""

    def __init__(self, number, keys):
        self.number = number
        self.keys = keys


def test_jobs_of_other_keys_do_not_wait():
    """Only a shared key makes a job wait."""
    lines = Lines()
    assert lines.enter(Job(1, {"a"}), {"a"})
    assert lines.enter(Job(2, {"b"}), {"b"})
    assert lines.enter(Job(3, ()), ())
    assert not lines.enter(Job(4, {"a", "b"}), {"a", "b"})


def test_a_job_with_both_ids_waits_for_both_and_holds_both():
    """An identify waits for the tracks of either id, and later tracks of either wait for it."""
    lines = Lines()
    anonymous, known, identify, late = Job(1, ()), Job(2, ()), Job(3, ()), Job(4, ())
    assert lines.enter(anonymous, ["anon"])
    assert lines.enter(known, ["user"])
    assert not lines.enter(identify, ["user", "anon"])
    assert not lines.enter(late, ["anon"])
    assert lines.leave(anonymous) == []
    assert lines.leave(known) == [identify]
    assert lines.leave(identify) == [late]
    assert lines.leave(late) == []
    assert len(lines) == 0


def test_a_job_cannot_leave_before_its_turn():
    """Leaving out of turn is a defect of the caller's."""
    lines = Lines()
    first, second = Job(1, ()), Job(2, ())
    lines.enter(first, ["a"])
    lines.enter(second, ["a"])
    with pytest.raises(ValueError, match="before its turn"):
        lines.leave(second)
    with pytest.raises(ValueError, match="already"):
        lines.enter(first, ["a"])


@given(st.lists(KEYS, max_size=40), st.randoms(use_true_random=False))
def test_any_schedule_keeps_the_order_and_starves_nobody(all_keys, random):
    """Whatever finishes first, every job goes once, and jobs that share a key go in the order they came."""
    lines, ready, gone = Lines(), [], []
    for number, keys in enumerate(all_keys):
        job = Job(number, keys)
        if lines.enter(job, keys):
            ready.append(job)
        if ready and random.random() < 0.5:
            gone.append(ready.pop(random.randrange(len(ready))))
            ready += lines.leave(gone[-1])
    while ready:
        gone.append(ready.pop(random.randrange(len(ready))))
        ready += lines.leave(gone[-1])
    assert sorted(job.number for job in gone) == list(range(len(all_keys)))
    for key in ("user a", "user b", "anon a", "anon b", "anon c"):
        numbers = [job.number for job in gone if key in job.keys]
        assert numbers == sorted(numbers)
    assert len(lines) == 0
    assert lines._lines == {}
