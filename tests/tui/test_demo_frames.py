"""The demo's frames on a small screen: what a frame is about can be seen, whole."""

from __future__ import annotations

import pytest

from simulator.tui.details.acts import happening_lines
from simulator.tui.screens.why import verdict
from simulator.tui.widgets.lines_view import LinesView

pytestmark = pytest.mark.anyio


def _seen(view):
    """The lines of a pane that are on screen, as text."""
    rows = range(view.scroll_offset.y, min(view.scroll_offset.y + view.page, len(view.records)))
    return ["".join(span.text for span in view.records.at(row).line) for row in rows]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (160, 45)])
async def test_every_frame_shows_what_it_is_about(open_app, size):
    """All that a frame says, every reason, every reading, and each row that came or changed its actor are in view."""
    async with open_app(size) as (app, pilot):
        await pilot.press("d", "space", "1")
        await pilot.pause(0.05)
        screen = app.screen
        frames = screen._playback.frames
        assert len(frames) == 15
        for frame in frames:
            assert screen._playback.frame is frame
            happens, events, reasons = (
                screen.query_one(name, LinesView) for name in ("#happens", "#events", "#reasons")
            )
            assert len(_seen(happens)) == len(happens.records)
            news = {row.message for row in frame.rows if row.was is not None or row.message in frame.scene.sends}
            shown = {line.split()[1] for line in _seen(events)}
            assert news <= shown, f"act {frame.act.number}, frame {frame.number}"
            if frame.readings or frame.why is not None:
                assert len(_seen(reasons)) == len(reasons.records), f"act {frame.act.number}, frame {frame.number}"
            if frame is not frames[-1]:
                await pilot.press("right")
                await pilot.pause(0.05)


async def test_a_smaller_screen_keeps_the_row_in_view(open_app):
    """After the terminal was made smaller, the row the frame is about is still on screen."""
    async with open_app((160, 45)) as (app, pilot):
        await pilot.press("d", "space", "5", "right", "right", "right")
        await pilot.pause(0.05)
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.1)
        assert any(" m14 " in line for line in _seen(app.screen.query_one("#events", LinesView)))


async def test_a_remark_names_what_its_basis_means(acts):
    """Beside the word the reasons use for a basis stands what it means."""
    said = "\n".join(
        "".join(span.text for span in entry.line)
        for frame in acts.frames
        for entry in happening_lines(frame, ["One"], 200, None, compact=True)
    )
    for words in ("basis seed: Segment's page", "basis inferred: our reading", "basis ours: our choice"):
        assert words in said


async def test_two_ids_are_named_as_people_write_them():
    """A pair's verdict reads ``u_42 and anon 7f3a``; a comma within an id divides nothing."""
    text = "".join(span.text for span in verdict({"subject": "user:u_42, anon:a, b", "same": True}))
    assert text == "u_42 and anon a, b   are one actor"
