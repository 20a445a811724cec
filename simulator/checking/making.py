"""What ``check`` makes of a part of an input: everything but what only shows beside the other parts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.checking.contract_checks import MessageChecks
from simulator.checking.findings import MAX_EXAMPLES, Times
from simulator.checking.grouping import Groups, sighting_of
from simulator.pipeline import map_admitted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.conformance import Coverage
    from contracts.plan import Plan
    from simulator.checking.consistency import Shape
    from simulator.checking.findings import Sighting
    from simulator.mapping.apply import Mapping
    from simulator.trace import Trace


@dataclass(slots=True)
class CheckedPart:
    """What was found in a part of an input, and what has to be compared with the other parts.

    Attributes:
        groups: What the messages show by themselves.
        coverage: What of the plans came; ``None`` without a plan.
        shapes: The different shapes of the events, in the order they came first, and how often each came.
        emails: E-mail labels with the event type and the user they stood on, and every message they came in: nearly
            always one, so a list of those is all that is kept, and all that goes from process to process.
    """

    groups: Groups = field(default_factory=Groups)
    coverage: Coverage | None = None
    shapes: dict[Shape, Times] = field(default_factory=dict)
    emails: dict[tuple[str, str, str], list[Sighting]] = field(default_factory=dict)

    @property
    def messages(self) -> int:
        """How many messages were looked at."""
        return self.groups.messages


class CheckMaking:
    """Takes messages through mapping and checks; gives a :class:`CheckedPart`.

    Args:
        mapping: Makes the events.
        plans: Tracking plans.
        now: The present, microseconds since the epoch, for ``future_time``.

    Raises:
        ContractFileError: A plan that cannot be used.
    """

    def __init__(self, mapping: Mapping, plans: Sequence[Plan], now: Callable[[], int]) -> None:
        self._mapping = mapping
        self._checks = MessageChecks(plans, now=now)
        self._part = CheckedPart()

    def take(self, ways: Sequence[Trace]) -> None:
        """Take admitted and discarded messages the rest of the way."""
        map_admitted(ways, self._mapping)
        part, check = self._part, self._checks.check
        groups, shapes, emails = part.groups, part.shapes, part.emails
        for way in ways:
            violations, shape, email = check(way)
            groups.add(way, violations)
            if shape is not None:
                _count(shapes, shape, way)
            if email is not None:
                emails.setdefault(email, []).append(sighting_of(way))

    def give(self) -> CheckedPart:
        """Return what was found since this was last asked."""
        part, self._part = self._part, CheckedPart()
        part.coverage = self._checks.take_coverage()
        return part


def _count(shapes: dict[Shape, Times], shape: Shape, way: Trace) -> None:
    """Count in one message whose event has this shape."""
    times = shapes.get(shape)
    if times is None:
        times = shapes[shape] = Times()
    times.count += 1
    if times.count <= MAX_EXAMPLES:
        times.examples.append(sighting_of(way))
