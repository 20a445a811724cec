"""The timeline of one actor as an SVG: a lane an id, on event time; a diamond is a claim."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from fake_pointillist.reasons import shown
from simulator.text import shorten_middle, visible

if TYPE_CHECKING:
    from fake_pointillist.attribution import ActorIds, IdEvent
    from fake_pointillist.identity import Identity

MOST_EVENTS = 400
_MOST_LANES = 12
_WIDTH, _LEFT, _RIGHT, _LANE = 1000, 150, 20, 24


class Timeline:
    """Collects the events of one actor, by event time, and draws them.

    Attributes:
        hidden: Events beyond what is drawn.
    """

    def __init__(self, identity: Identity, actor: ActorIds) -> None:
        names = [f"user:{user}" for user in actor.user_ids] + [f"anon:{value}" for value in actor.anonymous_ids]
        self._lanes = {name: lane for lane, name in enumerate(names[:_MOST_LANES])}
        self._identity = identity
        self._events: list[IdEvent] = []
        self.hidden = 0

    def add(self, event: IdEvent) -> None:
        """Take in one event; they come by event time."""
        if len(self._events) < MOST_EVENTS:
            self._events.append(event)
        else:
            self.hidden += 1

    def svg(self) -> str:
        """Return the drawing, or nothing for an actor without events."""
        if not self._events:
            return ""
        first, last = self._events[0].time_us, self._events[-1].time_us
        span = max(last - first, 1)
        height = _LANE * len(self._lanes) + 24
        parts = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img">']
        for name, lane in self._lanes.items():
            y = _LANE * lane + 16
            label = escape(shorten_middle(visible(name[5:]), 20))
            parts.append(f'<text x="0" y="{y + 4}">{label}</text>')
            parts.append(f'<line class="lane" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>')
        for event in self._events:
            x = _LEFT + (_WIDTH - _LEFT - _RIGHT) * (event.time_us - first) / span
            parts += self._mark(event, round(x, 1))
        ends = ((_LEFT, "start", first), (_WIDTH - _RIGHT, "end", last))
        for place, anchor, time_us in ends[: 1 if first == last else 2]:
            text = escape(_moment(time_us))
            parts.append(f'<text x="{place}" y="{height - 2}" text-anchor="{anchor}">{text}</text>')
        return "".join([*parts, "</svg>"])

    def _mark(self, event: IdEvent, x: float) -> list[str]:
        """Return the signs of one event: a dot on its own lane; a diamond on the id's lane where it claims."""
        found = self._identity.attribute(event)
        title = escape(visible(f"{event.message}  {event.event_type}  {_moment(event.time_us)}"))
        marks = []
        own = self._lanes.get(f"user:{event.user_id}" if found.rule == "R8" else f"anon:{event.anonymous_id}")
        if own is not None:
            y = _LANE * own + 16
            marks.append(f'<circle class="{found.kind}" cx="{x}" cy="{y}" r="4"><title>{title}</title></circle>')
        claims = self._identity.claims(event.anonymous_id) if event.anonymous_id and event.user_id else ()
        if any(claim.seq == event.seq for claim in claims):
            joined = self._lanes.get(f"anon:{event.anonymous_id}")
            lane, sign = (joined, "claim") if joined is not None else (own, "refused")
            y = _LANE * (lane or 0) + 16
            diamond = f"M{x} {y - 6}l6 6l-6 6l-6 -6z"
            marks.append(f'<path class="{sign}" d="{diamond}"><title>{title}</title></path>')
        return marks


def _moment(time_us: int) -> str:
    return shown(time_us, beside=time_us - 86_400_000_000)
