"""The generator's messages at a rate."""

from __future__ import annotations

import threading

from simulator.tui.engine import Recipe
from simulator.tui.pacing import Pacer

RECIPE = Recipe(people=5, stop_after=3, rate=10_000, bad=0.0)


def _pacer(send=lambda _: None, *, running=False, room=lambda: True, recipe=RECIPE):
    return Pacer(recipe, running=running, send=send, room=room)


def test_it_sends_the_whole_stream_and_stops_by_itself():
    """Three messages asked for, three sent, and then it is idle."""
    sent, done = [], threading.Event()

    def send(payloads):
        sent.extend(payloads)
        if len(sent) == 3:
            done.set()

    pacer = _pacer(send, running=True)
    pacer.start()
    assert done.wait(20)
    pacer.stop()
    assert (len(sent), pacer.generated, pacer.problem) == (3, 3, None)
    assert pacer.take(1) == []
    assert not pacer.running


def test_the_same_recipe_from_its_beginning_is_the_same_messages():
    """A restart counts anew and makes the same bytes; a change without one goes on."""
    pacer = _pacer()
    first = pacer.take(2)
    pacer.set_recipe(RECIPE, restart=True)
    assert pacer.generated == 0
    assert pacer.take(2) == first
    pacer.set_recipe(RECIPE, restart=False)
    assert pacer.generated == 2


def test_what_stops_it_is_told():
    """A receiver that has gone away pauses the generator and leaves its reason; a restart takes it back."""
    failed = threading.Event()

    def send(_):
        failed.set()
        raise RuntimeError("the gateway is closed")

    pacer = _pacer(send, running=True)
    pacer.start()
    assert failed.wait(20)
    pacer.stop()
    assert (pacer.running, pacer.problem) == (False, "the gateway is closed")
    pacer.set_recipe(RECIPE, restart=True)
    assert pacer.problem is None
