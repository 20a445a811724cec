"""The story of who is who: the accepted events in order of arrival, and the identity they make at any point of it.

The events come from the fake (``/_fake/events``) or from the demo's acts. They are read by the one implementation of
identity there is, :class:`fake_pointillist.identity.engine.Identity`; this module only keeps its place in the story, so
that a view can step back and forth through the arrivals. No clock, no socket.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from fake_pointillist.identity.attribution import Options
from fake_pointillist.identity.ties import claims_of, joins_of
from simulator.tui.arrivals import Arrivals
from simulator.tui.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.identity.attribution import ActorIds, Attribution, Claim, IdEvent
    from fake_pointillist.identity.joins import Join
    from simulator.tui.happenings import Happening
    from simulator.tui.reading import Counts, LogRow


class Point(NamedTuple):
    """One event of a timeline: the happening, its arrival number, and whom it belongs to."""

    happening: Happening
    arrival: int
    attribution: Attribution


class Story:
    """Everything that happened, and a place in it.

    Args:
        policy: Name of the identity policy.
        options: Its options.
    """

    def __init__(self, policy: str = "first-claim", options: Options | None = None) -> None:
        self.policy = policy
        self.options = options or Options()
        self.arrivals = Arrivals()
        self._unlinks: dict[int, list[tuple[str, str]]] = {}
        self._now = self._fresh()
        self._past: Reading | None = None

    def __len__(self) -> int:
        """How many arrivals there are."""
        return len(self.arrivals)

    def _fresh(self) -> Reading:
        return Reading(self.policy, self.options, self._event_of)

    def _event_of(self, message: str) -> IdEvent | None:
        number = self.arrivals.find(message)
        return None if number is None else self.arrivals.event(number)

    # Feeding.

    def add(self, happening: Happening) -> None:
        """Take the next arrival."""
        self.arrivals.append(happening)
        self._advance(self._now, len(self))

    def unlink(self, user_id: str, anonymous_id: str) -> None:
        """Take back a user's claims on an anonymousId, as the fake was told to."""
        self._unlinks.setdefault(len(self), []).append((user_id, anonymous_id))
        self._now.unlink(user_id, anonymous_id)
        self._past = None

    def reread(self, policy: str, options: Options) -> None:
        """Read the same events under another policy."""
        self.policy, self.options = policy, options
        self._past = None
        self._now = self._fresh()
        self._advance(self._now, len(self))

    def _advance(self, reading: Reading, at: int) -> None:
        while reading.at < at:
            reading.take(self.arrivals.event(reading.at))
            for user_id, anonymous_id in self._unlinks.get(reading.at, ()):
                reading.unlink(user_id, anonymous_id)

    # Reading.

    def _reading(self, at: int | None) -> Reading:
        """Return identity after ``at`` arrivals; going on is cheap, going back reads from the start."""
        if at is None or at >= self._now.at:
            return self._now
        if self._past is None or self._past.at > at:
            self._past = self._fresh()
        self._advance(self._past, at)
        return self._past

    def log(self, at: int | None = None) -> list[LogRow]:
        """Merges, conflicts and unlinks up to a point."""
        return self._reading(at).log

    def counts(self, at: int | None = None) -> Counts:
        """The counter strip at a point."""
        return self._reading(at).counts

    def actors(self, at: int | None = None) -> list[ActorIds]:
        """Actors with events at a point: contested first, then those with most merges and ids, then by name."""
        reading = self._reading(at)
        contested = {row.anonymous_id for row in reading.log if row.kind == "conflict"}
        found = [actor for actor in reading.identity.actors() if actor.events]
        merges = Counter(row.to for row in reading.log if row.kind == "merge")
        found.sort(
            key=lambda actor: (
                actor.user_id is None,
                not contested.intersection(actor.owned),
                -merges[actor.actor],
                -len(actor.owned),
                actor.actor,
            )
        )
        return found

    def anonymous_only(self, identifier: str, at: int | None = None) -> list[Point]:
        """The events with an identifier that name no user, in order of arrival, up to a point."""
        reading = self._reading(at)
        return [
            point
            for point in self._points(self.arrivals.carrying(identifier), reading)
            if point.attribution.kind != "named"
        ]

    def claims_on(self, identifier: str, at: int | None = None) -> tuple[Claim, ...]:
        """The first claim of every user on an identifier or what it is joined with; more than one is a conflict."""
        return self._reading(at).identity.claims(identifier)

    def made_on(self, identifier: str, at: int | None = None) -> list[tuple[Claim, bool]]:
        """The first claim of every user whose event carries the identifier itself, and whether it is applied."""
        identity = self._reading(at).identity
        anon = identity.named(identifier)
        return claims_of(identity, anon) if anon is not None else []

    def joins(self, identifier: str, at: int | None = None) -> list[tuple[Join, bool]]:
        """The joins of an identifier with others, and whether each is applied."""
        anon = self._reading(at).identity.named(identifier)
        return joins_of(anon) if anon is not None else []

    def points_of(self, actor: ActorIds, at: int | None = None) -> list[Point]:
        """The events of an actor and of whoever else uses its ids, by event time, up to a point."""
        points = list(self._points(self.arrivals.around(actor), self._reading(at)))
        points.sort(key=lambda point: (point.happening.event.time_us, point.arrival))
        return points

    def _points(self, numbers: Iterable[int], reading: Reading) -> Iterable[Point]:
        for number in numbers:
            if number < reading.at:
                happening = self.arrivals[number]
                yield Point(happening, number + 1, reading.identity.attribute(happening.event))

    def point(self, arrival: int, at: int | None = None) -> Point | None:
        """The event that arrived as number ``arrival``, as read at a point."""
        return next(iter(self._points((arrival - 1,), self._reading(at))), None)

    def arrival_of(self, message: str) -> int | None:
        """The arrival number of a message."""
        number = self.arrivals.find(message)
        return None if number is None else number + 1

    def steps(self) -> list[int]:
        """The places of merge stepping: before and after every merge, without repeats."""
        places: list[int] = []
        for row in self._now.log:
            for place in (row.at - 1, row.at):
                if not places or places[-1] < place:
                    places.append(place)
        return places

    def under(self, policy: str, first: int = 0, end: int | None = None) -> Story:
        """Return events ``first`` to before ``end`` and the unlinks among them, read under another policy."""
        other = Story(policy, self.options)
        for number in range(first, len(self) if end is None else end):
            other.add(self.arrivals[number])
            for user_id, anonymous_id in self._unlinks.get(number + 1, ()):
                other.unlink(user_id, anonymous_id)
        return other

    def unlinked(self, user_id: str, anonymous_id: str) -> list[LogRow]:
        """Return what taking a user's claims on an anonymousId back would move; this story stays as it is."""
        return self._now.unlinked(user_id, anonymous_id)

    def moved_by(self, row: LogRow) -> list[Point]:
        """Return the events a row of the log moved, in order of arrival."""
        before = self._reading(row.at - 1)
        old, fuses = before.identity.actor(row.from_), before.identity.policy.fuses
        earlier = [
            point.arrival - 1
            for point in (self.points_of(old, row.at - 1) if old is not None else ())
            if point.attribution.actor == row.from_ and (fuses or row.anonymous_id in point.happening.event.carried)
        ]
        after = self._points(sorted(earlier), self._reading(row.at))
        return [point for point in after if point.attribution.actor == row.to]
