"""Violations of many messages, grouped: the same one 4,000 times is one group with a count and the first examples.

Groups made of different parts of an input can be added up, part after part, to what one process would have found.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from contracts.codes import violation
from simulator.checking.findings import MAX_EXAMPLES, Times
from simulator.segment.message import Discarded

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from contracts.violations import Violation
    from simulator.checking.findings import Sighting
    from simulator.trace import Trace

Place: TypeAlias = "tuple[str, str, str, str]"
"""What makes two violations the same: code, path, event, severity."""

MAX_FINDINGS = 5_000
"""Different groups kept of a run; a sender that makes up attribute names must not fill the memory."""
REST = "*"
"""The event of the group that only counts what came past the bound."""
_MAX_EVENTS = 5_000


@dataclass(slots=True)
class Group:
    """The same violation in any number of messages.

    Attributes:
        first: The violation of the first of them.
        times: How many, and which came first.
    """

    first: Violation
    times: Times

    def add(self, other: Group) -> None:
        """Count in the same violation in other messages, which may have come before some of these."""
        if other.times.examples[0] < self.times.examples[0]:
            self.first = other.first
        self.times.add(other.times)


class Groups:
    """The groups of a part of an input.

    Attributes:
        messages: How many messages were looked at.
        events: Event types that came, with their counts.
        by_place: The groups, in the order their first messages came.
    """

    def __init__(self) -> None:
        self.messages = 0
        self.events: Counter[str] = Counter()
        self.by_place: dict[Place, Group] = {}

    def add(self, trace: Trace, violations: Sequence[Violation]) -> None:
        """Count in one message: its notes, and what the checks found."""
        self.messages += 1
        event = event_of(trace)
        self.events[event] += 1
        for found in (*trace.notes, *violations):
            self._add(found, event, trace)

    def _add(self, found: Violation, event: str, trace: Trace) -> None:
        place = (found.code, found.path, event, found.severity)
        group = self.by_place.get(place)
        if group is None:
            self.by_place[place] = Group(found, Times(1, [sighting_of(trace)]))
            return
        times = group.times
        times.count += 1
        if len(times.examples) < MAX_EXAMPLES and times.examples[-1][0] != trace.received.index:
            times.examples.append(sighting_of(trace))

    def add_late(self, found: Violation, event: str, times: Times) -> None:
        """Count in what showed only when messages were compared, in any order."""
        place = (found.code, found.path, event, found.severity)
        group = Group(found, Times(times.count, times.examples))
        if place in self.by_place:
            self.by_place[place].add(group)
        else:
            self.by_place[place] = group


class RunGroups:
    """The groups of a whole run, added up part after part, in bounded memory.

    Args:
        off: Codes that are left out.
    """

    def __init__(self, off: Container[str] = ()) -> None:
        self._off = off
        self.messages = 0
        self.events: Counter[str] = Counter()
        self.by_place: dict[Place, Group] = {}

    def add(self, part: Groups) -> None:
        """Count in the next part of the input."""
        self.messages += part.messages
        for event, count in part.events.items():
            if event in self.events or len(self.events) < _MAX_EVENTS:
                self.events[event] += count
        for place, group in part.by_place.items():
            if place[0] not in self._off:
                self._add(place, group)

    def _add(self, place: Place, group: Group) -> None:
        known = self.by_place.get(place)
        if known is None and len(self.by_place) >= MAX_FINDINGS:
            first = group.first
            group.first = violation(
                first.code, "", f"At more than {MAX_FINDINGS:,} different places; the rest are counted here.",
                severity=first.severity, basis=first.basis, hint=first.hint,
            )  # fmt: skip
            place = (first.code, "", REST, first.severity)
            known = self.by_place.get(place)
        if known is None:
            self.by_place[place] = group
        else:
            known.add(group)


def sighting_of(trace: Trace) -> Sighting:
    """Return where people find the message of a trace."""
    received = trace.received
    return received.index, trace.admission.message_id, received.origin


def event_of(trace: Trace) -> str:
    """Return what people call the message: its event type, or its call where it has no event name."""
    admission = trace.admission
    if not isinstance(admission, Discarded):
        return admission.event
    payload = trace.received.payload
    name = payload.get("event") if isinstance(payload, dict) else None
    return name if isinstance(name, str) and name.strip() else admission.call or "?"
