"""Messages against plans: which rule, what is reported, and two hundred mechanical mutations against an oracle."""

import copy
import random

import jsonschema
import pytest

from contracts.conformance import PlanChecker
from contracts.errors import ContractFileError
from contracts.plan import parse_plan

ORDER = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["properties"],
    "properties": {
        "event": {"type": "string"},
        "properties": {
            "type": "object",
            "required": ["order_id", "currency", "products"],
            "additionalProperties": False,
            "properties": {
                "order_id": {"type": "string", "minLength": 3, "maxLength": 12, "pattern": "^o-"},
                "currency": {"enum": ["EUR", "USD"]},
                "revenue": {"type": "number", "minimum": 0, "maximum": 1000},
                "quantity": {"type": "integer", "multipleOf": 1},
                "gift": {"type": "boolean"},
                "coupon": {"type": ["string", "null"]},
                "channel": {"const": "web"},
                "products": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": 3,
                    "items": {
                        "type": "object",
                        "required": ["sku"],
                        "properties": {"sku": {"type": "string"}, "price": {"type": "number", "exclusiveMinimum": 0}},
                    },
                },
                "address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}}},
            },
        },
    },
}
VALID = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u-1",
    "messageId": "m-1",
    "properties": {
        "order_id": "o-9001",
        "currency": "EUR",
        "revenue": 25.5,
        "quantity": 3,
        "gift": False,
        "coupon": None,
        "channel": "web",
        "products": [{"sku": "p-1", "price": 3}, {"sku": "p-2", "price": 19.5}],
        "address": {"city": "Bern"},
    },
}


def _plan(*rules, **more):
    return parse_plan({"rules": list(rules), **more}, "plan.json")


def _track(key, schema, **more):
    return {"type": "TRACK", "key": key, "jsonSchema": schema, **more}


def _found(checker, message, call="track"):
    return [(row.code, row.severity, row.path, row.basis) for row in checker.check(message, call)]


def _places(value, path=()):
    yield path
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, key))


def _mutated(rng):
    """Return a copy of the valid message with one mechanical change somewhere in its properties."""
    message = copy.deepcopy(VALID)
    path = rng.choice([place for place in _places(VALID["properties"]) if place])
    parent = message["properties"]
    for key in path[:-1]:
        parent = parent[key]
    last = path[-1]
    how = rng.choice(
        ["drop", "null", "text", "number", "negative", "boolean", "list", "object", "longer", "extra", "rename"]
    )
    if how == "drop":
        del parent[last]
    elif how == "extra" and isinstance(parent, dict):
        parent["unheard_of"] = 1
    elif how == "rename" and isinstance(parent, dict):
        parent[str(last).upper()] = parent.pop(last)
    elif how == "longer":
        value = parent[last]
        parent[last] = value * 5 if isinstance(value, (str, list)) else value
    else:
        new = {"null": None, "text": "o-x", "number": 7, "negative": -3.5, "boolean": True, "list": [], "object": {}}
        parent[last] = new.get(how, "?")
    return message


def _oracle_places(message):
    """Return the JSON Pointers plain jsonschema complains about; for required and extra keys those of the key."""
    places = set()
    for error in jsonschema.Draft7Validator(ORDER).iter_errors(message):
        path = "".join(f"/{key}" for key in error.absolute_path)
        if error.validator == "required":
            missing = next(key for key in error.validator_value if error.message.startswith(repr(key)))
            places.add(f"{path}/{missing}")
        elif error.validator == "additionalProperties":
            places.update(f"{path}/{key}" for key in error.instance if key not in error.schema["properties"])
        else:
            places.add(path)
    return places


def test_two_hundred_mutations_are_reported_where_plain_jsonschema_says():
    """Every mutation the schema forbids is reported at the right path; every one it allows is not reported."""
    checker = PlanChecker([_plan(_track("Order Completed", ORDER))])
    rng = random.Random(7)
    forbidden = 0
    for _ in range(200):
        message = _mutated(rng)
        found = {row.path for row in checker.check(message, "track")}
        assert found == _oracle_places(message), message["properties"]
        forbidden += bool(found)
    assert 100 < forbidden < 200


def test_a_valid_message_has_no_violations():
    """Nothing is reported of a message the plan allows."""
    assert _found(PlanChecker([_plan(_track("Order Completed", ORDER))]), VALID) == []


