"""Strings: is there one with these lengths, patterns and formats? Pure: a validator is asked, where there is one.

What a pattern or a format means is not always known exactly. Then a wider language proves that there is no such string,
and each string of it is a suggestion the validator is asked about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, product
from typing import TYPE_CHECKING, NamedTuple

from contracts.reasoning.automata import UnsupportedPatternError, literals
from contracts.reasoning.formats import FORMATS, ODD_TEXTS, WIDER, is_checked, texts_of
from contracts.reasoning.languages import shortest
from contracts.reasoning.outcomes import NONE, UNSURE, Outcome, Witness
from contracts.reasoning.patterns import compile_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.reasoning.automata import Automaton
    from contracts.reasoning.documents import Document

_MOST_WAYS = 64
_LONG = 200


class Said(NamedTuple):
    """What one keyword says of a text: ``pattern`` or ``format``, its value, and where it stands."""

    keyword: str
    value: str
    document: Document
    wanted: bool

    def holds(self, text: str) -> bool:
        """Say whether the validator confirms it."""
        return self.document.holds(self.keyword, self.value, text) is self.wanted


class _Languages(NamedTuple):
    """Languages a text must be in, and those it must not be in."""

    wanted: tuple[Automaton, ...]
    unwanted: tuple[Automaton, ...]

    def and_in(self, language: Automaton, *, wanted: bool) -> _Languages:
        """Return these and one more."""
        if wanted:
            return self._replace(wanted=(*self.wanted, language))
        return self._replace(unwanted=(*self.unwanted, language))

    def hold(self, text: str) -> bool:
        """Tell whether ``text`` is where it must be."""
        return all(one.accepts(text) for one in self.wanted) and not any(one.accepts(text) for one in self.unwanted)


@dataclass(slots=True)
class TextGoal:
    """What a string must be: lengths in characters, what is said of it, texts it is not."""

    low: int = 0
    high: int | None = None
    said: list[Said] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)

    def solve(self) -> Outcome:
        """Find a string, prove there is none, or give up."""
        if (self.high is not None and self.low > self.high) or self._is_contradictory():
            return NONE
        if self.low > _LONG and not self.said:
            return Witness("a" * self.low) if "a" * self.low not in self.excluded else UNSURE
        try:
            return self._search()
        except UnsupportedPatternError:  # too many states
            return UNSURE

    def _is_contradictory(self) -> bool:
        refused = {(one.keyword, one.value, one.document.dialect) for one in self.said if not one.wanted}
        return any(
            (one.keyword, value, one.document.dialect) in refused
            for one in self.said
            if one.wanted
            for value in (one.value, *(WIDER.get(one.value, ()) if one.keyword == "format" else ()))
        )

    def _search(self) -> Outcome:
        known = _Languages((), (literals(self.excluded),) if self.excluded else ())
        ways: list[list[tuple[Automaton, bool]]] = []
        asked: list[Said] = []
        near: list[Automaton] = []
        for one in self.said:
            if one.keyword == "format":
                asked.append(one)
                shape = FORMATS[one.value].shape if one.wanted and one.value in FORMATS else None
                if shape is not None and is_checked(one.document, one.value):
                    known = known.and_in(*compile_pattern(shape).must, wanted=True)
                continue
            pattern = compile_pattern(one.value)
            if not pattern.exact:
                asked.append(one)
            if one.wanted:
                for language, wanted in pattern.parts():
                    known = known.and_in(language, wanted=wanted)
            elif pattern.exact:
                ways.append([(language, not wanted) for language, wanted in pattern.parts()])
            else:
                near += pattern.must
        outcome: Outcome = NONE
        for number, way in enumerate(product(*ways)):
            if number >= _MOST_WAYS:
                return UNSURE
            languages = known
            for language, wanted in way:
                languages = languages.and_in(language, wanted=wanted)
            text = self._shortest(languages)
            if text is None:
                continue
            for suggested in chain((text,), self._suggested(languages, near, asked) if asked else ()):
                if all(one.holds(suggested) for one in asked):
                    return Witness(suggested)
            outcome = UNSURE
        return outcome

    def _shortest(self, languages: _Languages) -> str | None:
        return shortest(languages.wanted, languages.unwanted, self.low, self.high)

    def _suggested(self, languages: _Languages, near: Iterable[Automaton], asked: Iterable[Said]) -> Iterator[str]:
        """Yield texts of the languages: of the formats, odd ones, those just outside a language that is too wide."""
        texts = [
            text for one in asked if one.keyword == "format" and one.wanted for text in texts_of(one.value, self.low)
        ]
        for text in (*texts, *ODD_TEXTS):
            if self.low <= len(text) and (self.high is None or len(text) <= self.high) and languages.hold(text):
                yield text
        for language in near:
            outside = self._shortest(languages.and_in(language, wanted=False))
            if outside is not None:
                yield outside
