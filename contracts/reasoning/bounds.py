"""Numbers: is there one within these bounds and steps? Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, gcd, lcm
from typing import TYPE_CHECKING, Any

from contracts.reasoning.evaluating import exact
from contracts.reasoning.outcomes import NONE, UNSURE, Outcome, Witness

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCANNED = 10_000


@dataclass(slots=True)
class NumberGoal:
    """What a number must be.

    Attributes:
        low: Lower bound; ``low_open`` tells whether it is excluded. ``high`` the same.
        steps: Every one of these it must be a multiple of.
        not_steps: None of these.
        excluded: Not one of these.
        written: It must be written without a point (``True``), with one (``False``): only draft-04 asks.
    """

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False
    steps: list[Fraction] = field(default_factory=list)
    not_steps: list[Fraction] = field(default_factory=list)
    excluded: list[Any] = field(default_factory=list)
    written: set[bool] = field(default_factory=set)

    def at_least(self, limit: float, *, is_open: bool) -> None:
        """Raise the lower bound."""
        value = exact(limit)
        if self.low is None or value > self.low or (value == self.low and is_open):
            self.low, self.low_open = value, is_open

    def at_most(self, limit: float, *, is_open: bool) -> None:
        """Lower the upper bound."""
        value = exact(limit)
        if self.high is None or value < self.high or (value == self.high and is_open):
            self.high, self.high_open = value, is_open

    def _fits(self, value: Fraction) -> bool:
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return (
            above
            and below
            and all((value / step).denominator == 1 for step in self.steps)
            and not any((value / step).denominator == 1 for step in self.not_steps)
            and not any(exact(other) == value for other in self.excluded)
        )

    def solve(self) -> Outcome:
        """Find a number, prove there is none, or give up."""
        if len(self.written) == 2:
            return NONE
        if True in self.written:
            self.steps.append(Fraction(1))
        if self.low is not None and self.high is not None:
            if self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)):
                return NONE
            if self.low == self.high:
                return self._witness([self.low]) or NONE
        if not self.steps:
            return self._witness(self._dense()) or UNSURE
        step = self.steps[0]
        for other in self.steps[1:]:
            step = _common_multiple(step, other)
        if any((step / other).denominator == 1 for other in self.not_steps):
            return NONE
        return self._stepped(step)

    def _stepped(self, step: Fraction) -> Outcome:
        first = None if self.low is None else ceil(self.low / step)
        last = None if self.high is None else floor(self.high / step)
        if first is not None and last is not None and last - first < _SCANNED:
            return self._witness(sorted((step * k for k in range(first, last + 1)), key=abs)) or NONE
        if first is None and last is None:
            tries = (step * k for n in range(_SCANNED // 2) for k in (n, -n))
        elif first is not None:
            begin = max(first, 0) if last is None else first
            tries = (step * (begin + n) for n in range(_SCANNED))
        else:
            assert last is not None
            begin = min(last, 0)
            tries = (step * (begin - n) for n in range(_SCANNED))
        return self._witness(tries) or UNSURE

    def _dense(self) -> Iterator[Fraction]:
        low = self.low if self.low is not None else (self.high - 10 if self.high is not None else Fraction(0))
        high = self.high if self.high is not None else low + 10
        if self.low is None and self.high is None:
            low = Fraction(-1)
        yield from (Fraction(whole) for whole in range(ceil(low), min(floor(high), ceil(low) + 300) + 1))
        yield from (low, high)
        for parts in (2, 10, 4, 100, 7, 1000, 64, 3):
            yield from (low + (high - low) * part / parts for part in range(1, min(parts, 40)))

    def _witness(self, tries: Any) -> Witness | None:
        for value in tries:
            if not self._fits(value):
                continue
            if value.denominator == 1 and False not in self.written:
                return Witness(int(value))
            if self._fits(exact(float(value))):
                return Witness(float(value))
        return None


def _common_multiple(first: Fraction, second: Fraction) -> Fraction:
    return Fraction(lcm(first.numerator, second.numerator), gcd(first.denominator, second.denominator))