def test_common_rules_hold_for_every_call():
    """A COMMON rule applies beside the event's own."""
    common = {"type": "COMMON", "jsonSchema": {"required": ["timestamp"]}}
    checker = PlanChecker([_plan(common, {"type": "IDENTIFY", "jsonSchema": {"required": ["traits"]}})])
    message = {"type": "identify", "userId": "u"}
    assert _found(checker, message, "identify") == [
        ("schema_required", "error", "/timestamp", "plan"),
        ("schema_required", "error", "/traits", "plan"),
    ]


@pytest.mark.parametrize(("policy", "severity"), [("allow", None), ("warn", "warning"), ("reject", "error")])
def test_an_unplanned_track_is_what_the_policy_says(policy, severity):
    """``allow`` says nothing, ``warn`` warns, ``reject`` is an error."""
    checker = PlanChecker([_plan(_track("Order Completed", {}), unplanned=policy)])
    found = checker.check({"type": "track", "event": "order completed"}, "track")
    assert [(row.code, row.severity) for row in found] == ([("unplanned_event", severity)] if severity else [])
    if found:
        assert found[0].hint == 'did you mean "Order Completed"? Names match exactly'


def test_with_several_plans_an_event_is_planned_if_any_has_it():
    """Each plan's own rule is asked; the strictest policy decides what none has."""
    first = _plan(_track("A", {"required": ["x"]}), unplanned="reject")
    second = _plan(_track("A", {"required": ["y"]}), _track("B", {}))
    checker = PlanChecker([first, second])
    assert [row[2] for row in _found(checker, {"event": "A"})] == ["/x", "/y"]
    assert _found(checker, {"event": "B"}) == []
    assert [row[1] for row in _found(checker, {"event": "C"})] == ["error"]


def test_the_version_a_message_names_is_asked():
    """``context.protocols.event_version`` chooses; without it the newest."""
    rules = [_track("A", {"required": ["one"]}, version=1), _track("A", {"required": ["two"]}, version=2)]
    checker = PlanChecker([_plan(*rules)])
    assert [row[2] for row in _found(checker, {"event": "A"})] == ["/two"]
    message = {"event": "A", "context": {"protocols": {"event_version": 1}}}
    assert [row[2] for row in _found(checker, message)] == ["/one"]


def test_a_deprecated_event_is_noted():
    """A rule with a date of deprecation gives an info."""
    checker = PlanChecker([_plan(_track("A", {}, deprecatedAt="2025-11-01T00:00:00.000Z"))])
    assert [row[:2] for row in _found(checker, {"event": "A"})] == [("deprecated_rule", "info")]


def test_coverage_says_what_never_came_and_what_came_unplanned():
    """Events and properties of the plan that never came, and those of the messages no plan has."""
    inner = {"type": "object", "properties": {"a": {}, "list": {"items": {"properties": {"sku": {}, "price": {}}}}}}
    schema = {"properties": {"properties": inner}}
    checker = PlanChecker([_plan(_track("Seen", schema), _track("Never", {}))])
    checker.check({"event": "Seen", "properties": {"list": [{"sku": 1}], "own": 2}}, "track")
    checker.check({"event": "Other"}, "track")
    coverage = checker.coverage.to_json()
    assert coverage["events"] == {
        "planned": 2,
        "seen": 1,
        "never": ["Never"],
        "unplanned": [{"event": "Other", "count": 1}],
    }
    assert coverage["properties"]["never"] == [
        {"event": "Seen", "path": "/properties/a"},
        {"event": "Seen", "path": "/properties/list/*/price"},
    ]
    assert coverage["properties"]["unplanned"] == [{"event": "Seen", "path": "/properties/own", "count": 1}]


def test_a_rule_that_is_no_schema_is_refused_with_file_and_place():
    """The error names the file, the rule, and the place inside its schema; of every rule that is none."""
    with pytest.raises(ContractFileError) as caught:
        PlanChecker([_plan(_track("A", {"type": "strng"}), _track("B", {}), _track("C", {"minLength": -1}))])
    first, second = caught.value.args
    assert first.startswith("plan.json: /rules/0/jsonSchema (A): not a JSON Schema: /type")
    assert second.startswith("plan.json: /rules/2/jsonSchema (C): not a JSON Schema: /minLength")


@pytest.mark.parametrize(
    "schema", [{"$ref": "#"}, {"properties": {"properties": {"not": {"$ref": "#/properties/properties"}}}}]
)
def test_a_rule_that_only_leads_back_to_itself_is_refused(schema):
    """JSON Schema does not say what it means, so no message is judged by it."""
    with pytest.raises(ContractFileError, match=r"/rules/0/jsonSchema \(A\): a \$ref leads back to itself"):
        PlanChecker([_plan(_track("A", schema))])
