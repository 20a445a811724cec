"""Verdicts on two contracts: held against a table of known changes; every finding shows itself."""

import jsonschema_rs
import pytest

from contracts.compatibility import compare

DRAFT_4 = {"$schema": "http://json-schema.org/draft-04/schema#"}
DRAFT_7 = {"$schema": "http://json-schema.org/draft-07/schema#"}


def _accepts(schema, instance):
    return jsonschema_rs.validator_for(schema, validate_formats=True).is_valid(instance)


def _verdicts(old, new):
    compared = compare(old, new, _accepts)
    return compared.backward, compared.forward


def _variants(count):
    """Return an object that is one of ``count`` kinds, told apart by a constant."""
    kinds = ({"const": f"k{number}"} for number in range(count))
    value = {"type": ["string", "null"]}
    return {
        "oneOf": [
            {"properties": {"kind": kind, "v": value}, "required": ["kind", "v"], "additionalProperties": False}
            for kind in kinds
        ]
    }


def _closed(count):
    """Return an object with ``count`` properties and no others."""
    named = {f"p{number}": {"type": "string"} for number in range(count)}
    return {"type": "object", "properties": named, "additionalProperties": False}


KNOWN = [
    (
        "one variant more",
        {"type": "object", **_variants(12)},
        {"type": "object", **_variants(13)},
        "compatible",
        "breaking",
    ),
    ("one property more of very many", _closed(100), _closed(101), "compatible", "breaking"),
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
        {**DRAFT_7, "items": [{"type": "string"}], "additionalItems": False},
        {**DRAFT_7, "maxItems": 1},
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
        {**DRAFT_7, "dependencies": {"a": ["b"]}},
        {**DRAFT_7, "dependencies": {"a": ["b", "ab"]}},
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
        {**DRAFT_7, "definitions": {"n": {}}, "$ref": "#/definitions/n"},
        {
            **DRAFT_7,
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
        "1.0 is no integer in draft-04",
        {**DRAFT_4, "enum": [1, "x"]},
        {**DRAFT_4, "type": ["integer", "string"]},
        "breaking",
        "breaking",
    ),
    (
        "integers stay integers in draft-04",
        {**DRAFT_4, "type": "integer", "minimum": 1},
        {**DRAFT_4, "type": "integer"},
        "compatible",
        "breaking",
    ),
    (
        "draft-04's exclusive bound",
        {**DRAFT_4, "minimum": 1},
        {**DRAFT_4, "minimum": 1, "exclusiveMinimum": True},
        "breaking",
        "compatible",
    ),
    ("a reference that only goes round", {"not": {"$ref": "#"}}, {"$ref": "#"}, "unknown", "unknown"),
    (
        "what it cannot tell",
        {"type": "string", "pattern": "(^$|^x$)"},
        {"type": "string", "pattern": "^x?$"},
        "unknown",
        "unknown",
    ),
    (
        "a pattern that may stop at a word's end",
        {"type": "string", "pattern": "\\bfoo\\b"},
        {"type": "string", "pattern": "foo"},
        "compatible",
        "unknown",
    ),
    ("a lookahead more", {"pattern": "^[a-z]+$"}, {"pattern": "^(?!admin$)[a-z]+$"}, "breaking", "compatible"),
    ("not blank", {"minLength": 1}, {"pattern": "^(?!\\s*$).+"}, "breaking", "compatible"),
    (
        "lookaheads and a length",
        {"type": "string", "pattern": "^(?=.*[0-9])(?=.*[a-z]).{8,}$"},
        {"type": "string", "pattern": "^(?=.*[0-9])(?=.*[a-z]).{6,}$"},
        "compatible",
        "breaking",
    ),
    ("a lookahead of one alternative", {"pattern": "^(?=a)b|c$"}, {"pattern": "^c$"}, "unknown", "unknown"),
    (
        "names by a lookahead",
        {"patternProperties": {"^(?!x_)": {"type": "string"}}},
        {"patternProperties": {"^(?!x_)": {"type": ["string", "null"]}}},
        "compatible",
        "breaking",
    ),
    ("a format more, which much holds", {"type": "string"}, {"format": "hostname"}, "breaking", "breaking"),
    (
        "a format of a length",
        {"type": "string", "format": "date"},
        {"type": "string", "format": "date", "maxLength": 20},
        *("compatible",) * 2,
    ),
    (
        "a shorter format",
        {"type": "string", "format": "email"},
        {"type": "string", "format": "email", "maxLength": 40},
        "breaking",
        "compatible",
    ),
    (
        "a format as a pattern",
        {"type": "string", "format": "date"},
        {"type": "string", "pattern": "^[0-9-]{10}$"},
        "compatible",
        "breaking",
    ),
    ("a wider format", {"format": "uri"}, {"format": "uri-reference"}, "compatible", "breaking"),
    ("values that hold a format", {"enum": ["2026-03-02"]}, {"format": "date"}, "compatible", "breaking"),
    ("values that do not", {"enum": ["2026-03-02", "soon"]}, {"format": "date"}, "breaking", "breaking"),
    ("a format of one's own", {"format": "sku"}, {"format": "order"}, *("compatible",) * 2),
    ("a format draft-07 has not", {**DRAFT_7, "format": "uuid"}, DRAFT_7, *("compatible",) * 2),
    (
        "the dialect decides",
        {**DRAFT_7, "format": "uuid"},
        {"format": "uuid"},
        "breaking",
        "compatible",
    ),
    ("one dialect in two spellings", DRAFT_7, {"$schema": DRAFT_7["$schema"].rstrip("#")}, *("compatible",) * 2),
    (
        "a keyword draft-07 has not",
        {**DRAFT_7, "type": "object"},
        {**DRAFT_7, "type": "object", "dependentRequired": {"a": ["b"]}},
        *("compatible",) * 2,
    ),
    (
        "unevaluated properties without others",
        {"properties": {"a": {}}, "unevaluatedProperties": False},
        {"properties": {"a": {}}, "additionalProperties": False},
        *("compatible",) * 2,
    ),
    (
        "a base, extended and closed",
        {
            "$defs": {"base": {"properties": {"id": {"type": "string"}}}},
            "allOf": [{"$ref": "#/$defs/base"}],
            "properties": {"a": {}},
            "unevaluatedProperties": False,
        },
        {
            "$defs": {"base": {"properties": {"id": {"type": "string"}}}},
            "allOf": [{"$ref": "#/$defs/base"}],
            "properties": {"a": {}, "b": {}},
            "unevaluatedProperties": False,
        },
        "compatible",
        "breaking",
    ),
    (
        "unevaluated items",
        {"type": "array", "prefixItems": [{}], "unevaluatedItems": False},
        {"type": "array", "maxItems": 1},
        *("compatible",) * 2,
    ),
    (
        "what looks at properties only sometimes",
        {"anyOf": [{"properties": {"a": {}}}, {"required": ["b"]}], "unevaluatedProperties": False},
        {"anyOf": [{"properties": {"a": {}}}, {"required": ["b"]}], "additionalProperties": False},
        *("unknown",) * 2,
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
