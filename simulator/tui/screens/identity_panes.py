"""The three panes of Identity, drawn from a standpoint: actors, the timeline of one, merges and conflicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.containers import Container

from simulator.tui.details.lanes import lane_lines
from simulator.tui.details.mapping import wrapped
from simulator.tui.details.people import actor_lines, brief_actor, log_lines
from simulator.tui.details.standing import about_lines, knob_line
from simulator.tui.paint import Line, Span, line
from simulator.tui.widgets.lines_view import DetailLine, LinesView
from simulator.tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.app import SimulatorApp
    from simulator.tui.signs import Signs
    from simulator.tui.standpoint import Standpoint

PANES = ("actors", "timeline", "log")
TABS = ("Actors", "Timeline", "Merges and conflicts")


class IdentityPanes(Container):
    """Actors left, timeline and log right; below 110 columns one at a time, as tabs.

    Attributes:
        tab: Place of the pane on view where only one is.
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        self.actors = LinesView(id="actors")
        self.timeline = Timeline(id="timeline")
        self.merge_log = LinesView(id="log")
        self._right = Container(self.timeline, self.merge_log, id="right-column")
        super().__init__(self.actors, self._right, id=id)
        self.tab = 0

    @property
    def _signs(self) -> Signs:
        return cast("SimulatorApp", self.app).signs

    @property
    def _wide(self) -> bool:
        return self.screen.has_class("-wide")

    def lay_out(self) -> None:
        """Show all panes, or the one whose tab it is."""
        for place, pane in enumerate((self.actors, self.timeline, self.merge_log)):
            pane.set_class(not self._wide and place != self.tab, "-off")
        self._right.set_class(not self._wide and self.tab == 0, "-off")

    def draw(self, stand: Standpoint) -> None:
        """Draw every pane."""
        self._draw_actors(stand)
        self.draw_timeline(stand)
        self._draw_log(stand)

    def _draw_actors(self, stand: Standpoint) -> None:
        signs, story, at = self._signs, stand.story, stand.at
        key = self.actors.selected_key
        if not len(story):
            self.actors.show(lambda _: _empty())
        else:
            self.actors.show(lambda width: actor_lines(story, at, width, signs))
            if key is not None:
                self.actors.select_key(key)
        if self.actors.selected is None and self.actors.keys:
            self.actors.select_key(self.actors.keys[0])
        count = story.counts(at).actors
        title: list[str | Span] = [Span("1", "dim"), Span(" Actors", "bold"), Span(f" {count:,}", "dim")]
        legend = f"! conflict  {signs.named} user  {signs.anonymous} anonymous"
        self.actors.frame(self._title(0, title), line(Span(legend, "dim")))

    def draw_timeline(self, stand: Standpoint) -> None:
        """Draw the lanes of the actor looked at, the event looked at, and the bar of arrivals."""
        signs, story, at = self._signs, stand.story, stand.at
        actor, points = stand.actor_now(), stand.points()
        if points and not any(point.arrival == stand.event for point in points):
            stand.event = points[-1].arrival
        event = stand.event
        point = next((point for point in points if point.arrival == event), None)

        def build(width: int) -> Sequence[DetailLine]:
            if actor is None:
                return [DetailLine(line(Span(" No actor at this point of the story.", "dim")))]
            lines = [
                *lane_lines(story, actor, points, event, at, width=width, signs=signs),
                line(""),
                *(about_lines(point, width, signs) if point is not None else ()),
                line(""),
                knob_line(stand, width, signs),
            ]
            return [DetailLine(part) for part in lines]

        self.timeline.show(build)
        name = brief_actor(actor.actor, 24) if actor is not None else ""
        title: list[str | Span] = [Span("2 ", "dim"), Span(name, "bold"), Span(" timeline, event time", "dim")]
        self.timeline.frame(self._title(1, title), line(Span(signs.legend, "dim")))

    def _draw_log(self, stand: Standpoint) -> None:
        signs, rows, policy = self._signs, stand.log(), stand.story.policy
        key = self.merge_log.selected_key
        self.merge_log.show(lambda width: log_lines(rows, width, signs, policy))
        if rows:
            stepping = stand.at is not None and not stand.by_message
            place = len(rows) - 1 if stepping or key is None or key >= len(rows) else key
            self.merge_log.select_key(place)
        where = "now" if stand.at is None else f"after {stand.at:,} of {len(stand.story):,} arrivals"
        arrows = signs.plain("← →")
        count = len(stand.story.log(stand.at))
        title: list[str | Span] = [Span("3", "dim"), Span(" Merges and conflicts", "bold"), Span(f" {count:,}", "dim")]
        self.merge_log.frame(
            self._title(2, title),
            line(Span(where, "dim" if stand.at is None else "warn"), Span(f" · before {arrows} after", "dim")),
        )

    def _title(self, pane: int, wide: list[str | Span]) -> Line:
        if self._wide:
            return line(*wide)
        parts: list[str | Span] = []
        for place, name in enumerate(TABS):
            if place:
                parts.append(Span(self._signs.plain(" │ "), "dim"))
            parts.append(Span(f"{place + 1} {name}", "bold" if place == pane else "dim"))
        return line(*parts)


def _empty() -> list[DetailLine]:
    texts = [
        "No event has been accepted yet, so there is nobody.",
        "",
        "space on Live starts the generator; d shows the demo: five acts of identity stitching.",
    ]
    return [DetailLine(part) for text in texts for part in (wrapped(text, 34, "  ") or [line("")])]
