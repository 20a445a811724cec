"""Below the timeline: the selected event, and where in the order of arrival Identity stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.tui.details.people import brief, brief_actor, brief_id, clock
from simulator.tui.paint import Line, Span, line, width_of

if TYPE_CHECKING:
    from simulator.tui.signs import Signs
    from simulator.tui.standpoint import Standpoint
    from simulator.tui.story import Point

_DAY = 86_400_000_000


def about_lines(point: Point, width: int, signs: Signs) -> list[Line]:
    """Return what there is to say of an event: when it happened, when it arrived, and whose it is."""
    event, attribution = point.happening.event, point.attribution
    arrived_us = point.happening.arrived_us
    other_day = arrived_us is not None and arrived_us // _DAY != event.time_us // _DAY
    arrived = f"as number {point.arrival}" if arrived_us is None else clock(arrived_us, day=other_day)
    first = line(
        Span(f" {brief(event.message, 20)}", "bold"),
        "   ",
        Span(event.event_type, "blue"),
        Span(f"   happened {clock(event.time_us, day=other_day)}", "dim"),
        Span(f"   arrived {arrived}", "dim"),
    )
    owner = brief_actor(attribution.actor, 18)
    if attribution.was:
        whose = [Span(brief_actor(attribution.was, 18), "strike"), Span(f" {signs.became} ")]
    else:
        ids = " + ".join([*map(brief_id, event.carried), *([brief(event.user_id)] if event.user_id else [])])
        whose = [Span(f"{ids or 'no id'} belongs to ")]
    second = line(Span("      "), *whose, Span(owner, "blue bold"), Span(f"   {_reason(point)}", "dim"))
    return [part for whole in (first, second) for part in _folded(whole, width)]


def _reason(point: Point) -> str:
    event, attribution = point.happening.event, point.attribution
    claim = attribution.claim
    if claim is not None:
        already = "already " if not attribution.was and claim.seq < event.seq else ""
        return f"{already}claimed by {brief(claim.message)} at {clock(claim.time_us)}"
    return {
        "named": "it names the user (R8)",
        "anonymous": "nobody has claimed this id (R11)",
    }.get(attribution.kind, "no id on it can be used (R5)")


def knob_line(stand: Standpoint, width: int, signs: Signs) -> Line:
    """Return the bar of arrivals with a knob where ``stand`` is."""
    story, total = stand.story, len(stand.story)
    mode = "message" if stand.by_message else "merge"
    last = story.arrivals.event(total - 1).message if total else ""
    tail = f" {last[:12]}   step: {mode} (t)"
    behind = f"   {total - stand.place:,} later" if stand.at is not None else "   now"
    room = max(width - 10 - len(tail) - len(behind) - 2, 6)
    place = min(round(stand.place / total * (room - 1)) if total else 0, room - 1)
    return (
        Span(" arrival ", "dim"),
        Span(signs.plain("━") * place, "accent"),
        Span(signs.named, "accent bold"),
        Span(signs.plain("─") * (room - place - 1), "dim"),
        Span(tail, "dim"),
        Span(behind, "warn" if stand.at is not None and total > stand.place else "dim"),
    )


def _folded(whole: Line, width: int) -> list[Line]:
    """Break a line that is too long at the beginning of a span."""
    if width_of(whole) <= width:
        return [whole]
    lines: list[Line] = []
    current: list[Span] = []
    used = 0
    for span in whole:
        size = width_of((span,))
        if current and used + size > width:
            lines.append(tuple(current))
            current, used = [Span("      "), span._replace(text=span.text.lstrip(" "))], 6
        else:
            current.append(span)
        used += size
    lines.append(tuple(current))
    return lines
