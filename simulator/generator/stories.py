"""Stories: scenarios told step by step, again and again with other people.

One telling has its own people, devices and ids, all from the seed; tellings overlap in time, and come out in order of
arrival. A step makes one call on one device, in the words of the journeys: ``event = "Product Added"`` takes the state
of that event, with what the story carries so far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from heapq import heappop, heappush, heapreplace
from typing import TYPE_CHECKING, Any

from simulator.generator.calls import Calls, properties
from simulator.generator.clock import MINUTE, iso, year_before
from simulator.generator.contexts import DIRECT
from simulator.generator.data import names
from simulator.generator.devices import make_device
from simulator.generator.envelopes import ENVELOPES
from simulator.generator.journeys import shipped
from simulator.generator.people import account_age_ms, make_person
from simulator.generator.randomness import exponential, stream, token, uuid4
from simulator.generator.visits import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from simulator.generator.devices import Device
    from simulator.generator.journeys import Journey, State
    from simulator.generator.people import Person
    from simulator.generator.scenarios import Step, Story

APART = 25 * MINUTE
"""Mean time between the beginnings of two tellings, milliseconds."""


@dataclass(slots=True)
class Telling:
    """One telling of a story: its people, devices, ids.

    Attributes:
        story: What is told.
        rng: The stream of this telling.
        number: From 0; people of other tellings have other numbers.
        start_ms: When it begins.
        locale: Where its people live.
        roles: Label to id, ``A1`` and ``U1`` as the story's expectation names them.
    """

    story: Story
    rng: Random
    number: int
    start_ms: int
    locale: str
    roles: dict[str, str] = field(default_factory=dict)
    _people: dict[str, Person] = field(default_factory=dict)
    _visits: dict[str, Visit] = field(default_factory=dict)
    _carry: dict[str, Any] = field(default_factory=dict)
    _previous: dict[str, Any] = field(default_factory=dict)
    _anonymous: int = 0

    def messages(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (arrival in milliseconds, message) of every step that makes one."""
        for step in self.story.steps:
            message = self._step(step)
            if message is not None:
                self._previous = message
                yield self.start_ms + step.at_ms, message

    def _step(self, step: Step) -> dict[str, Any] | None:
        visit = self._visit(step.on)
        device, now = visit.device, self.start_ms + step.at_ms
        if step.again:
            return self._previous
        if step.does is not None:
            self._change(device, step)
            visit.context = None
            return None
        if step.person is not None:
            visit.person = self._person(step.person)
            visit.carry = self._carry
        happened = now + step.happened_ms
        message = self._call(visit, step, happened + (step.skew_ms or 0))
        self._name(device)
        return self._amend(visit, step, now, message)

    def _change(self, device: Device, step: Step) -> None:
        if step.does == "take_id":
            assert step.anonymous is not None
            device.anonymous_id = self.roles[step.anonymous]
        else:
            device.reset(self.rng)
            self._name(device)

    def _call(self, visit: Visit, step: Step, ms: int) -> dict[str, Any]:
        device = visit.device
        call: dict[str, Any] | None = None
        if step.identify is not None or step.newsletter is not None:
            call = self._identify(visit, step, ms)
        elif step.call == "alias":
            call = {"type": "alias", "previousId": device.user_id}
        elif step.call == "page":
            _calls().context(visit)
            call = {"type": "page", "properties": visit.page}
        elif step.properties is not None:
            call = {"type": "track", "event": step.event, "properties": step.properties}
        if call is None:
            assert step.event is not None
            journey, state = _state(step.event)
            visit.journey = journey
            for effect in state.does:
                effect(visit)
            if step.user is not None and device.server:
                device.user_id = self._id(step.user)
            _calls().turn_page(visit, state)
            call = {"type": "track", "event": step.event, "properties": properties(visit, state)}
        elif step.user is not None and device.server:
            device.user_id = self._id(step.user)
        context = visit.context or _calls().context(visit)
        if step.computation is not None:
            context = {**context, "personas": _personas(self.rng, step.computation, call)}
        return ENVELOPES[device.kind](self.rng, ms, device, call, context)

    def _identify(self, visit: Visit, step: Step, ms: int) -> dict[str, Any]:
        device = visit.device
        if step.traits is not None:
            device.user_id = visit.person.user_id
            return {"type": "identify", "traits": step.traits}
        call = _calls().identify(visit, "newsletter" if step.newsletter is not None else "login", ms)
        if step.as_email:
            self.roles[f"{step.identify}-email"] = device.user_id = visit.person.profile.email
        if device.server:
            device.user_id = visit.person.user_id
        return call

    def _amend(self, visit: Visit, step: Step, now: int, message: dict[str, Any]) -> dict[str, Any]:
        """Apply what a step says of its envelope."""
        if step.user is not None and not visit.device.server:
            message["userId"] = self._id(step.user)
        if step.anonymous is not None:
            self.roles.setdefault(step.anonymous, uuid4(self.rng))
            message["anonymousId"] = self.roles[step.anonymous]
        if step.before_login:
            message.pop("userId", None)
        if step.integrations is not None:
            message["integrations"] = step.integrations
        if step.happened_ms:
            message["sentAt"] = iso(now)
        if step.skew_ms is not None:
            sent = now + step.skew_ms + 900
            message["sentAt"], message["receivedAt"] = iso(sent), iso(now + 960)
        return message

    def _visit(self, key: str) -> Visit:
        visit = self._visits.get(key)
        if visit is None:
            person = self._person(self.story.first_user)
            device = make_device(self.rng, self.story.devices[key], person.place, self.locale, shipped("ecommerce").app)
            device.start(self.rng)
            visit = Visit(self.rng, person, device, shipped("ecommerce"), self._carry)
            visit.arrival = DIRECT
            self._visits[key] = visit
        return visit

    def _person(self, label: str) -> Person:
        person = self._people.get(label)
        if person is None:
            number = self.number * 10 + len(self._people)
            person = make_person(self.rng, number, self.locale, 1.0, year_before(self.start_ms))
            person.registered_ms = self.start_ms - account_age_ms(self.rng)
            self._people[label] = person
            self.roles[label] = person.user_id
        return person

    def _id(self, label: str) -> str:
        """Return the id a label stands for; after ``=`` the text itself."""
        if label.startswith("="):
            return label[1:]
        if label.startswith("U"):
            return self._person(label).user_id
        return self.roles[label]

    def _name(self, device: Device) -> None:
        """Give a new anonymousId its label."""
        identifier = device.anonymous_id
        if identifier is not None and identifier not in self.roles.values():
            self._anonymous += 1
            self.roles[f"A{self._anonymous}"] = identifier


