"""A population moving through its journeys: a simulated clock, and a queue of who does something next.

One person does one thing at a time. The queue is ordered by the moment of the next thing, so messages come out in time
order whatever the number of people, and nothing but the people themselves is kept in memory.

Visits begin at random moments, thinned by the hour and the weekday where the person lives; the run-up of a day before
the start (``BURN_IN``) is simulated but not written, so that at the start some people are in the middle of a visit.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace
from typing import TYPE_CHECKING, Any

from simulator.generator import identities
from simulator.generator.calls import Calls
from simulator.generator.clock import DAY, HOUR, MINUTE, year_before
from simulator.generator.contexts import on_wifi
from simulator.generator.devices import Device, make_device
from simulator.generator.people import Person, account_age_ms, make_person
from simulator.generator.randomness import Table, exponential, stream
from simulator.generator.visits import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.generator.journeys import Journey, Move, State

BURN_IN = DAY
"""Simulated before the start and not written."""

APART = 30 * MINUTE
"""Between two visits of a person at least; what is closer together is one visit."""

SHORTEST = 120
"""Milliseconds two things of one person are apart at least."""

NEVER = 1 << 62
"""Later than anything: an errand that is done."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a population lives with its devices.

    Attributes:
        journeys: Name of a journey to its share of the people.
        cookies_cleared: Chance that a browser comes to a visit without its cookies.
        second_device: Share of people with a second device; a third of those have a third.
        shared: Share of people whose first device is that of the person before them.
        login: Replaces the chance that a customer is still logged in at the start, or ``None``.
        careless: Chance that an app on a shared device is used without logging out whoever was there before.
        location: Whether the app adds ``context.location`` (no library does so by itself).
    """

    journeys: tuple[tuple[Journey, float], ...]
    cookies_cleared: float = 0.04
    second_device: float = 0.45
    shared: float = 0.03
    login: float | None = None
    careless: float = 0.0
    location: bool = False


@dataclass(slots=True)
class Population:
    """People, their visits, and the queue. Iterate :meth:`messages` once.

    Attributes:
        seed: Of everything.
        start_ms: Nothing is written before it.
        count: How many people.
        locale: Of all of them.
        habits: How they live.
        first_number: Number of the first person.
        name: Sets this population's streams apart from another's in the same run.
    """

    seed: int | str
    start_ms: int
    count: int
    locale: str
    habits: Habits
    name: str = "population"
    first_number: int = 0

    def messages(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (milliseconds, message) in time order, without end; nested objects may be shared between messages."""
        rng = stream(self.seed, self.name)
        first = self.start_ms - BURN_IN
        visits = self._settle(rng, first)
        queue = [(visit.next_ms, visit.person.number, visit) for visit in visits]
        heapify(queue)
        servers = {kind: make_device(rng, kind, visits[0].person.place, self.locale) for kind in ("python", "node")}
        errands = 0
        steps = _Steps(self.habits, servers, self.start_ms)
        step = steps.step
        while queue:
            now, number, visit = queue[0]
            message = step(visit, now)
            if visit.next_ms == NEVER:
                heappop(queue)
            else:
                heapreplace(queue, (visit.next_ms, number, visit))
            if visit.spawned is not None:
                errands += 1
                heappush(queue, (visit.spawned.next_ms, -errands, visit.spawned))
                visit.spawned = None
            if message is not None:
                yield now, message

    def _settle(self, rng: Any, first: int) -> list[Visit]:
        """Make the people, their devices and accounts, and plan everyone's first visit."""
        habits = self.habits
        choose = Table(habits.journeys)
        own = stream(self.seed, self.name, "people")
        grown_by = year_before(self.start_ms)
        visits: list[Visit] = []
        for number in range(self.count):
            journey = choose.draw(own)
            person = make_person(own, self.first_number + number, self.locale, journey.gap_ms, grown_by)
            # A device is shared within a household of the same company's customers: its app is that company's.
            neighbour = visits[-1].person if visits and visits[-1].journey is journey else None
            person.devices = self._devices(own, person, journey, neighbour)
            if own.random() < journey.before:
                person.registered_ms = first - account_age_ms(own)
                memory = journey.login_memory if habits.login is None else habits.login
                for device in person.devices:
                    device.start(own)
                    device.opened = own.random() < 0.8
                    if device.user_id is None and own.random() < memory:
                        device.user_id = person.user_id
            visit = Visit(rng=rng, person=person, device=person.devices[0], journey=journey, carry=person.carry)
            plan_visit(visit, first)
            visits.append(visit)
        return visits

    def _devices(self, rng: Any, person: Person, journey: Journey, neighbour: Person | None) -> list[Device]:
        habits = self.habits
        kinds = [journey.channels.draw(rng)]
        if rng.random() < habits.second_device:
            kinds.append(journey.channels.draw(rng))
            if rng.random() < 1 / 3:
                kinds.append(journey.channels.draw(rng))
        # Three in ten still have the app's version of before.
        apps = [journey.previous if journey.previous and rng.random() < 0.3 else journey.app for _ in kinds]
        devices = [
            make_device(rng, kind, person.place, self.locale, app) for kind, app in zip(kinds, apps, strict=True)
        ]
        if neighbour is not None and rng.random() < habits.shared and neighbour.devices[0].kind == kinds[0]:
            devices[0] = neighbour.devices[0]
        return devices


