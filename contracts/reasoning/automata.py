"""Nondeterministic automata over code points, built from parts by Thompson's construction. Pure.

A part is a (start, end) pair of states. What a regular expression means in these terms is :mod:`.patterns`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Ranges: TypeAlias = "tuple[tuple[int, int], ...]"
"""Code points, as pairs of first and last."""
MAX_CODE = 0x10FFFF
_MAX_STATES = 3_000


class UnsupportedPatternError(ValueError):
    """The pattern uses something this package does not reason about."""


class Automaton:
    """A nondeterministic automaton without empty moves left unresolved.

    Attributes:
        starts: The states before the first character.
        moves: For each state what it reads and where that leads.
        accepting: The states in which a text may end.
    """

    __slots__ = ("_known", "accepting", "moves", "starts")

    def __init__(
        self,
        starts: frozenset[int],
        moves: tuple[tuple[tuple[Ranges, frozenset[int]], ...], ...],
        accepting: frozenset[int],
    ) -> None:
        self.starts = starts
        self.moves = moves
        self.accepting = accepting
        self._known: dict[tuple[frozenset[int], int], frozenset[int]] = {}

    def step(self, states: frozenset[int], code: int) -> frozenset[int]:
        """Return the states after reading one code point; a step once taken is remembered."""
        key = (states, code)
        if key not in self._known:
            self._known[key] = frozenset(
                target
                for state in states
                for ranges, targets in self.moves[state]
                if any(low <= code <= high for low, high in ranges)
                for target in targets
            )
        return self._known[key]

    def accepts(self, text: str) -> bool:
        """Tell whether the language holds ``text``."""
        states = self.starts
        for character in text:
            states = self.step(states, ord(character))
        return not states.isdisjoint(self.accepting)


class Builder:
    """States and moves under construction."""

    def __init__(self) -> None:
        self.empty: list[list[int]] = []
        self.reads: list[list[tuple[Ranges, int]]] = []

    def state(self) -> int:
        """Add a state.

        Raises:
            UnsupportedPatternError: There are too many to reason about.
        """
        if len(self.empty) >= _MAX_STATES:
            raise UnsupportedPatternError("too large")
        self.empty.append([])
        self.reads.append([])
        return len(self.empty) - 1

    def read(self, ranges: Ranges) -> tuple[int, int]:
        """Add a part that reads one code point of ``ranges``."""
        start, end = self.state(), self.state()
        self.reads[start].append((ranges, end))
        return start, end

    def nothing(self) -> tuple[int, int]:
        """Add a part that reads nothing."""
        start = self.state()
        return start, start

    def chain(self, first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
        """Put one part behind another."""
        self.empty[first[1]].append(second[0])
        return first[0], second[1]

    def either(self, parts: Sequence[tuple[int, int]]) -> tuple[int, int]:
        """Offer several parts."""
        start, end = self.state(), self.state()
        for part in parts:
            self.empty[start].append(part[0])
            self.empty[part[1]].append(end)
        return start, end

    def star(self, part: tuple[int, int]) -> tuple[int, int]:
        """Repeat a part any number of times, none included."""
        start, end = self.state(), self.state()
        self.empty[start] += [part[0], end]
        self.empty[part[1]] += [part[0], end]
        return start, end

    def automaton(self, part: tuple[int, int]) -> Automaton:
        """Return what was built, with its moves without reading resolved."""
        closures = [self._closure(state) for state in range(len(self.empty))]
        moves = tuple(tuple((ranges, closures[target]) for ranges, target in row) for row in self.reads)
        return Automaton(closures[part[0]], moves, frozenset({part[1]}))

    def _closure(self, state: int) -> frozenset[int]:
        reached, waiting = {state}, [state]
        while waiting:
            for target in self.empty[waiting.pop()]:
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return frozenset(reached)


def literals(texts: Iterable[str]) -> Automaton:
    """Return the language that holds exactly ``texts``."""
    builder = Builder()
    parts = []
    for text in texts:
        made = builder.nothing()
        for character in text:
            made = builder.chain(made, builder.read(((ord(character), ord(character)),)))
        parts.append(made)
    return builder.automaton(builder.either(parts))
