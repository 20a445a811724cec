r"""Regular expressions as automata. Pure.

The subset of ECMA 262 that JSON Schemas really use: literals, ``.``, classes, escapes, groups, alternation,
quantifiers, ``^`` and ``$`` at the ends, lookaheads behind the first ``^``. Of what only narrows a pattern further
(``\b``, other assertions) the wider language is given, and of all else every text: no guess is made.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from contracts.reasoning.automata import MAX_CODE, Builder, UnsupportedPatternError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.reasoning.automata import Automaton, Ranges

_LINE_ENDS = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_DIGITS = ((0x30, 0x39),)
_WORD = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
_SPACE = ((0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029),
          (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF))  # fmt: skip
_ESCAPES = {"n": 10, "t": 9, "r": 13, "f": 12, "v": 11, "0": 0}

_ASSERTIONS = ("^", "$", "\\b", "\\B", "(?=", "(?!", "(?<=", "(?<!")
_AHEAD = {"(?=": True, "(?!": False}

ANY: Ranges = ((0, MAX_CODE),)


class Pattern(NamedTuple):
    """What is known of the texts a pattern is found in.

    Attributes:
        must: Languages each of them is in.
        must_not: Languages none of them is in.
        exact: Every other text is one of them.
    """

    must: tuple[Automaton, ...]
    must_not: tuple[Automaton, ...]
    exact: bool

    def parts(self) -> Iterator[tuple[Automaton, bool]]:
        """Yield each language, and whether a text has to be in it."""
        yield from ((language, True) for language in self.must)
        yield from ((language, False) for language in self.must_not)

    def found_in(self, text: str) -> bool | None:
        """Tell whether the pattern is found in ``text``; ``None`` where that is not known."""
        if any(language.accepts(text) != wanted for language, wanted in self.parts()):
            return False
        return True if self.exact else None


class _Parser(Builder):
    """Reads one pattern from left to right and builds as it goes.

    Attributes:
        exact: Nothing was left out that narrows the language.
        divided: It has alternatives at the top.
    """

    def __init__(self, pattern: str, at: int = 0) -> None:
        super().__init__()
        self.text = pattern
        self.at = at
        self.exact = True
        self.divided = False

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def search(self) -> tuple[int, int]:
        """Parse the whole pattern with search semantics: what is not anchored may stand anywhere."""
        part = self.alternatives(top=True)
        if self.at < len(self.text):
            raise UnsupportedPatternError(f"{self.peek()!r} at {self.at}")
        return part

    def ahead(self) -> tuple[int, int]:
        """Parse a lookahead's inside, which stands where the text begins, up to its closing bracket."""
        part = self.alternatives(top=True, begun=True)
        if self.peek() != ")":
            raise UnsupportedPatternError("an open group")
        self.at += 1
        return part

    def alternatives(self, *, top: bool = False, begun: bool = False) -> tuple[int, int]:
        parts = [self.branch(top=top, begun=begun)]
        while self.peek() == "|":
            self.at += 1
            self.divided = self.divided or top
            parts.append(self.branch(top=top, begun=begun))
        return parts[0] if len(parts) == 1 else self.either(parts)

    def branch(self, *, top: bool, begun: bool) -> tuple[int, int]:
        """Parse one alternative.

        Args:
            top: It stands in no group, so what comes before and after it is any text.
            begun: But for what comes before it, which is nothing.
        """
        made = self.nothing()
        if top and self.peek() == "^":
            self.at += 1
        elif top and not begun:
            made = self.star(self.read(ANY))
        while (character := self.peek()) and character not in "|)":
            if character == "$" and top and self.text[self.at + 1 : self.at + 2] in ("", "|", ")"):
                self.at += 1
                return made
            made = self.chain(made, self.quantified())
        return self.chain(made, self.star(self.read(ANY))) if top else made

    def quantified(self) -> tuple[int, int]:
        begin = self.at
        asserted = self.assertion()
        part = asserted or self.atom()
        end = self.at
        bounds = self.quantifier()
        if bounds is None:
            return part
        if asserted:
            raise UnsupportedPatternError("a quantified assertion")
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

    def assertion(self) -> tuple[int, int] | None:
        """Pass over what reads nothing and only narrows the pattern; the validator is asked about it."""
        for word in _ASSERTIONS:
            if self.text.startswith(word, self.at):
                self.exact = False
                self.at += len(word)
                if word.startswith("("):
                    self.alternatives()
                    if self.peek() != ")":
                        raise UnsupportedPatternError("an open group")
                    self.at += 1
                return self.nothing()
        return None

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
def compile_pattern(pattern: str) -> Pattern:
    """Return what is known of the strings in which ``pattern`` is found; of one that cannot be read that is nothing."""
    must: list[Automaton] = []
    must_not: list[Automaton] = []
    exact = True
    at = 1
    try:
        while pattern.startswith("^") and (wanted := _AHEAD.get(pattern[at : at + 3])) is not None:
            inside = _Parser(pattern, at + 3)
            language = inside.automaton(inside.ahead())
            at = inside.at
            exact = exact and inside.exact
            if wanted:
                must.append(language)
            elif inside.exact:  # outside a wider language is not outside
                must_not.append(language)
        main = _Parser("^" + pattern[at:] if at > 1 else pattern)
        must.append(main.automaton(main.search()))
    except UnsupportedPatternError:
        return Pattern((), (), exact=False)
    if at > 1 and main.divided:  # the lookaheads stand in the first alternative only
        return Pattern((), (), exact=False)
    return Pattern(tuple(must), tuple(must_not), exact and main.exact)
