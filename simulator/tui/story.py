"""The story of who is who: the accepted events in order of arrival, and the identity they make at any point of it.

The events come from the fake (``/_fake/events``) or from the demo's acts. They are read by the one implementation of
identity there is, :class:`fake_pointillist.identity.engine.Identity`; this module only keeps its place in the story, so
that a view can step back and forth through the arrivals. No clock, no socket.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from fake_pointillist.identity.attribution import Options
from fake_pointillist.identity.engine import Identity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.identity.attribution import ActorIds, Attribution, Claim, IdEvent
    from fake_pointillist.identity.engine import Change
    from simulator.tui.happenings import Happening


class LogRow(NamedTuple):
    """One row of *Merges and conflicts*.

    Attributes:
        at: Arrival (1 is the first event) after which it stands in the log.
        kind: ``merge``, ``conflict`` or ``unlink``.
        anonymous_id: Whose events.
        from_: The actor before (of a conflict: who keeps it).
        to: The actor after (of a conflict: who claims in vain).
        events: How many events moved.
        message: The message behind it.
        time_us: Its event time.
        documented: By an identify.
        code: The warning's code, of a conflict.
        text: One sentence, of a conflict.
    """

    at: int
    kind: Literal["merge", "conflict", "unlink"]
    anonymous_id: str
    from_: str
    to: str
    events: int
    message: str
    time_us: int | None
    documented: bool
    code: str = ""
    text: str = ""


class Counts(NamedTuple):
    """The counter strip."""

    actors: int
    moved: int
    unattributed: int
    conflicts: int


class Point(NamedTuple):
    """One event of a timeline: the happening, its arrival number, and whom it belongs to."""

    happening: Happening
    arrival: int
    attribution: Attribution


@dataclass(slots=True)
class _Reading:
    """Identity after the first ``at`` arrivals."""

    identity: Identity
    at: int
    moved: int
    log: list[LogRow]


class Story:
    """Everything that happened, and a place in it.

    Args:
        policy: Name of the identity policy.
        options: Its options.
    """

    def __init__(self, policy: str = "first-claim", options: Options | None = None) -> None:
        self.policy = policy
        self.options = options or Options()
        self.happenings: list[Happening] = []
        self._unlinks: list[tuple[int, str, str]] = []
        self._by_user: dict[str, list[int]] = {}
        self._by_anonymous: dict[str, list[int]] = {}
        self._by_message: dict[str, int] = {}
        self._now = self._fresh()
        self._past: _Reading | None = None

    def __len__(self) -> int:
        """How many arrivals there are."""
        return len(self.happenings)

    def _fresh(self) -> _Reading:
        return _Reading(Identity(self.policy, self.options), 0, 0, [])

    # Feeding.

    def add(self, happening: Happening) -> None:
        """Take the next arrival."""
        number = len(self.happenings)
        self.happenings.append(happening)
        event = happening.event
        if event.user_id is not None:
            self._by_user.setdefault(event.user_id, []).append(number)
        if event.anonymous_id is not None:
            self._by_anonymous.setdefault(event.anonymous_id, []).append(number)
        self._by_message[event.message] = number
        self._advance(self._now, number + 1)

    def unlink(self, user_id: str, anonymous_id: str) -> None:
        """Take back a user's claims on an anonymousId, as the fake was told to."""
        self._unlinks.append((len(self.happenings), user_id, anonymous_id))
        self._apply_unlink(self._now, user_id, anonymous_id)
        self._past = None

    def reread(self, policy: str, options: Options) -> None:
        """Read the same events under another policy."""
        self.policy, self.options = policy, options
        self._past = None
        self._now = self._fresh()
        self._advance(self._now, len(self.happenings))

    def _unlinks_by_place(self) -> dict[int, list[tuple[str, str]]]:
        unlinks: dict[int, list[tuple[str, str]]] = {}
        for place, user_id, anonymous_id in self._unlinks:
            unlinks.setdefault(place, []).append((user_id, anonymous_id))
        return unlinks

    def _advance(self, reading: _Reading, at: int) -> None:
        unlinks = self._unlinks_by_place()
        while reading.at < at:
            event = self.happenings[reading.at].event
            change = reading.identity.ingest(event)
            reading.at += 1
            self._note(reading, event, change)
            for user_id, anonymous_id in unlinks.get(reading.at, ()):
                self._apply_unlink(reading, user_id, anonymous_id)

    def _note(self, reading: _Reading, event: IdEvent, change: Change) -> None:
        for move in change.moves:
            reading.moved += move.events_moved
            reading.log.append(
                LogRow(
                    reading.at, "merge", move.anonymous_id, move.from_, move.to, move.events_moved,
                    move.message or event.message, move.time_us, move.documented,
                )
            )  # fmt: skip
        for warning in change.warnings:
            if warning.code not in ("conflicting_claim", "users_merged"):
                continue
            deciding = self._by_message.get(warning.message_ids[0]) if warning.message_ids else None
            claimer = self.happenings[deciding].event if deciding is not None else event
            reading.log.append(
                LogRow(
                    reading.at, "conflict", claimer.anonymous_id or "", "", f"user:{claimer.user_id}", 0,
                    claimer.message, claimer.time_us, claimer.documented, warning.code, warning.text,
                )
            )  # fmt: skip

    def _apply_unlink(self, reading: _Reading, user_id: str, anonymous_id: str) -> None:
        for move in reading.identity.unlink(user_id, anonymous_id):
            reading.moved += move.events_moved
            reading.log.append(
                LogRow(
                    reading.at, "unlink", move.anonymous_id, move.from_, move.to, move.events_moved, "", None, False
                )
            )  # fmt: skip

    # Reading.

    def _reading(self, at: int | None) -> _Reading:
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
        reading = self._reading(at)
        identity = reading.identity
        return Counts(identity.known + identity.anonymous, reading.moved, identity.unattributed, identity.conflicts)

    def actors(self, at: int | None = None) -> list[ActorIds]:
        """Actors with events at a point: contested first, then those with most merges and ids, then by name."""
        reading = self._reading(at)
        contested = {row.anonymous_id for row in reading.log if row.kind == "conflict"}
        found = [actor for actor in reading.identity.actors() if actor.events]
        merges = Counter(row.to for row in reading.log if row.kind == "merge")
        found.sort(
            key=lambda actor: (
                actor.user_id is None,
                not contested.intersection(actor.anonymous_ids),
                -merges[actor.actor],
                -len(actor.anonymous_ids),
                actor.actor,
            )
        )
        return found

    def anonymous_only(self, anonymous_id: str, at: int | None = None) -> list[Point]:
        """The events of an anonymousId that name no user, in order of arrival, up to a point."""
        reading = self._reading(at)
        return [
            point
            for point in self._points(self._by_anonymous.get(anonymous_id, ()), reading)
            if point.attribution.kind != "named"
        ]

    def claims_on(self, anonymous_id: str, at: int | None = None) -> tuple[Claim, ...]:
        """The first claim of every user on an anonymousId, in order; more than one is a conflict."""
        return self._reading(at).identity.claims(anonymous_id)

    def points_of(self, actor: ActorIds, at: int | None = None) -> list[Point]:
        """The events of an actor and of whoever else uses its ids, by event time, up to a point."""
        reading = self._reading(at)
        numbers: set[int] = set()
        for anonymous_id in actor.anonymous_ids:
            numbers.update(self._by_anonymous.get(anonymous_id, ()))
        for user_id in actor.user_ids:
            numbers.update(self._by_user.get(user_id, ()))
            for number in self._by_user.get(user_id, ()):
                claimed = self.happenings[number].event.anonymous_id
                if claimed is not None:  # an id it claimed in vain belongs into the picture
                    numbers.update(self._by_anonymous.get(claimed, ()))
        points = list(self._points(sorted(numbers), reading))
        points.sort(key=lambda point: (point.happening.event.time_us, point.arrival))
        return points

    def _points(self, numbers: Iterable[int], reading: _Reading) -> Iterable[Point]:
        for number in numbers:
            if number < reading.at:
                happening = self.happenings[number]
                yield Point(happening, number + 1, reading.identity.attribute(happening.event))

    def point(self, arrival: int, at: int | None = None) -> Point | None:
        """The event that arrived as number ``arrival``, as read at a point."""
        return next(iter(self._points((arrival - 1,), self._reading(at))), None)

    def arrival_of(self, message: str) -> int | None:
        """The arrival number of a message."""
        number = self._by_message.get(message)
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
        unlinks = self._unlinks_by_place()
        for place, happening in enumerate(self.happenings[first:end], first + 1):
            other.add(happening)
            for user_id, anonymous_id in unlinks.get(place, ()):
                other.unlink(user_id, anonymous_id)
        return other

    def unlinked(self, user_id: str, anonymous_id: str) -> list[LogRow]:
        """Return what taking a user's claims on an anonymousId back would move; this story stays as it is."""
        other = self.under(self.policy)
        told = len(other.log())
        other.unlink(user_id, anonymous_id)
        return other.log()[told:]

    def moved_by(self, row: LogRow) -> list[Point]:
        """Return the events a row of the log moved, in order of arrival."""
        before = self._reading(row.at - 1)
        old, fuses = before.identity.actor(row.from_), before.identity.policy.fuses
        earlier = [
            point.arrival - 1
            for point in (self.points_of(old, row.at - 1) if old is not None else ())
            if point.attribution.actor == row.from_
            and (fuses or point.happening.event.anonymous_id == row.anonymous_id)
        ]
        after = self._points(sorted(earlier), self._reading(row.at))
        return [point for point in after if point.attribution.actor == row.to]
