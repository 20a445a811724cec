"""Which ids identify nobody."""

from __future__ import annotations

import pytest

from fake_pointillist.identity.blocked import BLOCKED_WORDS, blocker, is_blocked


@pytest.mark.parametrize("word", sorted(BLOCKED_WORDS))
def test_every_word_is_blocked_in_any_dress(word):
    """A word is blocked in capitals, between blanks, and in one pair of quotes."""
    assert all(map(is_blocked, (word, word.upper(), f"  {word}\t", f'"{word}"', f"'{word}'")))


@pytest.mark.parametrize("value", ["", " ", "\u00a0", '""', "0", "0000", "-", "00000000-0000-0000-0000-000000000000"])
def test_blanks_and_zeros_are_blocked(value):
    """Blank values, zeros and the nil UUID are no identifiers."""
    assert is_blocked(value)


@pytest.mark.parametrize("value", ["nullable", "guest1", "10", "-2", "\"'null'\"", "anonymous-7", "no", "0x0"])
def test_what_only_looks_like_it_is_an_id(value):
    """A word inside a longer id, other numbers, and two pairs of quotes are ids."""
    assert not is_blocked(value)


def test_a_list_of_ones_own_replaces_the_words():
    """With another list only its words are blocked, and blanks and zeros still are."""
    blocked = blocker(["Kiosk"])
    assert blocked("kiosk")
    assert blocked("0")
    assert not blocked("guest")
