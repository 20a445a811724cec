"""Faults on demand: triggers and effects."""

from __future__ import annotations

from fake_pointillist.faults import Effect, Faults

DOWN = Effect(status=503)


def strikes(faults, n):
    """Say of each of the next n requests whether it is struck."""
    return [faults.strike() is not None for _ in range(n)]


def test_next_strikes_so_many_and_is_gone():
    """``next`` strikes the next n requests and then stands no more."""
    faults = Faults()
    faults.add(DOWN, next_=2)
    assert strikes(faults, 4) == [True, True, False, False]
    assert faults.to_json() == []


def test_every_strikes_each_nth():
    """``every`` strikes each n-th request, for ever."""
    faults = Faults()
    faults.add(DOWN, every=3)
    assert strikes(faults, 7) == [False, False, True, False, False, True, False]
    assert faults.to_json() == [{"number": 1, "every": 3, "status": 503, "struck": 2}]


def test_rate_is_seeded():
    """Chance gives the same requests for the same seed, and about its share of them."""
    runs = []
    for seed in (1, 1, 2):
        faults = Faults()
        faults.add(DOWN, rate=0.25, seed=seed)
        runs.append(strikes(faults, 4_000))
    assert runs[0] == runs[1] != runs[2]
    assert 800 < sum(runs[0]) < 1_200


def test_effects_combine():
    """Delays add up; the first fault that answers or cuts decides."""
    faults = Faults()
    faults.add(Effect(latency_ms=100), every=1)
    faults.add(Effect(status=429, retry_after=2, latency_ms=5), every=1)
    faults.add(Effect(drop="after"), every=1)
    assert faults.strike() == Effect(status=429, retry_after=2, latency_ms=105)


def test_clear():
    """Nothing strikes after all were taken away."""
    faults = Faults()
    faults.add(DOWN, every=1)
    faults.clear()
    assert strikes(faults, 2) == [False, False]
    assert not faults
