"""What ``transform`` makes of a part of an input: the result lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.pipeline import map_admitted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.mapping.apply import Mapping
    from simulator.trace import Trace


class Transformed(NamedTuple):
    """The result lines of some messages.

    Attributes:
        lines: UTF-8, a line end after each.
        mapped: How many of the messages became events.
        discarded: How many did not.
    """

    lines: bytes
    mapped: int
    discarded: int

    @property
    def messages(self) -> int:
        """How many messages."""
        return self.mapped + self.discarded


class TransformMaking:
    """Takes messages through the mapping and writes what became of them; gives :class:`Transformed`.

    Args:
        mapping: Makes the events.
        written: Writes a trace, with its line end.
        explain: Account for every leaf.
    """

    def __init__(self, mapping: Mapping, written: Callable[[Trace], bytes], *, explain: bool = False) -> None:
        self._mapping = mapping
        self._written = written
        self._explain = explain
        self._lines = bytearray()
        self._mapped = self._discarded = 0

    def take(self, ways: Sequence[Trace]) -> None:
        """Take admitted and discarded messages the rest of the way."""
        map_admitted(ways, self._mapping, explain=self._explain)
        for way in ways:
            self._lines += self._written(way)
            if way.mapped is not None:
                self._mapped += 1
            else:
                self._discarded += 1

    def give(self) -> Transformed:
        """Return what was written since this was last asked."""
        given = Transformed(bytes(self._lines), self._mapped, self._discarded)
        self._lines = bytearray()
        self._mapped = self._discarded = 0
        return given
