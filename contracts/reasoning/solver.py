"""The search: goals are taken apart keyword by keyword, alternatives are tried one after the other. Pure.

For one JSON type at a time the goals become a list of *atoms* (a bound, a pattern, "every item from the second on
passes S", "some property fails S") and a list of alternatives still to choose from. When nothing is left to choose, the
room of the type decides: :mod:`.scalars`, :mod:`.arrays`, :mod:`.objects`. A branch that meets its own question again
is closed: a smallest instance never needs that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.reasoning.arrays import ArrayGoal
from contracts.reasoning.atoms import KEYWORD_TYPE, Atom, State, keywords_of, solve_number, solve_text, take_atom
from contracts.reasoning.documents import OPAQUE, Goal, UnresolvableError, type_of
from contracts.reasoning.evaluating import evaluate, every, negate
from contracts.reasoning.objects import ObjectGoal
from contracts.reasoning.outcomes import NONE, UNSURE, Outcome, OutOfPatienceError, Witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.reasoning.atoms import Part

TYPES = ("string", "object", "number", "array", "boolean", "null")
"""In the order they are tried: where any will do, an example's value is a text."""
_DEPTH = 24
_FEW = 3


class Solver:
    """Looks for instances. One solver a comparison: what it has proved once it remembers.

    Args:
        patience: Steps before it gives up with :class:`OutOfPatienceError` inside, ``UNSURE`` outside.
    """

    def __init__(self, patience: int = 20_000) -> None:
        self._patience = patience
        self._known: dict[frozenset[Any], Outcome] = {}
        self._asking: dict[frozenset[Any], int] = {}
        self._shallowest = _DEPTH + 1

    def solve(self, goals: Sequence[Goal]) -> Outcome:
        """Return an instance that meets every goal, ``NONE``, or ``UNSURE``; never raises."""
        try:
            return self.search(goals)
        except (OutOfPatienceError, UnresolvableError, RecursionError):
            return UNSURE
        finally:
            self._asking.clear()
            self._shallowest = _DEPTH + 1

    def spend(self, steps: int = 1) -> None:
        """Use up patience.

        Raises:
            OutOfPatienceError: None is left.
        """
        self._patience -= steps
        if self._patience < 0:
            raise OutOfPatienceError

    def search(self, goals: Sequence[Goal]) -> Outcome:
        """Do what :meth:`solve` does, from inside; may raise :class:`OutOfPatienceError`."""
        key = frozenset(goal.key() for goal in goals)
        if key in self._known:
            return self._known[key]
        if key in self._asking:
            self._shallowest = min(self._shallowest, self._asking[key])
            return NONE
        depth = len(self._asking)
        if depth >= _DEPTH:
            return UNSURE
        self.spend()
        self._asking[key] = depth
        outer, self._shallowest = self._shallowest, _DEPTH + 1
        outcome: Outcome = NONE
        for kind in TYPES:
            answer = self._of_type(goals, kind)
            if isinstance(answer, Witness):
                outcome = answer
                break
            if answer is UNSURE:
                outcome = UNSURE
        del self._asking[key]
        if outcome is not NONE or self._shallowest >= depth:
            self._known[key] = outcome  # a proof that leans on an open question above is none by itself
        self._shallowest = min(outer, self._shallowest) if self._shallowest < depth else outer
        return outcome

    def _of_type(self, goals: Sequence[Goal], kind: str) -> Outcome:
        if kind in ("boolean", "null"):
            return self._among([True, False] if kind == "boolean" else [None], goals)
        state = State([], [], set())
        if not self._take_apart(list(goals), state, kind):
            return NONE
        return self._choose(state, kind, goals)

    def _among(self, values: Iterable[Any], goals: Sequence[Goal]) -> Outcome:
        """Look through a finite set of values."""
        doubtful: Outcome = NONE
        if any(goal.document.fourth for goal in goals):
            values = [form for value in values for form in _written(value)]
        for value in values:
            answer = every(_meets(goal, value) for goal in goals)
            if answer:
                return Witness(value)
            if answer is None and doubtful is NONE:
                doubtful = Witness(value)
        return doubtful

    def _choose(self, state: State, kind: str, goals: Sequence[Goal]) -> Outcome:
        self.spend()
        if not state.choices:
            return self._decide(state.atoms, kind, goals)
        live = [[one for one in choice if _is_open(one, state)] for choice in state.choices]
        at = min(range(len(live)), key=lambda place: len(live[place]))
        if (len(live) > 1 or len(live[at]) > _FEW) and self._decide(state.atoms, kind, goals) is NONE:
            return NONE  # what is settled contradicts itself: no choice can help, and there may be thousands
        outcome: Outcome = NONE
        for alternative in live[at]:
            branch = State(list(state.atoms), live[:at] + live[at + 1 :], set(state.done))
            if not self._take_apart(list(alternative), branch, kind):
                continue
            answer = self._choose(branch, kind, goals)
            if isinstance(answer, Witness):
                return answer
            if answer is UNSURE:
                outcome = UNSURE
        return outcome

    def _take_apart(self, waiting: list[Part], state: State, kind: str) -> bool:
        """Break goals into atoms and choices; ``False`` when they contradict each other."""
        while waiting:
            self.spend()
            goal = waiting.pop()
            if isinstance(goal, Atom):
                if not take_atom(goal, state, kind, waiting):
                    return False
                continue
            goal = goal._replace(document=goal.document.at(goal.schema))
            schema, wanted = goal.schema, goal.wanted
            if isinstance(schema, bool):
                if schema != wanted:
                    return False
                continue
            key = goal.key()
            if key in state.done:
                continue
            if (*key[:2], not wanted) in state.done:
                return False
            state.done.add(key)
            parts = [part for part in keywords_of(goal) if KEYWORD_TYPE.get(part.keyword, kind) == kind]
            if wanted:
                waiting.extend(parts)
            elif len(parts) == 1:
                waiting.append(parts[0]._replace(wanted=False))
            elif parts:
                state.choices.append([[part._replace(wanted=False)] for part in parts])
            else:
                return False
        return True

    def _decide(self, atoms: Sequence[Atom], kind: str, goals: Sequence[Goal]) -> Outcome:
        for atom in atoms:
            if atom.keyword == "enum" and atom.wanted:
                return self._among([value for value in atom.value if type_of(value) == kind], goals)
        opposites: set[tuple[str, str, bool]] = set()
        known: list[Atom] = []
        for atom in atoms:
            if atom.keyword in OPAQUE:
                key = Goal(atom.document, atom.schema, True).key()[1]
                if (atom.keyword, key, not atom.wanted) in opposites:
                    return NONE
                opposites.add((atom.keyword, key, atom.wanted))
            else:
                known.append(atom)
        if kind == "number":
            outcome = solve_number(known)
        elif kind == "string":
            outcome = solve_text(known)
        elif kind == "array":
            outcome = ArrayGoal(self, known).solve()
        else:
            outcome = ObjectGoal(self, known).solve()
        return outcome  # an opaque keyword may still refuse a witness: whoever asked has a validator look at it


def _is_open(alternative: Sequence[Part], state: State) -> bool:
    """Tell whether no goal of an alternative is settled the other way; of the pairs of a ``oneOf`` few are left."""
    for part in alternative:
        if isinstance(part, Goal) and not isinstance(part.schema, bool):
            key = part._replace(document=part.document.at(part.schema)).key()
            if (*key[:2], not part.wanted) in state.done:
                return False
    return True


def _written(value: Any) -> list[Any]:
    """Return a value in each way of writing it that draft-04 tells apart: ``1`` and ``1.0``."""
    if type_of(value) != "number" or value != int(value) or float(value) != value:
        return [value]
    return [int(value), float(value)]


def _meets(goal: Goal, value: Any) -> bool | None:
    answer = evaluate(goal.document, goal.schema, value)
    return answer if goal.wanted else negate(answer)
