"""Rows of the merge log, put together."""

from __future__ import annotations

import pytest

from fake_pointillist.identity.attribution import IdEvent, Move
from fake_pointillist.identity.moves import net

EVENT = IdEvent(9, "m9", 9_000_000, None, "a", documented=False)


def a_move(anonymous_id, old, new, count):
    """A move without a cause."""
    return Move(anonymous_id, old, new, count, None, None, documented=False)


def test_there_and_back_is_no_move():
    """What returns to where it was is not told of; what goes on by way of another actor is one row."""
    moves = [
        a_move("a", "user:u", "anon:a", 5),
        a_move("a", "anon:a", "user:u", 5),
        a_move("b", "user:u", "anon:b", 3),
        a_move("b", "anon:b", "user:v", 3),
    ]
    assert net(moves, EVENT) == [Move("b", "user:u", "user:v", 3, "m9", 9_000_000, documented=False, is_joined=True)]


def test_each_actor_ends_with_the_balance_of_its_moves():
    """Two who give and two who get are paired; without an event, nothing caused it."""
    moves = [a_move("a", "user:u", "user:x", 5), a_move("a", "user:v", "user:w", 2), a_move("a", "user:x", "user:w", 1)]
    assert sorted(net(moves, None)) == sorted(
        [a_move("a", "user:v", "user:x", 2), a_move("a", "user:u", "user:x", 2), a_move("a", "user:u", "user:w", 3)]
    )


@pytest.mark.parametrize(
    ("from_", "to", "documented", "is_joined", "basis"),
    [
        ("anon:a", "user:u", True, False, "seed"),
        ("anon:a", "user:u", False, False, "inferred"),
        ("anon:a", "user:u", True, True, "ours"),  # the identify names an email that a shares events with
        ("anon:a", "id:email:e", True, False, "ours"),
        ("id:email:e", "user:u", True, False, "ours"),
        ("user:v", "user:u", True, False, "ours"),
    ],
)
def test_the_page_promises_only_an_identify_that_names_the_anonymous_id(from_, to, documented, is_joined, basis):
    """A move rests on the Segment page only where events of an anonymousId become the user's who identifies with it."""
    assert Move("a", from_, to, 1, "m9", 9_000_000, documented, is_joined).basis == basis


def test_an_unlink_rests_on_nothing_public():
    """Taking a claim back is ours."""
    assert Move("a", "user:u", "anon:a", 1, None, None, documented=False).basis == "ours"
