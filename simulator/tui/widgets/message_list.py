"""The list of messages: sign, time, call, event type, userId, anonymousId, last answer. One line a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.paint import Line, Span, end, line, middle, right
from simulator.tui.signs import Signs, State
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from simulator.tui.rows import Row

_STYLES = {
    State.DELIVERED: "ok",
    State.DUPLICATE: "dim",
    State.REJECTED: "bad",
    State.WAITING: "warn",
    State.EXPIRED: "bad",
    State.DISCARDED: "warn",
}


class MessageList(VirtualList):
    """One line a message."""

    def draw(self, record: Row, width: int, selected: bool) -> Line:
        """Return the line of ``record``."""
        return message_line(record, width, self.signs, selected)

    def show_frame(self, total: int, filter_text: str | None) -> None:
        """Say in the frame what is in view: the end or not, how many of ``total``, by which filter."""
        rows = self.records
        following = self.following and not self.below
        if following:
            where = "following ↓"
        elif self.below:
            where = f"{self.below:,} new below" if self.following or not rows.filtered else f"{self.below:,} below"
        else:
            where = "at the end"
        counted = f"{len(rows):,} of {total:,}" if rows.filtered else f"{total:,} messages"
        gone = [Span(f" · oldest {rows.base:,} no longer kept", "warn")] if rows.base else []
        how = "no filter" if filter_text is None else f"filter {filter_text}"
        room = max(self.size.width - 40, 10)
        self.frame(
            line(Span("1", "dim"), Span(" Messages", "bold")),
            line(
                Span(where, "ok" if following else "warn" if self.below else "dim"),
                Span(f" · {counted}", "dim"),
                *gone,
                Span(" · ", "dim"),
                Span(how if len(how) <= room else how[: room - 1] + "…", "dim" if filter_text is None else "accent"),
            ),
        )


def message_line(row: Row, width: int, signs: Signs, selected: bool) -> Line:
    """Return the line of ``row`` in ``width`` cells."""
    style = _STYLES[row.state]
    flexible = max(width - 28, 24)
    user = max(flexible // 5, 5)
    anonymous = max(flexible // 4, 8)
    title = flexible - user - anonymous - 2
    none = signs.plain("·")
    return (
        Span(">" if selected else " "),
        end(sign_of(row, signs), 3, style),
        end(row.clock or "--:--:--", 9, "dim"),
        end(row.call, 8, "dim"),
        Span(" "),
        end(row.title, title, "warn" if row.state is State.DISCARDED else "blue"),
        Span(" "),
        middle(row.user_id or none, user, "" if row.user_id else "dim"),
        Span(" "),
        middle(row.anonymous_id or none, anonymous, "dim"),
        Span(" "),
        right(answer_of(row, signs), 4, style),
        Span(" "),
    )


def sign_of(row: Row, signs: Signs) -> str:
    """Return the sign of a row: its state, and what the answer added."""
    sign = signs.state[row.state]
    if row.state is not State.DELIVERED:
        return sign
    if row.merged:
        return sign + signs.merged
    return sign + signs.warned if row.warned else sign


def answer_of(row: Row, signs: Signs) -> str:
    """Return the last answer: ``200``, ``net``, or a dash where nothing was sent."""
    if row.answer:
        return row.answer
    return signs.plain("…") if row.state is State.WAITING else signs.none