def tellings(
    story: Story, seed: int | str, start_ms: int, locale: str, count: int | None = None
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (arrival, message) of tellings that begin one after the other, by arrival; without ``count`` endless."""
    starts = stream(seed, "story", story.name)
    queue: list[tuple[int, int, dict[str, Any], Iterator[tuple[int, dict[str, Any]]]]] = []
    number, begins = 0, start_ms
    while queue or count is None or number < count:
        if (count is None or number < count) and (not queue or begins <= queue[0][0]):
            told = tell(story, seed, number, begins, locale).messages()
            first = next(told, None)
            if first is not None:
                heappush(queue, (first[0], number, first[1], told))
            number += 1
            begins += 1 + int(exponential(starts, APART))
            continue
        at, which, message, told = queue[0]
        yield at, message
        following = next(told, None)
        if following is None:
            heappop(queue)
        else:
            heapreplace(queue, (following[0], which, following[1], told))


def tell(story: Story, seed: int | str, number: int, start_ms: int, locale: str = "en_US") -> Telling:
    """Return telling ``number`` of a story; others do not influence it."""
    return Telling(story, stream(seed, "story", story.name, number), number, start_ms, locale)


@cache
def _calls() -> Calls:
    return Calls({})


@cache
def _states() -> dict[str, tuple[Journey, State]]:
    """Return where each event of the shipped journeys comes up first."""
    found: dict[str, tuple[Journey, State]] = {}
    for name in ("ecommerce", *names("journeys")):
        journey = shipped(name)
        for state in journey.states.values():
            if state.event is not None and state.event not in found:
                found[state.event] = (journey, state)
    return found


def _state(event: str) -> tuple[Journey, State]:
    return _states()[event]


def event_names() -> frozenset[str]:
    """Return every event of the shipped journeys: what a step can call without properties of its own."""
    return frozenset(_states())


def _personas(rng: Random, computation: str, call: dict[str, Any]) -> dict[str, Any]:
    values = call.get("traits") or call["properties"]
    key = values.get(f"{computation}_key") or next(iter(values))
    return {
        "computation_class": computation,
        "computation_id": f"{'aud' if computation == 'audience' else 'trt'}_{token(rng, 24)}",
        "computation_key": key,
        "namespace": f"spa_{token(rng, 20)}",
        "space_id": f"spa_{token(rng, 20)}",
    }
