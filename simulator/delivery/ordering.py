"""Order per actor, whatever the concurrency: a line a key, and a job goes when it is first in all its lines. Pure.

Messages that share a userId or an anonymousId stay in order. An identify with both ids stands in both lines, so it
waits for the tracks of either id and holds back those that come after: the union of ids needs no union-find.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

T = TypeVar("T")


class _Ticket(Generic[T]):
    """One job and how many lines it is not first in yet."""

    __slots__ = ("job", "keys", "missing")

    def __init__(self, job: T, keys: tuple[Hashable, ...]) -> None:
        self.job = job
        self.keys = keys
        self.missing = 0


class Lines(Generic[T]):
    """All lines. Only keys with a job under way are kept, so memory follows the jobs, not the actors seen."""

    def __init__(self) -> None:
        self._lines: dict[Hashable, deque[_Ticket[T]]] = {}
        self._tickets: dict[int, _Ticket[T]] = {}

    def __len__(self) -> int:
        """How many jobs have entered and not left."""
        return len(self._tickets)

    def enter(self, job: T, keys: Iterable[Hashable]) -> bool:
        """Put a job at the end of the lines of ``keys``.

        Returns:
            Whether it may go at once. A job without keys always may.

        Raises:
            ValueError: This very job (by identity) stands in line already.
        """
        if id(job) in self._tickets:
            raise ValueError("the job stands in line already")
        ticket = _Ticket(job, tuple(dict.fromkeys(keys)))
        self._tickets[id(job)] = ticket
        for key in ticket.keys:
            line = self._lines.get(key)
            if line is None:
                self._lines[key] = deque((ticket,))
            else:
                line.append(ticket)
                ticket.missing += 1
        return ticket.missing == 0

    def leave(self, job: T) -> list[T]:
        """Take a finished job out of its lines.

        Returns:
            The jobs that may go now, in the order they entered each line.

        Raises:
            KeyError: The job is in no line.
            ValueError: The job was not first in its lines, so it may not have gone.
        """
        ticket = self._tickets[id(job)]
        if ticket.missing:
            raise ValueError("the job left before its turn")
        del self._tickets[id(job)]
        ready: list[T] = []
        for key in ticket.keys:
            line = self._lines[key]
            line.popleft()
            if not line:
                del self._lines[key]
                continue
            head = line[0]
            head.missing -= 1
            if head.missing == 0:
                ready.append(head.job)
        return ready
