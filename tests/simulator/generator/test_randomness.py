from __future__ import annotations

import uuid
from collections import Counter
from statistics import mean, pstdev

from hypothesis import given
from hypothesis import strategies as st

from simulator.generator.randomness import Table, between, exponential, normal, one_of, stream, token, uuid4


@given(st.integers())
def test_uuids_are_version_4(seed):
    """Every uuid made is a version 4 UUID in its canonical text."""
    text = uuid4(stream(seed))
    parsed = uuid.UUID(text)
    assert str(parsed) == text
    assert (parsed.version, parsed.variant) == (4, uuid.RFC_4122)


def test_streams_are_fixed_by_seed_and_name():
    """A stream depends on its seed and its name alone, and an integer seed is the same as its text."""
    assert uuid4(stream(42, "person", 7)) == uuid4(stream("42", "person", 7)) == "15e616aa-01c5-4845-81d3-36f7aaa6e526"
    assert uuid4(stream(42, "person", 8)) != uuid4(stream(42, "person", 7))


@given(st.integers(-100, 100), st.integers(0, 50), st.integers())
def test_whole_numbers_stay_between_their_ends(low, width, seed):
    """A number drawn between two others is a whole one and not outside."""
    assert low <= between(stream(seed), low, low + width) <= low + width


def test_tables_draw_by_weight():
    """Values come up as often as their weights say, and one of weight 0 never."""
    table = Table([("a", 6), ("b", 3), ("never", 0), ("c", 1)])
    rng = stream(1)
    counts = Counter(table.draw(rng) for _ in range(20_000))
    assert set(counts) == {"a", "b", "c"}
    assert abs(counts["a"] / 20_000 - 0.6) < 0.02
    assert abs(counts["c"] / 20_000 - 0.1) < 0.01


def test_waiting_times_and_normal_numbers_have_their_moments():
    """Exponential waits have the mean asked for, normal numbers mean 0 and deviation 1."""
    rng = stream(1)
    assert abs(mean(exponential(rng, 5) for _ in range(20_000)) - 5) < 0.15
    sample = [normal(rng) for _ in range(20_000)]
    assert abs(mean(sample)) < 0.03
    assert abs(pstdev(sample) - 1) < 0.03


def test_tokens_have_the_length_asked_for():
    """A token has as many hexadecimal digits as asked for, leading zeros included."""
    rng = stream(1)
    assert {len(token(rng, 7)) for _ in range(500)} == {7}
    assert one_of(rng, ("only",)) == "only"
