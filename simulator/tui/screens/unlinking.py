"""The question before an unlink: what will move, and to whom, by the policy in use."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from fake_pointillist.identity.reasons import spoken
from simulator.tui.details.people import name_of
from simulator.tui.paint import Span, line
from simulator.tui.screens.asking import Confirm
from simulator.tui.top_line import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.tui.reading import LogRow
    from simulator.tui.story import Story

MOST = 4
"""Moves shown; the rest are counted."""


def unlink_question(story: Story, user: str, anonymous: str) -> Confirm:
    """Return the question whether to take the claims of ``user`` on ``anonymous`` back."""
    what = spoken(anonymous)
    moves = [row for row in story.unlinked(user, anonymous) if row.events]
    texts = list(_told(story, moves, user)) or [f"No event moves: {user} owns none of {what} by this claim."]
    return Confirm(
        f"Unlink {what} from {user}?",
        [
            *(line(text) for text in texts),
            line(""),
            line(Span(f"As a command: pointillist-sim stitch FILE --unlink {quote(f'{user}={anonymous}')}", "dim")),
        ],
    )


def _told(story: Story, moves: list[LogRow], user: str) -> Iterator[str]:
    for row in moves[:MOST]:
        yield f"{counted(row.events, 'event')} of {spoken(row.anonymous_id)} go from {name_of(row.from_)} to"
        heir = row.to.removeprefix("user:")
        claims = (claim for claim in story.claims_on(row.anonymous_id) if claim.user_id == heir != user)
        claim = next(claims, None)
        yield f"{name_of(row.to)}, whose claim {claim.message} then stands." if claim else f"{name_of(row.to)}."
    if len(moves) > MOST:
        yield f"and {counted(len(moves) - MOST, 'more move')}"
