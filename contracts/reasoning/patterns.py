"""Regular expressions as automata, by Thompson's construction. Pure.

The subset of ECMA 262 that JSON Schemas really use: literals, ``.``, classes, escapes, groups, alternation,
quantifiers, ``^`` and ``$`` at the ends. Anything else raises :class:`UnsupportedPatternError`: no guess is made.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_CODE = 0x10FFFF
_MAX_STATES = 3_000
_LINE_ENDS = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_DIGITS = ((0x30, 0x39),)
_WORD = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE = ((0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
          (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF))  # fmt: skip
_ESCAPES = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11, "0": 0}

Ranges = tuple[tuple[int, int], ...]
ANY: Ranges = ((0, MAX_CODE),)


class UnsupportedPatternError(ValueError):
    """The pattern uses something this module does not reason about."""


class Automaton(NamedTuple):
    """A nondeterministic automaton without empty moves left unresolved: starts, moves by state, accepting states."""

    starts: frozenset[int]
    moves: tuple[tuple[tuple[Ranges, frozenset[int]], ...], ...]
    accepting: frozenset[int]

    def step(self, states: frozenset[int], code: int) -> frozenset[int]:
        """Return the states after reading one code point."""
        return frozenset(
            target
            for state in states
            for ranges, targets in self.moves[state]
            if any(low <= code <= high for low, high in ranges)
            for target in targets
        )

    def accepts(self, text: str) -> bool:
        """Tell whether the language holds ``text``."""
        states = self.starts
        for character in text:
            states = self.step(states, ord(character))
        return not states.isdisjoint(self.accepting)


class _Builder:
    """Thompson's construction; fragments are (start, end) pairs."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.empty: list[list[int]] = []
        self.reads: list[list[tuple[Ranges, int]]] = []

    def state(self) -> int:
        if len(self.empty) >= _MAX_STATES:
            raise UnsupportedPatternError("too large")
        self.empty.append([])
        self.reads.append([])
        return len(self.empty) - 1

    def read(self, ranges: Ranges) -> tuple[int, int]:
        start, end = self.state(), self.state()
        self.reads[start].append((ranges, end))
        return start, end

    def nothing(self) -> tuple[int, int]:
        start = self.state()
        return start, start

    def chain(self, first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
        self.empty[first[1]].append(second[0])
        return first[0], second[1]

    def either(self, parts: Sequence[tuple[int, int]]) -> tuple[int, int]:
        start, end = self.state(), self.state()
        for part in parts:
            self.empty[start].append(part[0])
            self.empty[part[1]].append(end)
        return start, end

    def star(self, part: tuple[int, int]) -> tuple[int, int]:
        start, end = self.state(), self.state()
        self.empty[start] += [part[0], end]
        self.empty[part[1]] += [part[0], end]
        return start, end

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def search(self) -> tuple[int, int]:
        """Parse the whole pattern with search semantics: what is not anchored may stand anywhere."""
        parts = [self.branch(top=True)]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.branch(top=True))
        if self.at < len(self.text):
            raise UnsupportedPatternError(f"{self.peek()!r} at {self.at}")
        return self.either(parts)

    def alternatives(self) -> tuple[int, int]:
        parts = [self.branch(top=False)]
        while self.peek() == "|":
            self.at += 1
            parts.append(self.branch(top=False))
        return parts[0] if len(parts) == 1 else self.either(parts)

    def branch(self, *, top: bool) -> tuple[int, int]:
        made = self.nothing()
        if top:
            if self.peek() == "^":
                self.at += 1
            else:
                made = self.star(self.read(ANY))
        while (character := self.peek()) and character not in "|)":
            if character == "$" and top and (self.at + 1 == len(self.text) or self.text[self.at + 1] == "|"):
                self.at += 1
                return made
            made = self.chain(made, self.quantified())
        return self.chain(made, self.star(self.read(ANY))) if top else made

    def quantified(self) -> tuple[int, int]:
        begin = self.at
        part = self.atom()
        end = self.at
        bounds = self.quantifier()
        if bounds is None:
            return part
        low, high = bounds
        made = self.nothing()
        for number in range(low):
            made = self.chain(made, part if number == 0 else self.again(begin, end))
        if high is None:
            return self.chain(made, self.star(part if low == 0 else self.again(begin, end)))
        for number in range(high - low):
            once = part if low == 0 and number == 0 else self.again(begin, end)
            made = self.chain(made, self.either([once, self.nothing()]))
        return made

    def again(self, begin: int, end: int) -> tuple[int, int]:
        """Build the atom that stands from ``begin`` to ``end`` once more."""
        kept, self.at = self.at, begin
        part = self.atom()
        assert self.at == end
        self.at = kept
        return part

    def quantifier(self) -> tuple[int, int | None] | None:
        mark = self.peek()
        bounds: tuple[int, int | None] | None = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(mark)
        if bounds is not None:
            self.at += 1
        elif mark == "{":
            close = self.text.find("}", self.at)
            low, comma, high = self.text[self.at + 1 : max(close, 0)].partition(",")
            if close < 0 or not low.isdigit() or (high and not high.isdigit()):
                raise UnsupportedPatternError("a brace that is no quantifier")
            bounds = (int(low), (int(high) if high else None) if comma else int(low))
            if bounds[1] is not None and bounds[1] < bounds[0]:
                raise UnsupportedPatternError("a quantifier out of order")
            self.at = close + 1
        else:
            return None
        if self.peek() == "?":  # lazy: the same language
            self.at += 1
        if self.peek() in ("*", "+", "{") and self.peek():
            raise UnsupportedPatternError("two quantifiers")
        return bounds

    def atom(self) -> tuple[int, int]:
        character = self.peek()
        self.at += 1
        if character == "(":
            if self.text.startswith("?:", self.at):
                self.at += 2
            elif self.peek() == "?":
                raise UnsupportedPatternError("a special group")
            part = self.alternatives()
            if self.peek() != ")":
                raise UnsupportedPatternError("an open group")
            self.at += 1
            return part
        if character == ".":
            return self.read(_without(_LINE_ENDS))
        if character == "[":
            return self.read(self.char_class())
        if character == "\\":
            return self.read(self.escape())
        if character in "^$*+?{}])":
            raise UnsupportedPatternError(f"{character!r} at {self.at - 1}")
        return self.read(((ord(character), ord(character)),))

    def escape(self, *, in_class: bool = False) -> Ranges:
        character = self.peek()
        self.at += 1
        named = {"d": _DIGITS, "w": _WORD, "s": _SPACE}.get(character.lower())
        if named is not None:
            return named if character.islower() else _without(named)
        if character in ("x", "u"):
            width = 2 if character == "x" else 4
            digits = self.text[self.at : self.at + width]
            try:
                code = int(digits, 16)
            except ValueError:
                raise UnsupportedPatternError("an escape") from None
            if len(digits) != width or 0xD800 <= code <= 0xDFFF:
                raise UnsupportedPatternError("an escape")
            self.at += width
            return ((code, code),)
        if character in _ESCAPES:
            return ((_ESCAPES[character], _ESCAPES[character]),)
        if in_class and character == "b":
            return ((8, 8),)
        if not character or character.isalnum():
            raise UnsupportedPatternError(f"the escape \\{character}")
        return ((ord(character), ord(character)),)

    def char_class(self) -> Ranges:
        negated = self.peek() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while (character := self.peek()) != "]":
            if not character or character == "[":
                raise UnsupportedPatternError("a class")
            low = self.class_item()
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                high = self.class_item()
                if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or high[0][0] < low[0][0]:
                    raise UnsupportedPatternError("a range")
                ranges.append((low[0][0], high[0][1]))
            else:
                ranges.extend(low)
        self.at += 1
        return _without(tuple(ranges)) if negated else tuple(ranges)

    def class_item(self) -> Ranges:
        character = self.peek()
        self.at += 1
        return self.escape(in_class=True) if character == "\\" else ((ord(character), ord(character)),)

    def automaton(self, fragment: tuple[int, int]) -> Automaton:
        closures = [self.closure(state) for state in range(len(self.empty))]
        moves = tuple(tuple((ranges, closures[target]) for ranges, target in row) for row in self.reads)
        return Automaton(closures[fragment[0]], moves, frozenset({fragment[1]}))

    def closure(self, state: int) -> frozenset[int]:
        reached, waiting = {state}, [state]
        while waiting:
            for target in self.empty[waiting.pop()]:
                if target not in reached:
                    reached.add(target)
                    waiting.append(target)
        return frozenset(reached)


def _without(ranges: Ranges) -> Ranges:
    kept: list[tuple[int, int]] = []
    low = 0
    for start, end in sorted(ranges):
        if start > low:
            kept.append((low, start - 1))
        low = max(low, end + 1)
    if low <= MAX_CODE:
        kept.append((low, MAX_CODE))
    return tuple(kept)


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Automaton:
    """Return the language of strings in which ``pattern`` is found.

    Raises:
        UnsupportedPatternError: The pattern uses what this module does not reason about.
    """
    builder = _Builder(pattern)
    return builder.automaton(builder.search())


def literals(texts: Iterable[str]) -> Automaton:
    """Return the language that holds exactly ``texts``."""
    builder = _Builder("")
    builder.empty, builder.reads = [], []
    parts = []
    for text in texts:
        made = builder.nothing()
        for character in text:
            made = builder.chain(made, builder.read(((ord(character), ord(character)),)))
        parts.append(made)
    return builder.automaton(builder.either(parts))
