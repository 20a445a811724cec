"""The search: goals are taken apart keyword by keyword, alternatives are tried one after the other. Pure.

For one JSON type at a time the goals become a list of *atoms* (a bound, a pattern, "every item from the second on
passes S", "some property fails S") and a list of alternatives still to choose from. When nothing is left to choose, the
room of the type decides: :mod:`.scalars`, :mod:`.arrays`, :mod:`.objects`. A branch that meets its own question again
is closed: a smallest instance never needs that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.reasoning.arrays import ArrayGoal
from contracts.reasoning.documents import OPAQUE, Document, Goal, UnresolvableError, same, type_of
from contracts.reasoning.evaluating import contains_bounds, evaluate, every, negate
from contracts.reasoning.objects import ObjectGoal
from contracts.reasoning.outcomes import NONE, UNSURE, Outcome, OutOfPatienceError, Witness
from contracts.reasoning.scalars import NumberGoal, TextGoal, exact

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contracts.reasoning.documents import Schema

TYPES = ("object", "string", "number", "array", "boolean", "null")
_DEPTH = 24
_FREE = Document(True)
"""The document of goals the solver makes itself; they hold no references."""

KEYWORD_TYPE: dict[str, str] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
    **dict.fromkeys(("minLength", "maxLength", "pattern", "format"), "string"),
    **dict.fromkeys(("minItems", "maxItems", "uniqueItems", "prefixItems", "items", "additionalItems", "contains"), "array"),
    **dict.fromkeys(
        ("minProperties", "maxProperties", "required", "properties", "patternProperties", "additionalProperties",
         "propertyNames", "dependentRequired", "dependentSchemas", "dependencies"), "object"),
    "unevaluatedProperties": "object",
    "unevaluatedItems": "array",
}  # fmt: skip
"""The JSON type a keyword speaks of; values of other types pass it."""
EVERY_TYPE = ("type", "enum", "const", "allOf", "anyOf", "oneOf", "not", "if", "$ref", "$dynamicRef", "$recursiveRef",
              "extends", "disallow")  # fmt: skip
"""Keywords that speak of values of any type."""


class Atom(NamedTuple):
    """One keyword that cannot be taken apart further, with the schema it stands in."""

    keyword: str
    value: Any
    schema: dict[str, Any]
    document: Document
    wanted: bool


class _State(NamedTuple):
    atoms: list[Atom]
    choices: list[list[list[Goal | Atom]]]
    done: set[Any]

    def copy(self) -> _State:
        return _State(list(self.atoms), list(self.choices), set(self.done))


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
        state = _State([], [], set())
        if not self._take_apart(list(goals), state, kind):
            return NONE
        return self._choose(state, kind, goals)

    def _among(self, values: Iterable[Any], goals: Sequence[Goal]) -> Outcome:
        """Look through a finite set of values."""
        doubtful: Outcome = NONE
        for value in values:
            answer = every(_meets(goal, value) for goal in goals)
            if answer:
                return Witness(value)
            if answer is None and doubtful is NONE:
                doubtful = Witness(value)
        return doubtful

    def _choose(self, state: _State, kind: str, goals: Sequence[Goal]) -> Outcome:
        self.spend()
        if not state.choices:
            return self._decide(state.atoms, kind, goals)
        choice = min(state.choices, key=len)
        outcome: Outcome = NONE
        for alternative in choice:
            branch = state.copy()
            branch.choices.remove(choice)
            if not self._take_apart(list(alternative), branch, kind):
                continue
            answer = self._choose(branch, kind, goals)
            if isinstance(answer, Witness):
                return answer
            if answer is UNSURE:
                outcome = UNSURE
        return outcome

    def _take_apart(self, waiting: list[Goal | Atom], state: _State, kind: str) -> bool:
        """Break goals into atoms and choices; ``False`` when they contradict each other."""
        while waiting:
            self.spend()
            goal = waiting.pop()
            if isinstance(goal, Atom):
                if not _take_atom(goal, state, kind, waiting):
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
            outcome = _number(known)
        elif kind == "string":
            outcome = _text(known)
        elif kind == "array":
            outcome = ArrayGoal(self, known).solve()
        else:
            outcome = ObjectGoal(self, known).solve()
        return outcome  # an opaque keyword may still refuse a witness: whoever asked has a validator look at it


def _meets(goal: Goal, value: Any) -> bool | None:
    answer = evaluate(goal.document, goal.schema, value)
    return answer if goal.wanted else negate(answer)


def keywords_of(goal: Goal) -> list[Atom]:
    """Return the keywords of a goal's schema that decide anything, as wanted atoms."""
    schema = goal.schema
    assert isinstance(schema, dict)
    document = goal.document
    if "$ref" in schema and document.old:
        return [Atom("$ref", schema["$ref"], schema, document, True)]
    atoms = [
        Atom(keyword, schema[keyword], schema, document, True)
        for keyword in (*EVERY_TYPE, *KEYWORD_TYPE)
        if keyword in schema
    ]
    return [atom for atom in atoms if not (atom.keyword in OPAQUE and atom.value is True)]


