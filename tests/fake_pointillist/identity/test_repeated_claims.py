"""Which of repeated claims may be forgotten."""

from __future__ import annotations

import random

from fake_pointillist.identity.attribution import IdEvent
from fake_pointillist.identity.repeated_claims import RepeatedClaims


def claim(seq, time_us, *, user="u", documented=False):
    """Return a claim on the anonymousId ``a``."""
    return IdEvent(seq, f"m{seq}", time_us, user, "a", documented)


def test_the_first_and_the_last_stay_by_arrival_and_by_time():
    """Whatever lies between the ends goes, as soon as it lies between them."""
    repeated = RepeatedClaims()
    assert repeated.superfluous([claim(1, 50), claim(2, 90), claim(3, 10)]) == []
    assert repeated.superfluous([claim(4, 60)]) == []
    assert repeated.superfluous([claim(5, 70), claim(6, 95)]) == [4, 2, 5]


def test_each_kind_has_its_own_ends():
    """Another user's claims, and identifies, are not repetitions of a track's."""
    repeated = RepeatedClaims()
    claims = [claim(1, 1), claim(2, 2, user="v"), claim(3, 3, documented=True), claim(4, 4), claim(5, 5, user="v")]
    assert repeated.superfluous(claims) == []


def test_however_many_come_four_stay():
    """What is kept of one kind is bounded, and holds the ends of all."""
    dice = random.Random(1)
    claims = [claim(seq, dice.randrange(10_000)) for seq in range(1, 2_001)]
    repeated = RepeatedClaims()
    forgotten = {seq for start in range(0, 2_000, 7) for seq in repeated.superfluous(claims[start : start + 7])}
    kept = [one for one in claims if one.seq not in forgotten]
    in_time = sorted(claims, key=lambda one: (one.time_us, one.seq))
    assert {one.seq for one in kept} == {1, 2_000, in_time[0].seq, in_time[-1].seq}
