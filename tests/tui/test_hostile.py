"""Hostile strings in every field and every view: shown, never run, never passed to the terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from contracts.codes import violation
from fake_pointillist.identity.attribution import IdEvent
from simulator.text import cells
from simulator.tui.happenings import Happening
from simulator.tui.paint import STYLES, Painter, Span, end, front, middle
from simulator.tui.widgets.safe_input import stand_ins

HOSTILE = (
    "[/x]",
    "[@click=app.quit]Order Completed[/]",
    "[b",
    "[red]x[/red]",
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "nul\x00tab\tline\nend",
    "\u202egnp.exe",
    "宽字符名称宽字符",
    "e\u0301\u0301\u0301combining",
    "\u200d\u2066hidden",
    "👨‍👩‍👧 family",
    "x" * 10_240,
)
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
PAINTER = Painter(dict.fromkeys(STYLES, Style()), Style())


@given(st.text(max_size=60), st.integers(min_value=0, max_value=40))
def test_a_painted_line_is_as_wide_as_asked_and_safe(text, width):
    """Whatever the text, the strip has exactly the width asked for and no character that steers a terminal."""
    strip = PAINTER.strip((Span(text), Span("]", "bold")), width)
    assert strip.cell_length == width
    assert sum(cells(segment.text) for segment in strip) == width
    assert not UNSAFE.search(strip.text)


@given(st.text(max_size=60), st.integers(min_value=1, max_value=40))
def test_cut_text_fills_its_column_exactly(text, width):
    """Cut at the end, in the middle or at the front: always exactly the column's cells."""
    for cut in (end, middle, front):
        assert cells(cut(text, width).text) == width


@given(st.text(max_size=80))
def test_stand_ins_keep_columns(text):
    """What is drawn of an edited text has one character for each of its own, and steers nothing."""
    shown = stand_ins(text)
    assert len(shown) == len(text)
    assert not UNSAFE.search(shown)


def _hostile_traces(traces):
    made = []
    for number, text in enumerate(HOSTILE):
        made.append(
            traces.make(
                number,
                event=text,
                user=text,
                anonymous=text,
                message_id=f"{number} {text}",
                properties={text: text, "nested": text},
                violations=[violation("label_type", f"/labels/{text}", f"got {text}", hint=text, basis="plan")],
                warnings=[violation("type_flips", f"/labels/{text}", text)],
            )
        )
    made.append(traces.make(99, code=HOSTILE[1], call=HOSTILE[0], event=HOSTILE[4], user=HOSTILE[0]))
    return made


def _hostile_happenings():
    made = []
    for number, text in enumerate(HOSTILE, 1):
        event = IdEvent(2 * number - 1, f"{number} {text}", number * 60_000_000, None, text, False, text)
        made.append(Happening(event, text, None))
        claim = IdEvent(2 * number, f"claim {text}", number * 60_000_000 + 1, text, text, True, text)
        made.append(Happening(claim, text, None))
    return made


WALK = (
    ("e",), ("right",), ("right",), ("right",), ("right", "2", "down", "down", "down", "down"), ("3", "down", "enter"),
    ("escape", "v"), ("escape", "y"), ("escape", "slash", "["), ("escape", "1", "end"), ("i",), ("2", "up", "up"),
    ("3", "end"), ("w",), ("escape", "p"), ("escape", "enter"), ("escape", "1", "home", "down", "X"),
    ("escape", "left"),
    ("t", "left"), ("l", "s"), ("enter",), ("escape", "g"), ("escape", "m"), ("escape", "right"), ("ctrl+p",),
)  # fmt: skip


@pytest.mark.anyio
@pytest.mark.parametrize("size", [(80, 24), (120, 32)], ids=["narrow", "wide"])
async def test_every_view_survives(open_app, show, traces, size):
    """Every view, title and dialog shows hostile text as text: nothing runs, nothing crashes, nothing is unsafe."""
    async with open_app(size, traces=_hostile_traces(traces), happenings=_hostile_happenings()) as (app, pilot):
        messages = app.screen.query_one("#messages")
        for number in range(len(HOSTILE)):
            messages.select(number)
            await pilot.pause()
        seen = ""
        for keys in WALK:
            await pilot.press(*keys)
            await pilot.pause(0.02)
            text = show(app)
            assert not UNSAFE.search(text), keys
            seen += text
        assert app.is_running
        assert "[/x]" in seen
        assert "[@click=app.quit]" in seen
        assert "\\u001b[2J" in seen


@pytest.mark.anyio
async def test_notices_are_text(open_app, show):
    """A notice never reads markup and never passes an escape on."""
    async with open_app() as (app, pilot):
        for text in HOSTILE[:-1]:
            app.say(text)
        await pilot.pause(0.05)
        assert not UNSAFE.search(show(app))
        assert app.is_running


@pytest.mark.anyio
async def test_a_paste_becomes_text(open_app, show):
    """What is pasted into the filter or the message cannot steer the terminal."""
    from textual.events import Paste

    async with open_app() as (app, pilot):
        await pilot.press("slash")
        app.screen.query_one("#filter").post_message(Paste("a\x1b[2Jb"))
        await pilot.pause(0.05)
        assert app.screen.query_one("#filter").value == "a\\u001b[2Jb"
        await pilot.press("escape", "m")
        await pilot.pause(0.05)
        app.screen.query_one("#message").load_text('{"type": "track", "event": "\x9b31m\x1b]0;x\x07"}')
        await pilot.pause(0.05)
        assert not UNSAFE.search(show(app))
