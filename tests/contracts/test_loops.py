"""References that go round at one value are found, others are not."""

import pytest

from contracts.reasoning.documents import Document
from contracts.reasoning.loops import loops

DRAFT_7 = "http://json-schema.org/draft-07/schema#"
ROUND = [
    {"$ref": "#"},
    {"not": {"$ref": "#"}},
    {"if": {"$ref": "#"}, "then": False},
    {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/n"}], "$defs": {"n": {"allOf": [{"$ref": "#"}]}}},
    {"dependentSchemas": {"a": {"$ref": "#"}}},
    {"$schema": DRAFT_7, "dependencies": {"a": {"$ref": "#"}}},
    {"properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"oneOf": [{"$ref": "#/$defs/n"}]}}},
]
STRAIGHT = [
    True,
    {"properties": {"not": {"$ref": "#"}}},
    {"dependentSchemas": {"$ref": {"type": "object"}}},
    {"items": {"anyOf": [{"type": "string"}, {"$ref": "#"}]}},
    {"allOf": [{"$ref": "#/$defs/n"}, {"$ref": "#/$defs/n"}], "$defs": {"n": {"type": "string"}}},
    {"$defs": {"never used": {"$ref": "#/$defs/never used"}}},
    {"$ref": "elsewhere.json"},
    {"$schema": DRAFT_7, "$ref": "#/definitions/n", "not": {"$ref": "#"}, "definitions": {"n": {}}},
]


@pytest.mark.parametrize("schema", ROUND)
def test_a_reference_that_comes_back_to_the_same_value_is_found(schema):
    """Through every keyword that asks about the same value, and below properties too."""
    assert loops(Document(schema))


@pytest.mark.parametrize("schema", STRAIGHT)
def test_what_goes_down_into_the_value_comes_to_an_end(schema):
    """Recursion over parts, definitions nobody uses and names that look like keywords are no loop."""
    assert not loops(Document(schema))
