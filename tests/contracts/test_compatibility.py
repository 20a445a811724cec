"""Verdicts on two contracts: held against known changes, and against brute force over every small instance."""

import itertools
import os

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.compatibility import compare

NAMES = ("a", "b", "ab")


def _accepts(schema, instance):
    return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(instance)


def _verdicts(old, new):
    compared = compare(old, new, _accepts)
    return compared.backward, compared.forward


KNOWN = [
    # (what changed, old, new, backward, forward)
    ("title only", {"title": "a", "type": "object"}, {"title": "b", "type": "object"}, "compatible", "compatible"),
    (
        "description, examples, key order",
        {"type": "object", "description": "x", "required": ["a", "b"]},
        {"required": ["b", "a"], "examples": [1], "type": "object"},
        "compatible",
        "compatible",
    ),
    (
        "additional properties from number to integer",
        {"type": "object", "additionalProperties": {"type": "number"}},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        "breaking",
        "compatible",
    ),
    ("a required property more", {"required": ["a"]}, {"required": ["a", "b"]}, "breaking", "compatible"),
    ("a required property less", {"required": ["a", "b"]}, {"required": ["a"]}, "compatible", "breaking"),
    ("an enum value more", {"enum": ["x"]}, {"enum": ["x", "y"]}, "compatible", "breaking"),
    ("an enum value less", {"enum": ["x", "y"]}, {"enum": ["x"]}, "breaking", "compatible"),
    ("integer to number", {"type": "integer"}, {"type": "number"}, "compatible", "breaking"),
    ("number to text", {"type": "number"}, {"type": "string"}, "breaking", "breaking"),
    ("1 and 1.0 are one value", {"const": 1}, {"enum": [1.0]}, "compatible", "compatible"),
    ("true is not 1", {"const": True}, {"const": 1}, "breaking", "breaking"),
    ("a wider bound", {"minimum": 5}, {"minimum": 3}, "compatible", "breaking"),
    ("an exclusive bound", {"minimum": 5}, {"exclusiveMinimum": 5}, "breaking", "compatible"),
    (
        "integers between bounds",
        {"type": "integer", "exclusiveMinimum": 0},
        {"type": "integer", "minimum": 1},
        *("compatible",) * 2,
    ),
    ("multiples", {"multipleOf": 6}, {"multipleOf": 3}, "compatible", "breaking"),
    ("multiples of a tenth", {"multipleOf": 0.1}, {"multipleOf": 0.01}, "compatible", "breaking"),
    ("a shorter text", {"maxLength": 5}, {"maxLength": 3}, "breaking", "compatible"),
    ("a narrower pattern", {"pattern": "^[a-z]+$"}, {"pattern": "^[a-c]+$"}, "breaking", "compatible"),
    ("one pattern two spellings", {"pattern": "^(a|b)$"}, {"pattern": "^[ab]$"}, "compatible", "compatible"),
    (
        "a pattern that implies a length",
        {"type": "string", "pattern": "^[a-z]+$"},
        {"type": "string", "minLength": 1},
        "compatible",
        "breaking",
    ),
    ("a format more", {"type": "string"}, {"type": "string", "format": "email"}, "breaking", "compatible"),
    ("a format less", {"type": "string", "format": "date"}, {"type": "string"}, "compatible", "breaking"),
    (
        "closed",
        {"properties": {"a": {}}},
        {"properties": {"a": {}}, "additionalProperties": False},
        "breaking",
        "compatible",
    ),
    (
        "closed, one more property",
        {"properties": {"a": {}}, "additionalProperties": False},
        {"properties": {"a": {}, "b": {}}, "additionalProperties": False},
        "compatible",
        "breaking",
    ),
    ("items", {"items": {"type": "integer"}}, {"items": {"type": "number"}}, "compatible", "breaking"),
    ("fewer items", {"maxItems": 3}, {"maxItems": 2}, "breaking", "compatible"),
    ("unique items", {"type": "array"}, {"type": "array", "uniqueItems": True}, "breaking", "compatible"),
    ("contains", {"contains": {"type": "string"}}, {"minItems": 1}, "compatible", "breaking"),
    (
        "tuple of draft-07",
        {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{"type": "string"}], "additionalItems": False},
        {"$schema": "http://json-schema.org/draft-07/schema#", "maxItems": 1},
        "compatible",
        "breaking",
    ),
    (
        "tuple of 2020-12",
        {"prefixItems": [{"type": "string"}], "items": False},
        {"prefixItems": [{"type": ["string", "null"]}], "items": False},
        "compatible",
        "breaking",
    ),
    ("any of", {"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}, "compatible", "breaking"),
    (
        "one of that overlaps",
        {"type": "integer"},
        {"oneOf": [{"type": "integer"}, {"minimum": 5}]},
        "breaking",
        "breaking",
    ),
    ("not", {"type": "string"}, {"not": {"type": "number"}}, "compatible", "breaking"),
    (
        "if, then, else",
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
        {"dependentRequired": {"a": ["b"]}},
        "compatible",
        "compatible",
    ),
    (
        "dependencies of draft-07",
        {"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": ["b"]}},
        {"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": ["b", "ab"]}},
        "breaking",
        "compatible",
    ),
    (
        "property names",
        {"propertyNames": {"maxLength": 3}},
        {"propertyNames": {"maxLength": 2}},
        "breaking",
        "compatible",
    ),
    (
        "pattern properties",
        {"patternProperties": {"^x_": {"type": "integer"}}},
        {"patternProperties": {"^x_": {"type": "number"}}},
        "compatible",
        "breaking",
    ),
    (
        "a definition elsewhere",
        {"$defs": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/$defs/n"}}},
        {"properties": {"a": {"type": "integer"}}},
        "compatible",
        "compatible",
    ),
    (
        "a definition changed",
        {"definitions": {"n": {"type": "number"}}, "items": {"$ref": "#/definitions/n"}},
        {"definitions": {"n": {"type": "integer"}}, "items": {"$ref": "#/definitions/n"}},
        "breaking",
        "compatible",
    ),
    (
        "$ref hides its siblings in draft-07",
        {"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"n": {}}, "$ref": "#/definitions/n"},
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "definitions": {"n": {}},
            "$ref": "#/definitions/n",
            "type": "null",
        },
        "compatible",
        "compatible",
    ),
    (
        "$ref stands beside its siblings in 2020-12",
        {"$defs": {"n": {}}, "$ref": "#/$defs/n"},
        {"$defs": {"n": {}}, "$ref": "#/$defs/n", "type": "null"},
        "breaking",
        "compatible",
    ),
    (
        "a recursive schema",
        {
            "$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}, "v": {"type": "integer"}}}},
            "$ref": "#/$defs/n",
        },
        {"$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}, "v": {"type": "number"}}}}, "$ref": "#/$defs/n"},
        "compatible",
        "breaking",
    ),
    (
        "what can never be",
        {"type": "string", "minLength": 3, "maxLength": 2},
        {"type": "null"},
        "compatible",
        "breaking",
    ),
    (
        "what it cannot tell",
        {"type": "string"},
        {"type": "string", "pattern": "(?=a)b|."},
        "unknown",
        "compatible",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "backward", "forward"), [row[1:] for row in KNOWN], ids=[row[0] for row in KNOWN]
)
def test_a_known_change_gets_its_verdict(old, new, backward, forward):
    """The table of changes has the verdicts its rows say."""
    assert _verdicts(old, new) == (backward, forward)


def test_every_finding_shows_itself():
    """Each finding has the path, both values, and an example the one contract takes and the other refuses."""
    old = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "revenue": {"type": "number"}},
    }
    new = {
        "type": "object",
        "required": ["id", "plan"],
        "properties": {"id": {"type": "string"}, "revenue": {"type": "integer"}},
    }
    found = compare(old, new, _accepts).findings
    assert [(row.path, row.kind, row.old, row.new, row.direction) for row in found] == [
        ("/required", "required_added", None, "plan", "backward"),
        ("/properties/revenue/type", "type_changed", "number", "integer", "backward"),
    ]
    for row in found:
        assert _accepts(old, row.example)
        assert not _accepts(new, row.example)


