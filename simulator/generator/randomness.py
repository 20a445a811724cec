"""Randomness, always from a seed: named streams, weighted tables, waiting times, ids.

Only ``random()`` and ``getrandbits()`` of the standard generator are used: their output is promised never to change
between Python versions, that of ``choice`` and its kin is not. Nothing here reads the clock or the operating system.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from math import cos, log, pi, sqrt
from random import Random
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

T = TypeVar("T")


def stream(seed: int | str, *names: str | int) -> Random:
    """Return the generator of one purpose: ``stream(42, "person", 7)``. Streams of other names do not disturb it."""
    return Random(":".join(map(str, (seed, *names))))


class Table(Generic[T]):
    """Values with weights, made once and drawn from often.

    Attributes:
        values: What can be drawn.
    """

    __slots__ = ("_sums", "_total", "values")

    def __init__(self, rows: Iterable[tuple[T, float]]) -> None:
        pairs = tuple(rows)
        self.values: tuple[T, ...] = tuple(value for value, _ in pairs)
        self._sums = list(accumulate(weight for _, weight in pairs))
        self._total = self._sums[-1] if self._sums else 0.0

    def draw(self, rng: Random) -> T:
        """Return one value, by weight."""
        index = bisect_right(self._sums, rng.random() * self._total)
        return self.values[min(index, len(self.values) - 1)]


def one_of(rng: Random, values: Sequence[T]) -> T:
    """Return one of the values, all equally likely."""
    return values[int(rng.random() * len(values))]


def between(rng: Random, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high``, both included."""
    return low + int(rng.random() * (high - low + 1))


def exponential(rng: Random, mean: float) -> float:
    """Return a waiting time with this mean: what passes between things that happen at a steady rate."""
    return -log(1.0 - rng.random()) * mean


def normal(rng: Random) -> float:
    """Return a standard normal number (Box and Muller)."""
    return sqrt(-2.0 * log(1.0 - rng.random())) * cos(2.0 * pi * rng.random())


_FREE = ~(0xF000C << 60)
_VERSION_4 = 0x40008 << 60
"""Version and variant of a UUID, as bits of its 128."""


def uuid4(rng: Random) -> str:
    """Return a version 4 UUID as text."""
    text = f"{rng.getrandbits(128) & _FREE | _VERSION_4:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def token(rng: Random, length: int) -> str:
    """Return ``length`` hexadecimal digits."""
    return f"{rng.getrandbits(4 * length):0{length}x}"
