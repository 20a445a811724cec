"""Arrays: is there one with these lengths, items, counts and uniqueness? Pure.

Lengths are tried from the shortest on. Beyond the longest fixed position one item more only helps where something must
exist, so the number of lengths to try is finite and small.
"""

from __future__ import annotations

from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from contracts.reasoning.documents import Document, Goal, same, type_of
from contracts.reasoning.outcomes import NONE, UNSURE, Outcome, Witness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from contracts.reasoning.atoms import Atom
    from contracts.reasoning.solver import Solver

_LONGEST = 12
_MOST_WAYS = 400
_FREE = Document(True)


class ArrayGoal:
    """What an array must be, gathered from atoms."""

    def __init__(self, solver: Solver, atoms: Sequence[Atom]) -> None:
        self._solver = solver
        self.low = 0
        self.high: int | None = None
        self.unique = False
        self.twins = False
        self.prefix: list[tuple[int, Goal]] = []
        self.tails: list[tuple[int, Goal]] = []
        self.somewhere: list[tuple[int, Goal]] = []
        self.counts: list[tuple[Goal, int, int | None]] = []
        self.excluded: list[Any] = []
        self.impossible = False
        for atom in atoms:
            self._gather(atom)

    def _gather(self, atom: Atom) -> None:
        value, wanted = atom.value, atom.wanted
        match atom.keyword:
            case "minItems" | "maxItems":
                if (atom.keyword == "minItems") == wanted:
                    self.low = max(self.low, int(value) + (not wanted))
                else:
                    limit = int(value) - (not wanted)
                    self.high = limit if self.high is None else min(self.high, limit)
            case "uniqueItems" if value:
                if wanted:
                    self.unique = True
                else:
                    self.twins = True
            case "uniqueItems":
                self.impossible = self.impossible or not wanted
            case "prefixItems":
                self.prefix += [(place, Goal(atom.document, inner, True)) for place, inner in enumerate(value)]
            case "item":
                place, inner = value
                self.low = max(self.low, place + 1)
                self.prefix.append((place, Goal(atom.document, inner, False)))
            case "items" | "additionalItems":
                begin = len(atom.schema.get("prefixItems", ()) if atom.keyword == "items" else atom.schema["items"])
                goal = Goal(atom.document, value, wanted)
                (self.tails if wanted else self.somewhere).append((begin, goal))
            case "count":
                inner, low, high = value
                self.counts.append((Goal(atom.document, inner, True), low, high))
            case "enum":
                self.excluded += [one for one in value if type_of(one) == "array"]

    def solve(self) -> Outcome:
        """Find an array, prove there is none, or give up."""
        if self.impossible or (self.unique and self.twins):
            return NONE
        if self.high is not None and self.low > self.high:
            return NONE
        fixed = max([place + 1 for place, _ in self.prefix] + [begin for begin, _ in self.tails + self.somewhere] + [0])
        needed = len(self.somewhere) + sum(low for _, low, _ in self.counts) + 2 * self.twins
        longest = max(self.low, fixed) + needed
        if self.excluded:
            longest += 1
        last = longest if self.high is None else min(self.high, longest)
        outcome: Outcome = NONE
        for length in range(self.low, min(last, _LONGEST) + 1):
            answer = self._of_length(length)
            if isinstance(answer, Witness):
                return answer
            outcome = UNSURE if answer is UNSURE else outcome
        if last > _LONGEST:
            return self._long(outcome)
        return outcome

    def _long(self, outcome: Outcome) -> Outcome:
        """Answer for a long array whose items all want the same."""
        if self.low <= _LONGEST or self.prefix or self.somewhere or self.counts or self.unique or self.twins:
            return UNSURE
        answer = self._solver.search([goal for _, goal in self.tails])
        if isinstance(answer, Witness):
            value = [answer.value] * self.low
            return UNSURE if any(same(value, one) for one in self.excluded) else Witness(value)
        return answer if outcome is NONE else UNSURE

    def _of_length(self, length: int) -> Outcome:
        base = [[goal for place, goal in self.prefix if place == index] for index in range(length)]
        for begin, goal in self.tails:
            for index in range(begin, length):
                base[index].append(goal)
        outcome: Outcome = NONE
        for number, extra in enumerate(self._ways(length)):
            if number >= _MOST_WAYS:
                return UNSURE
            self._solver.spend()
            goals = [base[index] + extra[index] for index in range(length)]
            answer = self._twins(goals) if self.twins else self._items(goals)
            if isinstance(answer, Witness):
                return answer
            outcome = UNSURE if answer is UNSURE else outcome
        return outcome

    def _ways(self, length: int) -> Iterator[list[list[Goal]]]:
        """Yield every way to place what must exist somewhere, and what must exist so and so often."""
        places = [range(begin, length) for begin, _ in self.somewhere]
        counted = []
        for _, low, high in self.counts:
            if high is None:
                counted.append([(chosen, False) for chosen in combinations(range(length), low)])
            else:
                counted.append(
                    [
                        (chosen, True)
                        for n in range(low, min(high, length) + 1)
                        for chosen in combinations(range(length), n)
                    ]
                )
        for spots in product(*places):
            for choices in product(*counted):
                extra: list[list[Goal]] = [[] for _ in range(length)]
                for (_, goal), spot in zip(self.somewhere, spots, strict=True):
                    extra[spot].append(goal)
                for (goal, _, _), (chosen, others_fail) in zip(self.counts, choices, strict=True):
                    for index in range(length):
                        if index in chosen:
                            extra[index].append(goal)
                        elif others_fail:
                            extra[index].append(goal.flipped())
                yield extra

    def _twins(self, goals: list[list[Goal]]) -> Outcome:
        outcome: Outcome = NONE
        for one, other in combinations(range(len(goals)), 2):
            merged = list(goals)
            merged[one] = merged[other] = goals[one] + goals[other]
            answer = self._items(merged)  # equal goals give equal values: the solver remembers its answers
            if isinstance(answer, Witness):
                return answer
            outcome = UNSURE if answer is UNSURE else outcome
        return outcome

    def _items(self, goals: list[list[Goal]]) -> Outcome:
        values: list[Any] = []
        unsure = False
        for wants in goals:
            different = [Goal(_FREE, {"const": value}, False) for value in values] if self.unique else []
            answer = self._solver.search(wants + different)
            if answer is NONE:
                if not different or self._solver.search(wants) is NONE or _alike(goals):
                    return NONE
                return UNSURE  # another choice for the earlier items might leave room
            if isinstance(answer, Witness):
                values.append(answer.value)
            else:
                unsure = True
        if unsure:
            return UNSURE
        if any(same(values, one) for one in self.excluded):
            return self._other(goals, values)
        return Witness(values)

    def _other(self, goals: list[list[Goal]], values: list[Any]) -> Outcome:
        """Change one item of an array that is excluded."""
        for index, wants in enumerate(goals):
            taken = values if self.unique else [values[index]]
            answer = self._solver.search(wants + [Goal(_FREE, {"const": value}, False) for value in taken])
            if isinstance(answer, Witness):
                other = [*values[:index], answer.value, *values[index + 1 :]]
                if not any(same(other, one) for one in self.excluded):
                    return Witness(other)
        if (
            not self.unique
            and len(self.excluded) == 1
            and not self.twins
            and all(
                self._solver.search([*wants, Goal(_FREE, {"const": values[index]}, False)]) is NONE
                for index, wants in enumerate(goals)
            )
        ):
            return NONE  # every item has only this one value
        return UNSURE


def _alike(goals: list[list[Goal]]) -> bool:
    keys = [frozenset(goal.key() for goal in wants) for wants in goals]
    return all(key == keys[0] for key in keys)