def test_changes_that_only_break_together_are_said_together():
    """Where no single change breaks, one finding for the whole shows the instance."""
    old = {"anyOf": [{"type": "string"}, {"type": "string"}]}
    new = {"anyOf": [{"type": "null"}, {"type": "null"}]}
    compared = compare(old, new, _accepts)
    assert compared.backward == "breaking"
    assert [row.kind for row in compared.findings if row.direction == "backward"] == ["combined"]


# ---------------------------------------------------------------------------------------------- against brute force

SCALARS = (None, True, False, -1, 0, 1, 2, 3, 0.5, 1.5, "", "a", "b", "ab", "abc")
SMALL = (None, True, 0, 1, 2, 0.5, "", "a", "ab")
ARRAYS = tuple(list(row) for size in range(4) for row in itertools.product((None, 1, 2, 0.5, "a"), repeat=size))
OBJECTS = tuple(
    dict(zip(names, values, strict=True))
    for size in range(4)
    for names in itertools.combinations((*NAMES, "z"), size)
    for values in itertools.product((None, 1, 0.5, "a", ""), repeat=size)
)
NESTED = tuple({"a": inner} for inner in ([], [1], ["a"], {}, {"a": 1}, {"b": "a"}, {"a": 1, "b": 1}, [1, 1])) + tuple(
    [inner] for inner in ([], [1], {}, {"a": 1}, {"b": "a"})
)
INSTANCES = (*SCALARS, *ARRAYS, *OBJECTS, *NESTED)

