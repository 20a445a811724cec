"""Drawn lines that go when nobody shows them."""

import gc
import weakref

import pytest
from rich.segment import Segment
from textual.strip import Strip

from simulator.tui.drawn import Drawn


def parts(strip):
    """Return what a screen asks of a line, as text."""
    crops = ((0, 10), (0, 12), (2, 6), (0, 4))
    cuts = ((10,), (10, 20), (4, 10), (3, 7))
    return [strip.crop_extend(*crop, None).text for crop in crops] + [
        [part.text for part in strip.divide(cut)] for cut in cuts
    ]


def test_it_is_cut_as_any_strip():
    """Cropped and divided it gives the same text."""
    segments = [Segment("hello "), Segment("wörl")]
    assert parts(Drawn(segments, 10)) == parts(Strip(segments, 10))


class Watched(Drawn):
    """One that can be watched."""

    __slots__ = ("__weakref__",)


def test_it_goes_without_the_collector():
    """Nothing keeps a line that was shown whole."""
    gc.disable()
    try:
        strip = Watched([Segment("hello")], 5)
        strip.crop_extend(0, 5, None)
        strip.divide([5])
        seen = weakref.ref(strip)
        del strip
        assert seen() is None
    finally:
        gc.enable()


@pytest.mark.anyio
async def test_lines_on_screen_are_drawn_ones(open_app):
    """Frame and padding included."""
    async with open_app() as (app, _):
        messages = app.screen.query_one("#messages")
        assert {type(strip) for strip in messages.render_lines(messages.size.region)} == {Drawn}
