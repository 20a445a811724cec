"""Identity's log: rows of merges and conflicts."""

from __future__ import annotations

import pytest

from fake_pointillist.identity.attribution import Claim
from simulator.tui.details.people import _claimed_by, log_lines
from simulator.tui.paint import width_of
from simulator.tui.reading import LogRow
from simulator.tui.signs import UNICODE

A, U = "495f7b2e-df4d-4d28-abb9-02c1aa23bfaf", "f99c85d9-4fe0-4318-8e5b-387c90f2241a"


def _row(kind, anonymous, user):
    return LogRow(
        kind=kind, at=7, time_us=0, anonymous_id=anonymous, from_=f"anon:{anonymous}", to=f"user:{user}", events=2,
        message="m7", documented=True, code="conflicting_claim" if kind == "conflict" else "", text="",
    )  # fmt: skip


@pytest.mark.parametrize("width", [60, 74, 104])
@pytest.mark.parametrize("kind", ["merge", "conflict"])
def test_both_ids_of_a_row_can_be_told(kind, width):
    """Of two long ids neither takes the other's room: beginning and end of both are seen, in the width there is."""
    (entry,) = log_lines([_row(kind, A, U)], width, UNICODE, "first-claim")
    text = "".join(span.text for span in entry.line)
    assert width_of(entry.line) <= width
    for value in (A, U):
        assert value[:3] in text
        assert value[-3:] in text


def test_a_conflict_is_called_by_its_code_where_there_is_room():
    """Short ids leave room for the code."""
    (entry,) = log_lines([_row("conflict", "9e07", "u_77")], 78, UNICODE, "first-claim")
    assert "conflicting_claim  9e07 → u_77" in "".join(span.text for span in entry.line)


@pytest.mark.parametrize(
    ("message", "documented", "room", "text"),
    [
        ("m5", True, 16, "claimed by m5"),
        ("m5", False, 16, "by m5 (track)"),
        ("ajs-next-176762-23cf31152173", True, 16, "by ajs-ne…152173"),
        ("ajs-next-176762-23cf31152173", True, 40, "claimed by ajs-next-1…f31152173"),
    ],
)
def test_who_claims_an_id_goes_before_the_words(message, documented, room, text):
    """Where there is little room the words go, never the message."""
    claim = Claim(0, 1, 0, "u_42", "7f3a", message, documented)
    assert _claimed_by(claim, room) == text