def _take_atom(atom: Atom, state: _State, kind: str, waiting: list[Goal | Atom]) -> bool:
    """Turn one keyword into simpler goals, a choice, or an atom to keep; ``False`` on contradiction."""
    keyword, value, document, wanted = atom.keyword, atom.value, atom.document, atom.wanted

    def goal(schema: Schema, want: bool = True) -> Goal:
        return Goal(document, schema, want)

    alternatives: list[list[Goal | Atom]]
    match keyword:
        case "$ref":
            waiting.append(Goal(*document.resolve(value), wanted))
        case "type":
            return _take_type(atom, state, kind)
        case "const":
            state.atoms.append(atom._replace(keyword="enum", value=[value]))
        case "allOf" | "anyOf":
            if (keyword == "allOf") == wanted:
                waiting.extend(goal(inner, wanted) for inner in value)
            else:
                state.choices.append([[goal(inner, wanted)] for inner in value])
        case "oneOf":
            if wanted:
                alternatives = [
                    [goal(inner, place == one) for place, inner in enumerate(value)] for one in range(len(value))
                ]
            else:
                alternatives = [[goal(inner, False) for inner in value]]
                alternatives += [
                    [goal(value[one]), goal(value[other])] for one in range(len(value)) for other in range(one)
                ]
            state.choices.append(alternatives)
        case "not":
            waiting.append(goal(value, not wanted))
        case "if":
            then, otherwise = atom.schema.get("then", True), atom.schema.get("else", True)
            state.choices.append([[goal(value), goal(then, wanted)], [goal(value, False), goal(otherwise, wanted)]])
        case "required":
            _take_required(value, state, waiting, wanted)
        case "dependentRequired" | "dependentSchemas" | "dependencies":
            _take_dependent(atom, state)
        case "properties" | "patternProperties" if not wanted and len(value) != 1:
            state.choices.append([[atom._replace(value={name: inner})] for name, inner in value.items()])
        case "prefixItems" if not wanted:
            state.choices.append(
                [[atom._replace(keyword="item", value=(place, inner))] for place, inner in enumerate(value)]
            )
        case "items" if isinstance(value, list):
            waiting.append(atom._replace(keyword="prefixItems"))
        case "additionalItems" if not isinstance(atom.schema.get("items"), list):
            return wanted  # it says nothing without an array of items
        case "contains" if not wanted:
            low, high = contains_bounds(atom.schema, document)
            counts = [[atom._replace(keyword="count", value=(value, 0, low - 1), wanted=True)]] if low > 0 else []
            if high is not None:
                counts.append([atom._replace(keyword="count", value=(value, high + 1, None), wanted=True)])
            if not counts:
                return False
            state.choices.append([list(count) for count in counts])
        case "contains":
            low, high = contains_bounds(atom.schema, document)
            state.atoms.append(atom._replace(keyword="count", value=(value, low, high)))
        case _:
            state.atoms.append(atom)
    return True


def _take_type(atom: Atom, state: _State, kind: str) -> bool:
    names = [atom.value] if isinstance(atom.value, str) else atom.value
    if kind in names:
        return atom.wanted
    if kind == "number" and "integer" in names:
        state.atoms.append(atom._replace(keyword="multipleOf", value=1))
        return True
    return not atom.wanted


def _take_required(names: Any, state: _State, waiting: list[Goal | Atom], wanted: bool) -> None:
    names = [] if isinstance(names, bool) else names
    atoms = [Atom("has", name, {}, _FREE, wanted) for name in names]
    if wanted:
        waiting.extend(atoms)
    else:
        state.choices.append([[atom] for atom in atoms])


def _take_dependent(atom: Atom, state: _State) -> None:
    broken: list[list[Goal | Atom]] = []
    for trigger, needed in atom.value.items():
        has = Atom("has", trigger, {}, _FREE, True)
        inner: Schema = {"required": needed} if isinstance(needed, list) else needed
        if atom.wanted:
            state.choices.append([[has._replace(wanted=False)], [has, Goal(atom.document, inner, True)]])
        else:
            broken.append([has, Goal(atom.document, inner, False)])
    if not atom.wanted:
        state.choices.append(broken)


def _number(atoms: Sequence[Atom]) -> Outcome:
    goal = NumberGoal()
    for atom in atoms:
        keyword, value, wanted = atom.keyword, atom.value, atom.wanted
        exclusive = atom.document.fourth and atom.schema.get("exclusive" + keyword.capitalize()) is True
        match keyword:
            case "minimum" | "exclusiveMinimum" if not isinstance(value, bool):
                is_open = exclusive or keyword != "minimum"
                if wanted:
                    goal.at_least(value, is_open=is_open)
                else:
                    goal.at_most(value, is_open=not is_open)
            case "maximum" | "exclusiveMaximum" if not isinstance(value, bool):
                is_open = exclusive or keyword != "maximum"
                if wanted:
                    goal.at_most(value, is_open=is_open)
                else:
                    goal.at_least(value, is_open=not is_open)
            case "multipleOf":
                (goal.steps if wanted else goal.not_steps).append(exact(value))
            case "enum":
                goal.excluded += [one for one in value if type_of(one) == "number"]
            case _ if not wanted:
                return NONE  # draft-04's boolean beside a bound decides nothing by itself
    return goal.solve()


def _text(atoms: Sequence[Atom]) -> Outcome:
    goal = TextGoal()
    for atom in atoms:
        value, wanted = atom.value, atom.wanted
        match atom.keyword, wanted:
            case ("minLength", True) | ("maxLength", False):
                goal.low = max(goal.low, int(value) + (not wanted))
            case ("maxLength", True) | ("minLength", False):
                limit = int(value) - (not wanted)
                goal.high = limit if goal.high is None else min(goal.high, limit)
                if limit < 0:
                    return NONE
            case "pattern", _:
                (goal.patterns if wanted else goal.not_patterns).append(value)
            case "format", _:
                (goal.formats if wanted else goal.not_formats).append(value)
            case "enum", _:
                goal.excluded += [one for one in value if isinstance(one, str)]
    return goal.solve()


__all__ = ["NONE", "UNSURE", "Atom", "Goal", "Outcome", "Solver", "Witness", "same"]
