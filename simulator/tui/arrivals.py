"""The accepted events in the order they arrived, small, and which of them carry an id.

A hundred thousand stay as long as the UI does. A record and a number object for each would be ten megabytes, and one
more object each for the garbage collector to look through.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from simulator.tui.happenings import Happening

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_pointillist.identity.attribution import ActorIds, IdEvent

_NOT_SAID = -(1 << 63)


class Arrivals:
    """Happenings by number, from 0."""

    def __init__(self) -> None:
        self._events: list[IdEvent] = []
        self._event_ids: list[str] = []
        self._arrived = array("q")
        self._by_user: dict[str, list[int]] = {}
        self._carrying: dict[str, list[int]] = {}
        self._by_message: dict[str, int] = {}

    def __len__(self) -> int:
        """How many there are."""
        return len(self._events)

    def __getitem__(self, number: int) -> Happening:
        """Return the happening of ``number``."""
        arrived = self._arrived[number]
        return Happening(self._events[number], self._event_ids[number], None if arrived == _NOT_SAID else arrived)

    def append(self, happening: Happening) -> None:
        """Take the next one."""
        event, number = happening.event, len(self._events)
        self._events.append(event)
        self._event_ids.append(happening.event_id)
        self._arrived.append(_NOT_SAID if happening.arrived_us is None else happening.arrived_us)
        if event.user_id is not None:
            self._by_user.setdefault(event.user_id, []).append(number)
        for identifier in event.carried:
            self._carrying.setdefault(identifier, []).append(number)
        self._by_message[event.message] = number

    def event(self, number: int) -> IdEvent:
        """Return what identity reads of ``number``."""
        return self._events[number]

    def find(self, message: str) -> int | None:
        """Return the number of the latest event of a message."""
        return self._by_message.get(message)

    def carrying(self, identifier: str) -> Sequence[int]:
        """Return the numbers of the events with an anonymousId, or with another identifier (``id:NAME:VALUE``)."""
        return self._carrying.get(identifier, ())

    def around(self, actor: ActorIds) -> list[int]:
        """Return the numbers of the events with an id of an actor, or with one it claimed, in vain or not."""
        numbers: set[int] = set()
        for identifier in actor.owned:
            numbers.update(self.carrying(identifier))
        for user_id in actor.user_ids:
            named = self._by_user.get(user_id, ())
            numbers.update(named)
            claimed = {identifier for number in named for identifier in self._events[number].carried}
            numbers.update(number for each in claimed for number in self.carrying(each))
        return sorted(numbers)
