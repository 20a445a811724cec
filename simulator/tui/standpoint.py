"""Where in a story Identity looks from: after which arrival, at which actor, at which event. No widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.identity.notation import actor_id

if TYPE_CHECKING:
    from fake_pointillist.identity.attribution import ActorIds
    from simulator.tui.reading import Counts, LogRow
    from simulator.tui.story import Point, Story

MOST_ROWS = 2_000
"""Rows of the log that are shown, the newest."""


class Standpoint:
    """A place in a story, and what is looked at there.

    Args:
        story: The story.

    Attributes:
        story: The story.
        at: The arrivals seen from here, ``None`` for all, those to come included.
        before: Where the last step came from, for *before and after*.
        by_message: A step is one message; else one merge.
        actor: Name of the actor looked at, ``None`` for the first.
        event: Arrival number of the event looked at.
    """

    def __init__(self, story: Story) -> None:
        self.story = story
        self.at: int | None = None
        self.before: int | None = None
        self.by_message = False
        self.actor: str | None = None
        self.event: int | None = None

    # What is seen from here.

    @property
    def place(self) -> int:
        """How many arrivals are seen."""
        return len(self.story) if self.at is None else self.at

    def counts(self) -> tuple[Counts, Counts]:
        """Return the counter strip before the step that led here, and now; the same twice where none did."""
        now = self.story.counts(self.at)
        forward = self.before is not None and self.before < self.place
        return (self.story.counts(self.before) if forward else now), now

    def actor_now(self) -> ActorIds | None:
        """Return the actor looked at; an anonymous one that has become part of a user is found there."""
        actors = self.story.actors(self.at)
        found = next((actor for actor in actors if actor.actor == self.actor), None)
        if found is None and self.actor is not None:
            value = actor_id(self.actor).removeprefix("user:")
            found = next((actor for actor in actors if value in actor.owned or value in actor.user_ids), None)
        return found or (actors[0] if actors else None)

    def points(self) -> list[Point]:
        """Return the events of the actor looked at, by event time."""
        actor = self.actor_now()
        return self.story.points_of(actor, self.at) if actor is not None else []

    def point(self) -> Point | None:
        """Return the event looked at, as read from here."""
        return None if self.event is None else self.story.point(self.event, self.at)

    def log(self) -> list[LogRow]:
        """Return the rows of the log up to here, the newest so many."""
        return self.story.log(self.at)[-MOST_ROWS:]

    # Looking elsewhere.

    def look_at_actor(self, actor: str) -> bool:
        """Look at another actor; return whether it is another."""
        if actor == self.actor:
            return False
        self.actor, self.event = actor, None
        return True

    def look_at_event(self, step: int) -> bool:
        """Look at the actor's event before (-1) or after (1), the first (-2) or last (2); return whether it has any."""
        points = self.points()
        if not points:
            return False
        place = next((place for place, point in enumerate(points) if point.arrival == self.event), len(points) - 1)
        place = {-2: 0, 2: len(points) - 1}.get(step, place + step)
        self.event = points[min(max(place, 0), len(points) - 1)].arrival
        return True

    def look_at_row(self, row: LogRow) -> None:
        """Look at the event behind a row of the log, and at whoever has the id it is about."""
        actors = self.story.actors(self.at)
        holder = next((actor.actor for actor in actors if row.anonymous_id in actor.owned), row.to)
        self.actor, self.event = holder, self.story.arrival_of(row.message)

    # Going through the story.

    def step(self, step: int) -> bool:
        """Go a merge or a message on (1) or back (-1); return whether there was anywhere to go."""
        total = len(self.story)
        here = self.place
        if self.by_message:
            new = min(max(here + step, 0), total)
        else:
            places = self.story.steps()
            if not places:
                return False
            if step > 0:
                new = next((place for place in places if place > here), total)
            else:
                new = next((place for place in reversed(places) if place < here), places[0])
        self.go(None if new >= total and step > 0 else new)
        return True

    def go(self, at: int | None) -> None:
        """Look from after ``at`` arrivals, at the last of them; ``None`` follows what is still to come."""
        self.before, self.at = self.place, at
        last = self.story.point(self.place, at) if self.place else None
        if last is not None:
            self.event = last.arrival
            self.actor = last.attribution.actor or self.actor

    def switch_step(self) -> None:
        """Step by message instead of by merge, or the other way round."""
        self.by_message = not self.by_message
        self.before = None
