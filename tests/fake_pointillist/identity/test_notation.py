"""How identifiers are written: every one in a way of its own, from which it comes back as it was sent."""

import pytest

from fake_pointillist.identity.notation import actor_id, anon_id, anon_plain, other_id, parted

ANON_IDS = ["7f3a", "anon:7f3a", "id:email:x", "anon:id:email:x", "anon:anon:id:email:x", "id:", "", "user:u"]
OTHERS = [("email", "x"), ("a:b", "c"), ("a", "b:c"), ("a%3Ab", "c")]


def test_no_two_are_written_alike():
    """An anonymousId that reads like another identifier is neither it nor one of another spelling."""
    written = [*map(anon_id, ANON_IDS), *(other_id(*one) for one in OTHERS)]
    assert len(set(written)) == len(written)
    assert anon_id("7f3a") == "7f3a"


@pytest.mark.parametrize("plain", ANON_IDS)
def test_an_anonymous_id_comes_back(plain):
    """From how claims name it, and from the name of its actor."""
    assert anon_plain(anon_id(plain)) == plain
    assert actor_id(f"anon:{plain}") == anon_id(plain)
    assert parted(anon_id(plain)) is None


@pytest.mark.parametrize("one", OTHERS)
def test_another_identifier_comes_back(one):
    """Its name may hold a colon."""
    assert parted(other_id(*one)) == one
    assert actor_id(other_id(*one)) == other_id(*one)
