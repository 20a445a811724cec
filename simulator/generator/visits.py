"""A visit: one person on one device for a while, and what it carries from state to state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from simulator.generator.contexts import Arrival
    from simulator.generator.devices import Device
    from simulator.generator.journeys import Journey, State
    from simulator.generator.people import Person


@dataclass(slots=True)
class Visit:
    """One visit under way.

    Attributes:
        rng: The stream all visits of a run draw from.
        person: Who.
        device: On what.
        journey: The machine they move through.
        carry: What is kept between states, and between the visits of this person.
        state: Where they are; ``None`` between visits.
        next_ms: When they come there, simulated time.
        page: The page a browser shows, five keys; ``None`` elsewhere.
        context: The context of the page or the app visit, made when first needed; ``None`` after anything it depends on
            has changed.
        arrival: How a visit of the web began.
        takes_ms: How long what was begun takes, where an effect knows; instead of the transition's own time.
        wifi: Whether a phone is on wifi for this visit.
        group_id: The B2B account whose group call was made.
        ordered: An order was completed in this visit.
        greets: The person is known here, and the page or app has still to say so (identify) in this visit.
        resume: The state whose call waits for that; its effects have been applied.
        left: The rules of leaving were applied once.
        errand: Not a visit of the person but something done for them beside it, once.
        spawned: An errand that has just come up, to be queued.
    """

    rng: Random
    person: Person
    device: Device
    journey: Journey
    carry: dict[str, Any]
    state: State | None = None
    next_ms: int = 0
    page: dict[str, str] | None = None
    context: dict[str, Any] | None = None
    arrival: Arrival | None = None
    takes_ms: int = 0
    wifi: bool = True
    group_id: str | None = None
    ordered: bool = False
    greets: bool = False
    resume: State | None = None
    left: bool = False
    errand: bool = False
    spawned: Visit | None = None
