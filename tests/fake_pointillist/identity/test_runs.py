"""Runs of events with one owner; that they give the right owners is held against the oracle in test_identity."""

from __future__ import annotations

import pytest

from fake_pointillist.identity import ownership
from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.policies import POLICIES
from fake_pointillist.identity.runs import changes

DAY = 86_400_000_000


def test_what_moves_is_the_difference_of_two_divisions():
    """Five events of a, then b; afterwards two of a, one of nobody, two of b: one went to nobody, one to b."""
    before = [(3, "a"), (1, "a"), (1, "b")]
    after = [(2, "a"), (1, None), (2, "b")]
    assert changes(before, after) == {("a", None): 1, ("a", "b"): 1}


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("options", [Options(), Options(lookback_days=10)])
def test_a_claim_asks_for_owners_by_the_run(policy, options, monkeypatch):
    """However many events an id has, a claim on it asks for a handful of owners."""
    identity = Identity(policy, options)
    for day in range(1, 1_001):
        identity.ingest(IdEvent(day, f"m{day}", day * DAY, None, "a", documented=False))
    identity.ingest(IdEvent(1_001, "m1001", 300 * DAY, "u1", "a", documented=True))
    asked = []
    ask = ownership.Ownership._owner

    def counted(self, anon, at, time_us):
        asked.append(at)
        return ask(self, anon, at, time_us)

    monkeypatch.setattr(ownership.Ownership, "_owner", counted)
    identity.ingest(IdEvent(1_002, "m1002", 600 * DAY, "u2", "a", documented=True))
    assert 0 < len(asked) < 20