types = st.sampled_from(["object", "array", "string", "number", "integer", "boolean", "null"])
names = st.sampled_from(NAMES)
bounds = st.integers(0, 3)


def _keywords(inner):
    return {
        "type": st.one_of(types, st.lists(types, min_size=1, max_size=3, unique=True)),
        "enum": st.lists(st.sampled_from(SMALL), min_size=1, max_size=3, unique_by=lambda one: (type(one), one)),
        "const": st.sampled_from(SMALL),
        "minimum": bounds,
        "exclusiveMaximum": bounds,
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        "minLength": bounds,
        "maxLength": bounds,
        "pattern": st.sampled_from(["^a", "b$", "^a*$", "^[ab]{1,2}$"]),
        "minItems": bounds,
        "maxItems": bounds,
        "uniqueItems": st.booleans(),
        "items": inner,
        "prefixItems": st.lists(inner, min_size=1, max_size=2),
        "contains": inner,
        "minProperties": bounds,
        "maxProperties": bounds,
        "required": st.lists(names, max_size=2, unique=True),
        "properties": st.dictionaries(names, inner, max_size=2),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "b"]), inner, max_size=1),
        "additionalProperties": inner,
        "propertyNames": st.sampled_from([{"maxLength": 1}, {"pattern": "^a"}, {"enum": ["a", "b"]}]),
        "dependentRequired": st.dictionaries(names, st.lists(names, max_size=2, unique=True), max_size=1),
        "allOf": st.lists(inner, min_size=1, max_size=2),
        "anyOf": st.lists(inner, min_size=1, max_size=2),
        "oneOf": st.lists(inner, min_size=1, max_size=2),
        "not": inner,
    }


def _schema_of(inner):
    table = _keywords(inner)
    return st.lists(st.sampled_from(sorted(table)), max_size=3, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({word: table[word] for word in chosen})
    )


leaf = st.one_of(
    st.booleans(),
    types.map(lambda kind: {"type": kind}),
    st.sampled_from([{"const": 1}, {"enum": ["a", None]}, {"minimum": 1}, {"maxLength": 1}]),
)
schemas = _schema_of(st.one_of(leaf, _schema_of(leaf)))


def _hold_against_brute_force(old, new):
    """Return the two verdicts after holding them against every small instance."""
    oracles = [jsonschema.Draft202012Validator(schema) for schema in (old, new)]
    compared = compare(old, new, _accepts)
    for direction, (sent, asked) in (("backward", oracles), ("forward", oracles[::-1])):
        verdict = getattr(compared, direction)
        if verdict != "breaking":
            breaks = next((one for one in INSTANCES if sent.is_valid(one) and not asked.is_valid(one)), "none")
            assert breaks == "none" or verdict == "unknown", (direction, old, new, breaks)
        rows = [row for row in compared.findings if row.direction == direction and row.judged]
        assert bool(rows) == (verdict == "breaking"), (direction, old, new)
        for row in rows:
            assert sent.is_valid(row.example)
            assert not asked.is_valid(row.example)
    return compared.backward, compared.forward


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(schemas, schemas)
def test_no_verdict_is_wrong(old, new):
    """No small instance contradicts a verdict, and every example really shows its finding."""
    _hold_against_brute_force(old, new)


SIZE = int(os.environ.get("COMPARED", "2000"))


@pytest.mark.slow
def test_no_verdict_is_wrong_and_few_are_open():
    """Thousands of random pairs: none wrong, and below 5 % are ``unknown``."""
    seen = {"compatible": 0, "breaking": 0, "unknown": 0}

    @settings(max_examples=SIZE, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(schemas, st.one_of(schemas, st.none()), st.data())
    def many(old, new, data):
        if new is None:  # a small change of the same schema, as contracts really change
            new = {**old, **data.draw(_schema_of(leaf))}
        for verdict in _hold_against_brute_force(old, new):
            seen[verdict] += 1

    many()
    total = sum(seen.values())
    assert seen["unknown"] < 0.05 * total, seen
    assert min(seen["compatible"], seen["breaking"]) > 0.05 * total, seen
