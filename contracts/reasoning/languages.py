"""Regular languages: find a shortest string that some patterns match and others do not, or prove there is none. Pure.

What a pattern means as an automaton is :mod:`.patterns`; here several automata are asked one question.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import TYPE_CHECKING

from contracts.reasoning.automata import MAX_CODE, UnsupportedPatternError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.reasoning.automata import Automaton

_MAX_VISITED = 20_000
_PREFERRED = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. "


def shortest(
    wanted: Sequence[Automaton], unwanted: Sequence[Automaton], low: int = 0, high: int | None = None
) -> str | None:
    """Return a shortest string in every ``wanted`` and no ``unwanted`` language with ``low`` to ``high`` characters.

    Returns:
        ``None`` when there is none: a proof.

    Raises:
        UnsupportedPatternError: Too many states to look through.
    """
    automata = (*wanted, *unwanted)
    letters = _letters(automata)
    start = tuple(automaton.starts for automaton in automata)
    seen = {(start, 0)}
    waiting = deque([(start, "")])
    while waiting:
        states, text = waiting.popleft()
        if len(text) >= low and all(
            states[number].isdisjoint(automaton.accepting) == (number >= len(wanted))
            for number, automaton in enumerate(automata)
        ):
            return text
        if high is not None and len(text) >= high:
            continue
        for letter in letters:
            following = tuple(
                automaton.step(state, ord(letter)) for automaton, state in zip(automata, states, strict=True)
            )
            if any(not following[number] for number in range(len(wanted))):
                continue
            key = (following, min(len(text) + 1, low))
            if key not in seen:
                if len(seen) >= _MAX_VISITED:
                    raise UnsupportedPatternError("too many states")
                seen.add(key)
                waiting.append((following, text + letter))
    return None


def _letters(automata: Sequence[Automaton]) -> list[str]:
    """Return one character for every class of characters no automaton tells apart, the plain ones first."""
    cuts = {0, 0xD800, 0xE000, MAX_CODE + 1}
    for automaton in automata:
        for row in automaton.moves:
            for ranges, _ in row:
                for low, high in ranges:
                    cuts.update((low, high + 1))
    edges = sorted(cuts)
    chosen: list[str] = []
    for low, after in pairwise(edges):
        if 0xD800 <= low < 0xE000:
            continue  # lone surrogates are no text
        plain = next((letter for letter in _PREFERRED if low <= ord(letter) < after), None)
        chosen.append(plain or chr(low))
    return sorted(chosen, key=lambda letter: (_PREFERRED.find(letter) % 1_000, letter))
