"""Does an instance pass a schema? A small three-valued evaluator for the solver's own candidates. Pure.

Verdicts shown to users come from a kept validator; this one only lets the solver look at finite sets of values. It
answers ``None`` where the schema uses something it does not judge (unevaluated keywords), or for which there is no
validator to ask (formats, unusual patterns).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from contracts.reasoning.documents import OPAQUE, Document, UnresolvableError, same, type_of
from contracts.reasoning.patterns import compile_pattern
from contracts.reasoning.unevaluated import SAYS_AS, looked_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.reasoning.documents import Schema

Answer: TypeAlias = "bool | None"
_DEPTH = 40


def evaluate(document: Document, schema: Schema, value: Any, depth: int = 0) -> Answer:
    """Return whether ``value`` passes, or ``None`` where that cannot be judged."""
    if isinstance(schema, bool):
        return schema
    if depth > _DEPTH:
        return None
    document = document.at(schema)
    schema = document.known(schema)
    target: Answer = True
    if "$ref" in schema:
        try:
            target = evaluate(*document.resolve(schema["$ref"]), value, depth + 1)
        except (UnresolvableError, TypeError):
            target = None
        if document.old or target is False:
            return target

    def passes(inner: Schema, part: Any) -> Answer:
        return evaluate(document, inner, part, depth + 1)

    judged = (judge(schema, schema[key], value, passes, document) for key, judge in _KEYWORDS.items() if key in schema)
    return every(chain((target,), judged))


def every(answers: Iterable[Answer]) -> Answer:
    """Three-valued "and"."""
    unsure = False
    for answer in answers:
        if answer is False:
            return False
        unsure = unsure or answer is None
    return None if unsure else True


def _some(answers: Iterable[Answer]) -> Answer:
    return negate(every(negate(answer) for answer in answers))


def negate(answer: Answer) -> Answer:
    """Three-valued "not"."""
    return None if answer is None else not answer


def matches(document: Document, pattern: str, text: str) -> Answer:
    """Tell whether ``pattern`` is found in ``text``; the validator is asked where that is not known here."""
    answer = compile_pattern(pattern).found_in(text)
    return document.holds("pattern", pattern, text) if answer is None else answer


def exact(number: float) -> Fraction:
    """Return the number as it is written, not as a double stores it."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


Passes: TypeAlias = "Callable[[Schema, Any], Answer]"


def _type(_: Any, names: Any, value: Any, __: Passes, document: Document) -> Answer:
    kind = type_of(value)
    whole = kind == "number" and (isinstance(value, int) if document.fourth else value == int(value))
    return any(name == kind or (name == "integer" and whole) for name in ([names] if isinstance(names, str) else names))


def _one_of(_: Any, schemas: Any, value: Any, passes: Passes, __: Document) -> Answer:
    answers = [passes(inner, value) for inner in schemas]
    if answers.count(True) > 1:
        return False
    return None if None in answers else answers.count(True) == 1


def _condition(schema: Any, condition: Any, value: Any, passes: Passes, _: Document) -> Answer:
    answer = passes(condition, value)
    then, otherwise = passes(schema.get("then", True), value), passes(schema.get("else", True), value)
    if answer is None:
        return then if then == otherwise else None
    return then if answer else otherwise


def _bound(kind: str, compare: Callable[[Any, Any], bool], measure: Callable[[Any], Any] = lambda value: value) -> Any:
    def judge(_: Any, limit: Any, value: Any, __: Passes, document: Document) -> Answer:
        del document
        return type_of(value) != kind or compare(measure(value), limit)

    return judge


def _minimum(schema: Any, limit: Any, value: Any, _: Passes, document: Document) -> Answer:
    if type_of(value) != "number":
        return True
    return bool(value > limit if document.fourth and schema.get("exclusiveMinimum") is True else value >= limit)


def _maximum(schema: Any, limit: Any, value: Any, _: Passes, document: Document) -> Answer:
    if type_of(value) != "number":
        return True
    return bool(value < limit if document.fourth and schema.get("exclusiveMaximum") is True else value <= limit)


def _above(_: Any, limit: Any, value: Any, __: Passes, ___: Document) -> Answer:
    return isinstance(limit, bool) or type_of(value) != "number" or value > limit


def _below(_: Any, limit: Any, value: Any, __: Passes, ___: Document) -> Answer:
    return isinstance(limit, bool) or type_of(value) != "number" or value < limit


def _items(schema: Any, items: Any, value: Any, passes: Passes, _: Document) -> Answer:
    if type_of(value) != "array":
        return True
    if isinstance(items, list):
        return every(passes(inner, part) for inner, part in zip(items, value, strict=False))
    return every(passes(items, part) for part in value[len(schema.get("prefixItems", ())) :])


def _additional_items(schema: Any, rest: Any, value: Any, passes: Passes, _: Document) -> Answer:
    if type_of(value) != "array" or not isinstance(schema.get("items"), list):
        return True
    return every(passes(rest, part) for part in value[len(schema["items"]) :])


