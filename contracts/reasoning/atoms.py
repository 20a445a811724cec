"""Keywords, taken apart: into simpler goals, into choices, or into atoms the rooms of the types decide on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from contracts.reasoning.bounds import NumberGoal
from contracts.reasoning.documents import OPAQUE, Document, Goal, type_of
from contracts.reasoning.evaluating import contains_bounds, exact
from contracts.reasoning.formats import is_checked
from contracts.reasoning.outcomes import NONE
from contracts.reasoning.texts import Said, TextGoal
from contracts.reasoning.unevaluated import SAYS_AS, looked_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.reasoning.documents import Schema
    from contracts.reasoning.outcomes import Outcome

_FREE = Document(True)
"""The document of goals made here; they hold no references."""

KEYWORD_TYPE: dict[str, str] = {
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), "number"),
    **dict.fromkeys(("minLength", "maxLength", "pattern", "format"), "string"),
    **dict.fromkeys(
        ("minItems", "maxItems", "uniqueItems", "prefixItems", "items", "additionalItems", "contains"), "array"),
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


Part: TypeAlias = "Goal | Atom"


class State(NamedTuple):
    """What is settled and what is still to choose on one branch of the search."""

    atoms: list[Atom]
    choices: list[list[list[Part]]]
    done: set[Any]


def keywords_of(goal: Goal) -> list[Atom]:
    """Return the keywords of a goal's schema that decide anything, as wanted atoms."""
    document = goal.document
    assert isinstance(goal.schema, dict)
    schema = document.known(goal.schema)
    if "$ref" in schema and document.old:
        return [Atom("$ref", schema["$ref"], schema, document, True)]
    atoms = [
        Atom(keyword, schema[keyword], schema, document, True)
        for keyword in (*EVERY_TYPE, *KEYWORD_TYPE)
        if keyword in schema
    ]
    told = [_told(atom) if atom.keyword in SAYS_AS else atom for atom in atoms]
    return [atom for atom in told if not (atom.keyword in OPAQUE and atom.value is True)]


def _told(atom: Atom) -> Atom:
    """Return an unevaluated keyword as the one that says the same, where there is one."""
    looked = looked_at(atom.keyword, atom.schema, atom.document)
    if isinstance(looked, dict):
        return atom._replace(keyword=SAYS_AS[atom.keyword], schema=looked)
    return atom if looked is None else atom._replace(value=True)


def take_atom(atom: Atom, state: State, kind: str, waiting: list[Part]) -> bool:
    """Turn one keyword into simpler goals, a choice, or an atom to keep; ``False`` on contradiction."""
    keyword, value, document, wanted = atom.keyword, atom.value, atom.document, atom.wanted

    def goal(schema: Schema, want: bool = True) -> Goal:
        return Goal(document, schema, want)

    alternatives: list[list[Part]]
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
        case "format" if is_checked(document, value) is False:
            return wanted  # it only annotates
        case _:
            state.atoms.append(atom)
    return True


def _take_type(atom: Atom, state: State, kind: str) -> bool:
    names = [atom.value] if isinstance(atom.value, str) else atom.value
    if kind in names:
        return atom.wanted
    if kind == "number" and "integer" in names:
        # draft-04 alone tells 1.0 from 1: what is written with a point is no integer there
        state.atoms.append(atom._replace(keyword="written" if atom.document.fourth else "multipleOf", value=1))
        return True
    return not atom.wanted


def _take_required(names: Any, state: State, waiting: list[Part], wanted: bool) -> None:
    names = [] if isinstance(names, bool) else names
    atoms = [Atom("has", name, {}, _FREE, wanted) for name in names]
    if wanted:
        waiting.extend(atoms)
    else:
        state.choices.append([[atom] for atom in atoms])


def _take_dependent(atom: Atom, state: State) -> None:
    broken: list[list[Part]] = []
    for trigger, needed in atom.value.items():
        has = Atom("has", trigger, {}, _FREE, True)
        inner: Schema = {"required": needed} if isinstance(needed, list) else needed
        if atom.wanted:
            state.choices.append([[has._replace(wanted=False)], [has, Goal(atom.document, inner, True)]])
        else:
            broken.append([has, Goal(atom.document, inner, False)])
    if not atom.wanted:
        state.choices.append(broken)


def solve_number(atoms: Sequence[Atom]) -> Outcome:
    """Find a number that meets the atoms, prove there is none, or give up."""
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
            case "written":
                goal.written.add(wanted)
            case "enum":
                goal.excluded += [one for one in value if type_of(one) == "number"]
            case _ if not wanted:
                return NONE  # draft-04's boolean beside a bound decides nothing by itself
    return goal.solve()


def solve_text(atoms: Sequence[Atom]) -> Outcome:
    """Find a string that meets the atoms, prove there is none, or give up."""
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
            case ("pattern" | "format") as keyword, _:
                goal.said.append(Said(keyword, value, atom.document, wanted))
            case "enum", _:
                goal.excluded += [one for one in value if isinstance(one, str)]
    return goal.solve()
