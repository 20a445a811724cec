"""What ``--keep`` lets go of, and how much of it at once."""

from __future__ import annotations

from itertools import pairwise

from fake_pointillist.identity.engine import Identity
from fake_pointillist.keeping import Keeping
from fake_pointillist.storage.store import seq_of


def trims(keeping, seqs):
    """Return the (first, last) of every trim while events of these ``seq`` come in."""
    identity = Identity()
    asked = [keeping.drop(seq, identity) for seq in seqs]
    return [(seq_of(first), seq_of(last)) for writes in asked if writes for first, last in [writes[0][1]]]


def test_little_is_trimmed_often():
    """Rows below the floor wait until there are some, are trimmed without a gap, and never wait for long."""
    keeping = Keeping(1, 1_000)
    found = trims(keeping, range(1, 3_001))
    assert found[:2] == [(1, 126), (127, 252)]
    assert all(before[1] + 1 == after[0] for before, after in pairwise(found))
    assert keeping.floor(3_000) - keeping.trimmed <= 125


def test_what_a_larger_run_left_is_trimmed_in_steps():
    """Restarted to keep ten of 5,000, no event waits for more than 512 rows; in the end all are gone but the newest."""
    keeping = Keeping(1, 10)
    found = trims(keeping, range(5_000, 6_000))
    assert found[0] == (1, 512)
    assert max(last - first + 1 for first, last in found) == 512
    assert keeping.floor(5_999) - keeping.trimmed <= 64


def test_all_is_kept_but_what_an_earlier_run_dropped():
    """Without a number nothing is let go of; the floor is what is gone already."""
    keeping = Keeping(1, None)
    assert (trims(keeping, range(1, 1_000)), keeping.floor(999)) == ([], 0)
    keeping.trimmed = 40
    assert (trims(keeping, range(1_000, 2_000)), keeping.floor(1_999)) == ([], 40)
