"""Parts made in one process."""

import pytest

from simulator.errors import InputError
from simulator.parallel.making import made_here
from simulator.segment.admission import Admission
from simulator.segment.message import Received

SENT = [
    {"type": "track", "event": "Viewed", "userId": "u", "messageId": "m1", "properties": {"size": 1, "Plan": " "}},
    {"type": "page", "userId": "u"},
    {"type": "track", "event": "viewed", "userId": "u", "messageId": "m2", "properties": {"size": "1", "plan": "x"}},
    {"type": "track", "event": "Viewed", "userId": "u", "messageId": "m1"},
    {"type": "identify", "userId": "u", "traits": {"email": "a@b.c"}},
    {"type": "identify", "userId": "v", "traits": {"email": "a@b.c"}},
]
RECEIVED = [Received(index, message, f"f:{index + 1}") for index, message in enumerate([*SENT, *SENT])]


def made(start, received, **options):
    """The parts of received messages."""
    return made_here(received, start(), Admission(lambda: 0), **options)


@pytest.mark.parametrize("at_once", [1, 2, 5, 1_024])
def test_parts_add_up_to_the_same_whatever_their_size(command, at_once):
    """Order, duplicates, what only shows across messages."""
    start, added = command
    whole = added(made(start, RECEIVED))
    assert added(made(start, RECEIVED, at_once=at_once)) == whole


def test_a_stream_is_given_as_it_comes(command):
    """With one message a part, nothing waits for the next."""

    def endless():
        yield from RECEIVED
        raise AssertionError("read ahead")

    parts = made(command[0], endless(), at_once=1)
    assert [next(parts).messages for _ in RECEIVED] == [1] * len(RECEIVED)


def test_what_came_before_a_broken_line_is_not_lost(command):
    """Where reading fails, the part before it comes first, then the error."""

    def broken():
        yield from RECEIVED[:2]
        raise InputError("f:3", "not JSON")

    parts = made(command[0], broken())
    assert next(parts).messages == 2
    with pytest.raises(InputError, match="f:3: not JSON"):
        next(parts)
