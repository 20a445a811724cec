"""The question before an unlink: what will move, and to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.paint import Span, line
from simulator.tui.screens.asking import Confirm
from simulator.tui.top_line import counted

if TYPE_CHECKING:
    from simulator.tui.story import Story


def unlink_question(story: Story, user: str, anonymous: str) -> Confirm:
    """Return the question whether to take the claims of ``user`` on ``anonymous`` back."""
    events = counted(len(story.anonymous_only(anonymous)), "event")
    heir = next((claim for claim in story.claims_on(anonymous) if claim.user_id != user), None)
    to = (
        f"the anonymous actor {anonymous}"
        if heir is None
        else f"{heir.user_id}, whose claim {heir.message} then stands"
    )
    return Confirm(
        f"Unlink {anonymous} from {user}?",
        [
            line(f"{events} of {anonymous} go from {user} to"),
            line(to + "."),
            line(""),
            line(Span(f"As a command: pointillist-sim stitch FILE --unlink {user}={anonymous}", "dim")),
        ],
    )