def _contains(schema: Any, inner: Any, value: Any, passes: Passes, document: Document) -> Answer:
    if type_of(value) != "array":
        return True
    low, high = contains_bounds(schema, document)
    answers = [passes(inner, part) for part in value]
    sure, possible = answers.count(True), len(answers) - answers.count(False)
    if possible < low or (high is not None and sure > high):
        return False
    return True if sure >= low and (high is None or possible <= high) else None


def contains_bounds(schema: Any, document: Document) -> tuple[int, int | None]:
    """Return how many items ``contains`` wants at least and at most."""
    if document.old:
        return 1, None
    high = schema.get("maxContains")
    return int(schema.get("minContains", 1)), None if high is None else int(high)


def _unique(_: Any, wanted: Any, value: Any, __: Passes, ___: Document) -> Answer:
    if not wanted or type_of(value) != "array":
        return True
    return not any(same(first, second) for place, first in enumerate(value) for second in value[:place])


def _additional(schema: Any, rest: Any, value: Any, passes: Passes, document: Document) -> Answer:
    if type_of(value) != "object":
        return True
    answers: list[Answer] = []
    for name, part in value.items():
        if name in schema.get("properties", ()):
            continue
        covered = _some(matches(document, pattern, name) for pattern in schema.get("patternProperties", ()))
        answers.append(True if covered else _some([covered, passes(rest, part)]))
    return every(answers)


def _patterns(_: Any, patterns: Any, value: Any, passes: Passes, document: Document) -> Answer:
    if type_of(value) != "object":
        return True
    return every(
        _some([negate(matches(document, pattern, name)), passes(inner, part)])
        for pattern, inner in patterns.items()
        for name, part in value.items()
    )


def _properties(_: Any, properties: Any, value: Any, passes: Passes, __: Document) -> Answer:
    if type_of(value) != "object":
        return True
    return every(passes(inner, value[name]) for name, inner in properties.items() if name in value)


def _dependent(_: Any, dependencies: Any, value: Any, passes: Passes, __: Document) -> Answer:
    if type_of(value) != "object":
        return True
    return every(
        all(name in value for name in needed) if isinstance(needed, list) else passes(needed, value)
        for trigger, needed in dependencies.items()
        if trigger in value
    )


def _unevaluated(keyword: str) -> Callable[[Any, Any, Any, Passes, Document], Answer]:
    same_word = {"additionalProperties": _additional, "items": _items}[SAYS_AS[keyword]]

    def judge(schema: Any, rest: Any, value: Any, passes: Passes, document: Document) -> Answer:
        looked = looked_at(keyword, schema, document)
        if isinstance(looked, dict):
            return same_word(looked, rest, value, passes, document)
        return True if looked or rest is True or type_of(value) not in ("object", "array") else None

    return judge


def _unjudged(_: Any, wanted: Any, __: Any, ___: Passes, ____: Document) -> Answer:
    return True if wanted is True else None


_KEYWORDS: dict[str, Callable[[Any, Any, Any, Passes, Document], Answer]] = {
    "type": _type,
    "const": lambda _, const, value, __, ___: same(const, value),
    "enum": lambda _, values, value, __, ___: any(same(one, value) for one in values),
    "minimum": _minimum,
    "maximum": _maximum,
    "exclusiveMinimum": _above,
    "exclusiveMaximum": _below,
    "multipleOf": lambda _, step, value, __, ___: (
        type_of(value) != "number" or (exact(value) / exact(step)).denominator == 1
    ),
    "minLength": _bound("string", lambda size, limit: size >= limit, len),
    "maxLength": _bound("string", lambda size, limit: size <= limit, len),
    "pattern": lambda _, pattern, value, __, document: type_of(value) != "string" or matches(document, pattern, value),
    "format": lambda _, name, value, __, document: type_of(value) != "string" or document.holds("format", name, value),
    "minItems": _bound("array", lambda size, limit: size >= limit, len),
    "maxItems": _bound("array", lambda size, limit: size <= limit, len),
    "uniqueItems": _unique,
    "prefixItems": lambda _, items, value, passes, ___: (
        type_of(value) != "array" or every(passes(inner, part) for inner, part in zip(items, value, strict=False))
    ),
    "items": _items,
    "additionalItems": _additional_items,
    "contains": _contains,
    "minProperties": _bound("object", lambda size, limit: size >= limit, len),
    "maxProperties": _bound("object", lambda size, limit: size <= limit, len),
    "required": lambda _, names, value, __, ___: (
        type_of(value) != "object" or isinstance(names, bool) or all(name in value for name in names)
    ),
    "properties": _properties,
    "patternProperties": _patterns,
    "additionalProperties": _additional,
    "propertyNames": lambda _, inner, value, passes, ___: (
        type_of(value) != "object" or every(passes(inner, name) for name in value)
    ),
    "dependentRequired": _dependent,
    "dependentSchemas": _dependent,
    "dependencies": _dependent,
    "allOf": lambda _, schemas, value, passes, ___: every(passes(inner, value) for inner in schemas),
    "anyOf": lambda _, schemas, value, passes, ___: _some(passes(inner, value) for inner in schemas),
    "oneOf": _one_of,
    "not": lambda _, inner, value, passes, ___: negate(passes(inner, value)),
    "if": _condition,
    **dict.fromkeys(OPAQUE, _unjudged),
    **{keyword: _unevaluated(keyword) for keyword in SAYS_AS},
}
