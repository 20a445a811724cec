"""Objects: is there one with these properties, names and counts? Pure.

Names fall into classes: each name some keyword mentions is a class of its own, and all others are told apart only by
the patterns that match them. Within a class every name is as good as another, so a few representatives decide.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.reasoning.documents import Document, Goal, same, type_of
from contracts.reasoning.evaluating import evaluate, matches, negate
from contracts.reasoning.outcomes import NONE, UNSURE, Outcome, Witness

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.reasoning.atoms import Atom
    from contracts.reasoning.solver import Solver

_FREE = Document(True)
_MOST_PATTERNS = 4
_MOST_WAYS = 600
_MOST_NAMES = 24
_MOST_KNOWN = 150


class _Everywhere(NamedTuple):
    """A rule for the value of every name it covers."""

    name: str | None
    pattern: str | None
    but_names: frozenset[str]
    but_patterns: tuple[str, ...]
    goal: Goal

    def covers(self, name: str) -> bool | None:
        """Tell whether the rule speaks of ``name``; ``None`` for a pattern that cannot be judged."""
        if self.name is not None:
            return self.name == name
        if self.pattern is not None:
            return matches(self.goal.document, self.pattern, name)
        if name in self.but_names:
            return False
        answers = [matches(self.goal.document, pattern, name) for pattern in self.but_patterns]
        if True in answers:
            return False
        return None if None in answers else True


class ObjectGoal:
    """What an object must be, gathered from atoms."""

    def __init__(self, solver: Solver, atoms: Sequence[Atom]) -> None:
        self._solver = solver
        self.low = 0
        self.high: int | None = None
        self.present: set[str] = set()
        self.absent: set[str] = set()
        self.everywhere: list[_Everywhere] = []
        self.somewhere: list[_Everywhere] = []
        self.names: list[Goal] = []
        self.some_name: list[Goal] = []
        self.excluded: list[Any] = []
        for atom in atoms:
            self._gather(atom)
        rules = self.everywhere + self.somewhere
        self.patterns: dict[str, Document] = {
            pattern: rule.goal.document
            for rule in rules
            for pattern in sorted({*rule.but_patterns, *([rule.pattern] if rule.pattern is not None else [])})
        }
        self.known = sorted(
            self.present
            | self.absent
            | {rule.name for rule in rules if rule.name is not None}
            | {name for rule in rules for name in rule.but_names}
            | {name for one in self.excluded for name in one}
            | {""}  # judged by itself, so that the made-up names of examples are readable
        )
        self._fresh: dict[tuple[Any, ...], list[str] | None] = {}

    def _gather(self, atom: Atom) -> None:
        value, wanted, document = atom.value, atom.wanted, atom.document
        nothing: frozenset[str] = frozenset()
        rules = self.everywhere if wanted else self.somewhere
        match atom.keyword:
            case "minProperties" | "maxProperties":
                if (atom.keyword == "minProperties") == wanted:
                    self.low = max(self.low, int(value) + (not wanted))
                else:
                    limit = int(value) - (not wanted)
                    self.high = limit if self.high is None else min(self.high, limit)
            case "has":
                (self.present if wanted else self.absent).add(value)
            case "properties":
                rules += [
                    _Everywhere(name, None, nothing, (), Goal(document, inner, wanted)) for name, inner in value.items()
                ]
            case "patternProperties":
                rules += [
                    _Everywhere(None, pattern, nothing, (), Goal(document, inner, wanted))
                    for pattern, inner in value.items()
                ]
            case "additionalProperties":
                names = frozenset(atom.schema.get("properties", ()))
                patterns = tuple(atom.schema.get("patternProperties", ()))
                rules.append(_Everywhere(None, None, names, patterns, Goal(document, value, wanted)))
            case "propertyNames":
                (self.names if wanted else self.some_name).append(Goal(document, value, wanted))
            case "enum":
                self.excluded += [one for one in value if type_of(one) == "object"]

    def solve(self) -> Outcome:
        """Find an object, prove there is none, or give up."""
        forced = [rule for rule in self.somewhere if rule.name is not None]
        self.present |= {rule.name for rule in forced if rule.name is not None}
        if self.present & self.absent or (self.high is not None and max(self.low, len(self.present)) > self.high):
            return NONE
        if len(self.patterns) > _MOST_PATTERNS or len(self.known) > _MOST_KNOWN or self.low > _MOST_NAMES:
            return UNSURE
        free = [rule for rule in self.somewhere if rule.name is None]
        pools = [self._pool(rule, len(free) + len(self.some_name)) for rule in free]
        pools += [self._name_pool(goal, len(free) + len(self.some_name)) for goal in self.some_name]
        outcome: Outcome = NONE
        if any(pool is None for pool in pools):
            outcome = UNSURE
        for number, spots in enumerate(product(*[pool or [] for pool in pools])):
            if number >= _MOST_WAYS:
                return UNSURE
            self._solver.spend()
            extra: dict[str, list[Goal]] = {}
            for rule in forced:
                assert rule.name is not None
                extra.setdefault(rule.name, []).append(rule.goal)
            for rule, spot in zip(free, spots, strict=False):
                extra.setdefault(spot, []).append(rule.goal)
            answer = self._with(self.present | set(spots), extra)
            if isinstance(answer, Witness):
                return answer
            outcome = UNSURE if answer is UNSURE else outcome
        return outcome

    def _pool(self, rule: _Everywhere, many: int) -> list[str] | None:
        """Return the names a rule may be broken at; ``None`` where they cannot be listed."""
        pool: list[str] = []
        for name in self.known:
            covered = rule.covers(name)
            if covered is None:
                return None
            if covered and name not in self.absent:
                pool.append(name)
        fresh = self._fresh_names(many)
        if fresh is None:
            return None
        return pool + [name for name in fresh if rule.covers(name)]

    def _name_pool(self, goal: Goal, many: int) -> list[str] | None:
        pool: list[str] = []
        for name in self.known:
            passes = evaluate(goal.document, goal.schema, name)
            if (passes if goal.wanted else negate(passes)) is not False and name not in self.absent:
                pool.append(name)
        fresh = self._fresh_names(many, goal)
        return None if fresh is None else pool + fresh

    def _fresh_names(self, many: int, goal: Goal | None = None) -> list[str] | None:
        """Return up to ``many`` unmentioned names of every class; ``None`` where a class cannot be decided."""
        key = (many, goal.key() if goal is not None else None)
        if key not in self._fresh:
            self._fresh[key] = self._make_fresh(max(many, 1), goal)
        return self._fresh[key]

    def _make_fresh(self, many: int, goal: Goal | None) -> list[str] | None:
        names: list[str] = []
        for signs in product((False, True), repeat=len(self.patterns)):
            made: list[str] = []
            while len(made) < many:
                answer = self._solver.search(
                    [
                        Goal(_FREE, {"type": "string"}, True),
                        *self.names,
                        *([goal] if goal is not None else []),
                        *(
                            Goal(document, {"pattern": pattern}, sign)
                            for (pattern, document), sign in zip(self.patterns.items(), signs, strict=True)
                        ),
                        Goal(_FREE, {"enum": [*self.known, *made]}, False),
                    ]
                )
                if answer is UNSURE:
                    return None
                if not isinstance(answer, Witness):
                    break
                made.append(answer.value)
            names += made
        return names

    def _with(self, present: set[str], extra: dict[str, list[Goal]]) -> Outcome:
        """Answer for an object that has at least the names ``present``."""
        if self.high is not None and len(present) > self.high:
            return NONE
        values: dict[str, Any] = {}
        unsure = False
        for name in sorted(present):
            answer = self._value(name, extra.get(name, []))
            if answer is NONE:
                return NONE
            if isinstance(answer, Witness):
                values[name] = answer.value
            else:
                unsure = True
        if unsure:
            return UNSURE
        short = self.low - len(present)
        if short > 0:
            found = self._fill(values, short)
            if found is not True:
                return NONE if found is False else UNSURE
        if any(same(values, one) for one in self.excluded):
            return self._other(values, extra)
        return Witness({name: values[name] for name in sorted(values)})

    def _value(self, name: str, extra: Iterable[Goal]) -> Outcome:
        goals = list(extra)
        for goal in self.names:
            passes = evaluate(goal.document, goal.schema, name)
            if passes is False:
                return NONE
            if passes is None:
                return UNSURE
        for rule in self.everywhere:
            covered = rule.covers(name)
            if covered is None:
                return UNSURE
            if covered:
                goals.append(rule.goal)
        return self._solver.search(goals)

    def _fill(self, values: dict[str, Any], short: int) -> bool | None:
        """Add ``short`` more names; ``False`` when there are not so many, proved; ``None`` when that is open."""
        fresh = self._fresh_names(short + len(self.somewhere) + len(self.some_name))
        unsure = fresh is None
        for name in [*self.known, *(fresh or [])]:
            if short == 0:
                break
            if name in values or name in self.absent:
                continue
            answer = self._value(name, [])
            if isinstance(answer, Witness):
                values[name] = answer.value
                short -= 1
            elif answer is UNSURE:
                unsure = True
        if short == 0:
            return True
        return None if unsure else False

    def _other(self, values: dict[str, Any], extra: dict[str, list[Goal]]) -> Outcome:
        """Change an object that is excluded: another value, or one name more."""
        for name, value in values.items():
            different = Goal(_FREE, {"const": value}, False)
            answer = self._value(name, [*extra.get(name, []), different])
            if isinstance(answer, Witness):
                other = {**values, name: answer.value}
                if not any(same(other, one) for one in self.excluded):
                    return Witness(other)
        if self.high is None or len(values) < self.high:
            more = dict(values)
            if self._fill(more, 1) and not any(same(more, one) for one in self.excluded):
                return Witness(more)
        return UNSURE
