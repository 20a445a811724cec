"""Rows of the merge log, put together."""

from __future__ import annotations

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
    assert net(moves, EVENT) == [Move("b", "user:u", "user:v", 3, "m9", 9_000_000, documented=False)]


def test_each_actor_ends_with_the_balance_of_its_moves():
    """Two who give and two who get are paired; without an event, nothing caused it."""
    moves = [a_move("a", "user:u", "user:x", 5), a_move("a", "user:v", "user:w", 2), a_move("a", "user:x", "user:w", 1)]
    assert sorted(net(moves, None)) == sorted(
        [a_move("a", "user:v", "user:x", 2), a_move("a", "user:u", "user:x", 2), a_move("a", "user:u", "user:w", 3)]
    )
