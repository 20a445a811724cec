"""Playing the acts: every message goes the one way, over HTTP, to a real fake; frames show what the fake then says.

Nothing is computed here that the fake can be asked: rows come from ``/_fake/events``, counts from ``/_fake/summary``,
moves from ``/_fake/merges``, reasons from ``/_fake/why``, other readings by switching ``/_fake/policy``.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.instants import parse_iso
from fake_pointillist.identity.policies import DEFAULT_POLICY, POLICIES
from simulator.delivery import Delivery, Options
from simulator.demo.acts import ACTS, MESSAGES
from simulator.errors import SimulatorError
from simulator.mapping.loading import load_mapping
from simulator.pipeline import trace_one
from simulator.segment.admission import Admission
from simulator.segment.message import Received
from simulator.trace import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.demo.acts import Act, Scene
    from simulator.fake_client import FakeClient
    from simulator.trace import Trace

NOW_US = parse_iso("2026-03-02T10:30:00Z") or 0
"""The demo's clock, after its last message."""


class DemoError(SimulatorError):
    """The fake did not take a message of the demo: somebody else's events, faults, or another server."""


class Row(NamedTuple):
    """One event as shown.

    Attributes:
        sign: ``named``, ``claimed``, ``anonymous``, ``claim`` or ``refused`` (a claim not applied).
        message: The messageId.
        time: Event time, ISO-8601.
        event_type: The event type.
        ids: The ids it carries.
        actor: The actor now.
        was: The actor in the frame before, where it was another.
        on_arrival: It has just come, and was the user's by a claim at once.
    """

    sign: str
    message: str
    time: str
    event_type: str
    ids: tuple[str, ...]
    actor: str
    was: str | None
    on_arrival: bool


class Counts(NamedTuple):
    """The counter strip."""

    actors: int
    unattributed: int
    conflicts: int


class Reading(NamedTuple):
    """The same events under one policy: events an actor, and the messages that have another one than by default."""

    policy: str
    events: dict[str, int]
    moved: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame.

    Attributes:
        act: The act it belongs to.
        scene: What it says.
        number, of: Its place in the act, from 1.
        rows: The events so far, by event time.
        before, after: Counts in the frame before, and now.
        moved: Events that changed their actor in this frame.
        policy: The policy in use.
        why: The fake's answers, as ``/_fake/why`` gives them.
        readings: The same events under every policy, where the scene shows them.
    """

    act: Act
    scene: Scene
    number: int
    of: int
    rows: tuple[Row, ...]
    before: Counts
    after: Counts
    moved: int
    policy: str
    why: dict[str, Any] | None
    readings: tuple[Reading, ...]

    @property
    def topic(self) -> str:
        """The message of the row to look at: the last that came or changed its actor, else the one asked about."""
        news = [row.message for row in self.rows if row.was is not None or row.message in self.scene.sends]
        return news[-1] if news else self.scene.why[0] if len(self.scene.why) == 1 else self.rows[-1].message


class Player:
    """Plays the acts against one tenant of a fake, which should be empty and follow the default policy.

    Args:
        url: The fake's base URL.
        token: The tenant.
        client: The fake's own API, same URL and token.
    """

    def __init__(self, url: str, token: str, client: FakeClient) -> None:
        self._url, self._token, self._client = url, token, client
        self._admission = Admission(lambda: NOW_US)
        self._mapping = load_mapping("segment-docs")
        self._sent = 0
        self._actors: dict[str, str] = {}
        self._counts = Counts(0, 0, 0)
        self._policy = DEFAULT_POLICY

    def frames(self) -> Iterator[Frame]:
        """Yield every frame in order; the messages of a frame are sent when it is asked for. Blocks on HTTP.

        Raises:
            DemoError: A message was not taken.
            UnreachableError: The fake is not there.
        """
        for act in ACTS:
            for number, scene in enumerate(act.scenes, 1):
                yield self._frame(act, scene, number)

    def _frame(self, act: Act, scene: Scene, number: int) -> Frame:
        if scene.policy is not None:
            self._client.set_policy(scene.policy)
            self._policy = scene.policy
        if scene.sends:
            asyncio.run(self._deliver([self._trace(name) for name in scene.sends]))
        before, known = self._counts, self._actors
        rows = self._rows(known)
        self._actors = {row.message: row.actor for row in rows}
        return Frame(
            act,
            scene,
            number,
            len(act.scenes),
            rows,
            before,
            self._counts,
            sum(row.was is not None for row in rows),
            self._policy,
            self._why(scene.why),
            self._readings() if scene.readings else (),
        )

    def _trace(self, name: str) -> Trace:
        received = Received(self._sent, MESSAGES[name], "demo")
        self._sent += 1
        return trace_one(received, admission=self._admission, mapping=self._mapping)

    async def _deliver(self, traces: Sequence[Trace]) -> None:
        async with Delivery(self._url, self._token, rng=random.Random(0), options=Options(concurrency=1)) as delivery:
            for trace in traces:
                await delivery.submit(trace)
            await delivery.drain()
        for trace in traces:
            if trace.outcome is not Outcome.DELIVERED:
                raise DemoError(f"the fake did not take message {trace.name} of the demo: {trace.outcome}")

    def _rows(self, known: dict[str, str]) -> tuple[Row, ...]:
        """Ask for the events and bring the counts up to date."""
        summary = self._client.summary()
        events = list(self._client.events(status="accepted"))
        owned = {actor["actorId"]: set(actor["anonymousIds"]) for actor in self._client.actors()}
        nobodys = sum(event["actor"] is None for event in events)
        actors = summary["actors"]["known"] + summary["actors"]["anonymous"]
        self._counts = Counts(actors, nobodys, summary["conflicts"])
        rows = [self._row(event, owned, known) for event in events]
        return tuple(sorted(rows, key=_by_time))

    def _row(self, event: Any, owned: dict[str, set[str]], known: dict[str, str]) -> Row:
        body, message, actor = event["event"], event["messageId"], event["actor"]
        customer = body["actors"]["customer"]
        user_id, anonymous_id = customer.get("userId"), customer.get("anonymousId")
        if user_id and anonymous_id:
            sign = "claim" if anonymous_id in owned.get(actor, ()) else "refused"
        else:
            sign = "named" if user_id else "claimed" if actor.startswith("user:") else "anonymous"
        before = known.get(message)
        was = before if before is not None and before != actor else None
        on_arrival = before is None and sign == "claimed"
        ids = tuple(value for value in (anonymous_id, user_id) if value)
        return Row(sign, message, body["eventTime"], body["eventType"], ids, actor, was, on_arrival)

    def _why(self, subject: tuple[str, ...]) -> dict[str, Any] | None:
        if not subject:
            return None
        if len(subject) > 1:
            return self._client.why(a=subject[0], b=subject[1])
        stored = next(self._client.events(message_id=subject[0]))
        return self._client.why(stored["eventId"])

    def _readings(self) -> tuple[Reading, ...]:
        """Switch to every policy in turn, read, and switch back."""
        found = []
        for policy in POLICIES:
            self._client.set_policy(policy)
            actors = {event["messageId"]: event["actor"] for event in self._client.events(status="accepted")}
            counts = {actor["actorId"]: actor["events"] for actor in self._client.actors()}
            moved = [name for name in MESSAGES if actors.get(name) != self._actors.get(name)]
            found.append(Reading(policy, counts, tuple(moved)))
        self._client.set_policy(self._policy)
        return tuple(found)


def _by_time(row: Row) -> tuple[str, str]:
    return row.time, row.message
