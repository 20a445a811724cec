"""Mechanical mutations of valid messages through the whole check, held against plain jsonschema."""

import copy
import random

import jsonschema
import pytest

import simulator
from contracts.resources import load
from simulator.generator import generate

NOW = "2027-01-01T00:00:00Z"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
DRAFT_2020 = "https://json-schema.org/draft/2020-12/schema"
VALID = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u-1",
    "timestamp": "2026-03-02T09:15:30Z",
    "properties": {
        "id": "o-17",
        "paid": {"by": "card", "card": "4242"},
        "lines": [{"sku": "mug", "price": 12.5}, {"sku": "pot", "price": 3, "note": "blue"}],
        "tags": ["gift", "sale"],
        "x_size": 3,
        "at": "2026-03-02",
    },
}
EVERY_KEYWORD = {
    "type": "object",
    "required": ["properties"],
    "properties": {
        "properties": {
            "type": "object",
            "required": ["id", "lines"],
            "minProperties": 2,
            "maxProperties": 7,
            "propertyNames": {"maxLength": 12},
            "properties": {
                "id": {"type": "string", "pattern": "^o-[0-9]+$", "minLength": 3, "maxLength": 8},
                "paid": {
                    "oneOf": [
                        {"properties": {"by": {"const": "card"}}, "required": ["by", "card"]},
                        {"properties": {"by": {"const": "cash"}}, "required": ["by"]},
                    ],
                    "not": {"required": ["password"]},
                },
                "lines": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 3,
                    "items": {"$ref": "#/definitions/line"},
                },
                "tags": {
                    "items": {"enum": ["gift", "sale", "new"]},
                    "uniqueItems": True,
                    "contains": {"const": "gift"},
                },
                "at": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            },
            "patternProperties": {"^x_": {"type": "integer", "multipleOf": 3, "exclusiveMaximum": 9}},
            "additionalProperties": False,
            "if": {"required": ["paid"]},
            "then": {"required": ["tags"]},
        }
    },
    "definitions": {
        "line": {
            "type": "object",
            "required": ["sku", "price"],
            "properties": {"sku": {"type": "string"}, "price": {"type": "number", "exclusiveMinimum": 0}},
            "dependencies": {"note": ["sku"]},
        }
    },
}


def _places(value, path=()):
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _places(inner, (*path, key))


def _mutated(message, root, rng):
    """Return a copy with one mechanical change somewhere below ``root``."""
    message = copy.deepcopy(message)
    path = rng.choice([(root,), *((root, *place) for place in _places(message[root]) if place)])
    parent = message
    for key in path[:-1]:
        parent = parent[key]
    last = path[-1]
    value = parent[last]
    match rng.choice(
        ["drop", "extra", "rename", "twice", "null", "text", "number", "negative", "true", "list", "object"]
    ):
        case "drop":
            del parent[last]
        case "extra" if isinstance(value, dict):
            value[rng.choice(["unheard_of", "a/b~c", "a name of its own"])] = 1
        case "rename" if isinstance(parent, dict):
            parent[str(last).upper()] = parent.pop(last)
        case "twice" if isinstance(value, (str, list)):
            parent[last] = value * 2
        case other:
            new = {"null": None, "text": "o-x", "number": 7, "negative": -3.5, "true": True, "list": [], "object": {}}
            parent[last] = new.get(other, "?")
    return message


def _pointer(*keys):
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


def _oracle(schema, message):
    """Return the places plain jsonschema complains about; for a missing or unexpected key that of the key."""
    found = set()
    for error in jsonschema.validators.validator_for(schema)(schema).iter_errors(message):
        keys = [()]
        if error.validator == "required":
            keys = [(key,) for key in error.validator_value if error.message.startswith(repr(key))]
        elif error.validator == "dependencies":  # the key that is missing, as for required
            keys = [(key,) for needed in error.validator_value.values() for key in needed if key not in error.instance]
        elif error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            keys = [(key,) for key in error.instance if key not in known and not key.startswith("x_")]
        found |= {_pointer(*error.absolute_path, *key) for key in keys}
    return found


def _reported(message, plan):
    report = simulator.check([message], plans=[plan], now=NOW)
    return {row.path for row in report.findings if row.basis == "plan"}


@pytest.mark.parametrize("dialect", [DRAFT_7, DRAFT_2020])
def test_every_keyword_reports_where_plain_jsonschema_does(dialect):
    """Of 200 mutations each one the schema forbids is reported at the right path, each one it allows is not."""
    schema = {"$schema": dialect, **EVERY_KEYWORD}
    plan = {"rules": [{"type": "TRACK", "key": "Order Completed", "jsonSchema": schema}]}
    assert _reported(VALID, plan) == set()
    rng, forbidden = random.Random(11), 0
    for _ in range(200):
        message = _mutated(VALID, "properties", rng)
        expected = _oracle(schema, message)
        if "properties" not in message or isinstance(message["properties"], (dict, type(None))):
            assert _reported(message, plan) == expected, message
        forbidden += bool(expected)
    assert 100 < forbidden < 200


def test_the_plan_that_ships_reports_where_plain_jsonschema_does():
    """Two hundred mutations over its events: common rules and the event's own, each at the right path."""
    plan = load("plans/generator")
    common = next(rule["jsonSchema"] for rule in plan["rules"] if rule["type"] == "COMMON")
    own = {rule.get("key"): rule["jsonSchema"] for rule in plan["rules"]}
    messages = [one for one in generate(400, "mutations") if one["type"] == "track" and one.get("properties")][:200]
    rng, forbidden = random.Random(13), 0
    for valid in messages:
        message = _mutated(valid, rng.choice(["properties", "properties", "context"]), rng)
        if not all(isinstance(message.get(root, {}), dict) for root in ("properties", "context")):
            continue  # not the plan's business alone: admission has its own word on it
        expected = _oracle(common, message) | _oracle(own[message["event"]], message)
        assert _reported(message, plan) == expected, message
        forbidden += bool(expected)
    assert forbidden > 40