def plan_visit(visit: Visit, after_ms: int) -> None:
    """Set the moment of the next visit: exponential gaps, thinned by the rhythm of the day and the week."""
    rng, journey = visit.rng, visit.journey
    offset = visit.person.place.offset * HOUR
    gap = visit.person.gap_ms * journey.rhythm.mean
    at = after_ms + APART
    while True:
        at += int(exponential(rng, gap)) + 1
        if rng.random() < journey.rhythm.at(at + offset):
            break
    visit.next_ms, visit.state = at, None


class _Steps:
    """What happens when somebody's next moment has come."""

    def __init__(self, habits: Habits, servers: dict[str, Device], start_ms: int) -> None:
        self.habits = habits
        self.calls = Calls(servers, located=habits.location)
        self.start_ms = start_ms

    def step(self, visit: Visit, now: int) -> dict[str, Any] | None:
        """Let one thing happen; plan what comes next; return the message, if there is one."""
        state = visit.resume
        if state is None:
            state = visit.state or self._begin(visit)
            for effect in state.does:
                effect(visit)
            if state.sets is not None:
                visit.carry.update(state.sets(visit))
            if state.traits:
                visit.person.traits.update(state.traits)
            if state.page is not None:
                self.calls.turn_page(visit, state)
            if visit.greets and state.call is not None:
                visit.greets = False
                if state.identify is None and not state.server:
                    visit.resume = state
                    visit.next_ms = now + SHORTEST
                    return self._say(visit, visit.journey.hello, now)
        else:
            visit.resume = None
        message = self._say(visit, state, now) if state.call is not None else None
        if state.reset:
            visit.device.reset(visit.rng)
            visit.context = visit.group_id = None
        self._move(visit, state, now)
        return message

    def _say(self, visit: Visit, state: State, now: int) -> dict[str, Any] | None:
        if now < self.start_ms:
            if state.identify is not None:
                identities.remember(visit, state.identify, now)
                visit.context = None
            return None
        identified = self.calls.identify(visit, state.identify, now) if state.identify is not None else None
        return self.calls.message(visit, state, now, identified)

    def _begin(self, visit: Visit) -> State:
        rng, person, journey = visit.rng, visit.person, visit.journey
        devices = person.devices
        device = devices[0] if len(devices) == 1 or rng.random() < 0.65 else devices[int(rng.random() * len(devices))]
        visit.device = device
        device.start(rng)
        visit.context = visit.page = None
        visit.ordered = visit.left = False
        visit.takes_ms = 0
        visit.greets = journey.greets and device.user_id == person.user_id
        visit.group_id = visit.carry.get("account_id") if device.user_id == person.user_id else None
        if device.kind == "web":
            if device.past_ids < 50 and rng.random() < self.habits.cookies_cleared:
                device.reset(rng)
            visit.arrival = journey.arrivals.draw(rng)
            return journey.entry.draw(rng)
        if device.user_id not in (None, person.user_id) and rng.random() >= self.habits.careless:
            device.reset(rng)  # whoever had it before logged out
        visit.arrival = None
        visit.wifi = on_wifi(rng)
        return journey.mobile_entry.draw(rng)

    def _move(self, visit: Visit, state: State, now: int) -> None:
        rng = visit.rng
        index = bisect_right(state.sums, rng.random())
        if index < len(state.moves):
            move: Move = state.moves[index]
            target: State | None = move.state
            if move.condition is not None and not move.condition(visit):
                target = move.otherwise
            if target is not None:
                visit.state = target
                if visit.takes_ms:
                    visit.next_ms, visit.takes_ms = now + visit.takes_ms, 0
                elif move.exact:
                    visit.next_ms = now + int(move.mean_ms)
                else:
                    visit.next_ms = now + SHORTEST + int(exponential(rng, move.mean_ms) * visit.person.pace)
                return
        if visit.errand:
            visit.next_ms = NEVER
        elif visit.left or not self._leave(visit, now):
            plan_visit(visit, now)

    def _leave(self, visit: Visit, now: int) -> bool:
        """Apply the first rule of leaving that holds; return whether the visit goes on."""
        visit.left = True
        for rule in visit.journey.leaving:
            if rule.once and rule.state.name in visit.person.past:
                continue
            if rule.condition is None or rule.condition(visit):
                if visit.rng.random() >= rule.p:
                    return False
                if rule.once:
                    visit.person.past.add(rule.state.name)
                at = now + (int(rule.mean_ms) if rule.exact else SHORTEST + int(exponential(visit.rng, rule.mean_ms)))
                if rule.errand:
                    # What it is about stays as it was, whatever the person does meanwhile.
                    carry = dict(visit.carry)
                    errand = Visit(visit.rng, visit.person, visit.device, visit.journey, carry, rule.state, at)
                    errand.errand = True
                    visit.spawned = errand
                    return False
                visit.state, visit.next_ms = rule.state, at
                return True
        return False
