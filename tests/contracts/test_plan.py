"""Reading tracking plans in every form, and refusing wrong ones with the place."""

import json

import pytest

from contracts.errors import ContractFileError
from contracts.plan import parse_plan, planned_paths, read_plan

SCHEMA = {"type": "object", "properties": {"properties": {"type": "object", "required": ["order_id"]}}}
RULE = {"type": "TRACK", "key": "Order Completed", "version": 1, "jsonSchema": SCHEMA}


def test_bare_rules_and_the_public_apis_answer_are_one_plan():
    """The envelope ``{"data": {"rules": ...}}`` gives the same rules."""
    bare = parse_plan({"rules": [RULE]})
    wrapped = parse_plan({"data": {"rules": [RULE], "pagination": {"current": "x"}}})
    assert [(rule.type, rule.key, rule.schema) for rule in bare.rules] == [("TRACK", "Order Completed", SCHEMA)]
    assert [rule.schema for rule in wrapped.rules] == [SCHEMA]
    assert wrapped.rules[0].path == "/data/rules/0/jsonSchema"
    assert bare.unplanned == "warn"


def test_typewriter_7_and_8_are_read():
    """Typewriter 7 nests its events; typewriter 8 has unwrapped the schemas, which are wrapped again."""
    seven = parse_plan({"rules": {"events": [{"name": "A", "rules": SCHEMA, "version": 2}]}})
    assert [(rule.key, rule.version, rule.schema) for rule in seven.rules] == [("A", 2, SCHEMA)]
    inner = {"type": "object", "required": ["a"], "eventMetadata": {"name": "A"}}
    eight = parse_plan({"rules": [{"type": "TRACK", "key": "A", "jsonSchema": inner}]})
    assert eight.rules[0].schema == {
        "type": "object",
        "properties": {"properties": {"type": "object", "required": ["a"]}},
        "required": ["properties"],
    }


@pytest.mark.parametrize(
    ("text", "expected"), [("0001-01-01T00:00:00.000Z", False), (None, False), ("2025-11-01", True)]
)
def test_the_zero_time_is_not_deprecated(text, expected):
    """``deprecatedAt`` of old files says the zero time where it means never."""
    assert parse_plan({"rules": [{**RULE, "deprecatedAt": text}]}).rules[0].deprecated is expected


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ([], 'p.json: a tracking plan is an object {"rules": [...]}, not an array'),
        ({"title": 1}, "p.json: a tracking plan is an object {\"rules\": [...]}; this one has 'title'"),
        ({"rules": "x"}, "p.json: /rules: must be an array of rules, not text"),
        ({"rules": [1]}, "p.json: /rules/0: a rule is an object, not a number"),
        (
            {"rules": [{"type": "TRAK", "jsonSchema": {}}]},
            "p.json: /rules/0/type: 'TRAK' is none of COMMON, TRACK, IDENTIFY, GROUP, PAGE, SCREEN",
        ),
        (
            {"rules": [{"type": "TRACK", "jsonSchema": {}}]},
            "p.json: /rules/0/key: a TRACK rule needs the name of its event",
        ),
        ({"rules": [{**RULE, "jsonSchema": []}]}, "p.json: /rules/0/jsonSchema: must be a JSON Schema, not an array"),
        ({"rules": [{**RULE, "version": 1.5}]}, "p.json: /rules/0/version: must be a whole number, not 1.5"),
        (
            {"rules": [], "unplaned": "reject"},
            "p.json: \"unplaned\" is no key of a plan; did you mean 'unplanned'?",
        ),
        ({"rules": [], "unplanned": "no"}, "p.json: /unplanned: 'no' is none of allow, warn, reject"),
        (
            {"rules": [RULE, RULE]},
            (
                "p.json: /rules/1/jsonSchema: a second rule for TRACK 'Order Completed' version 1; "
                "the first is at /rules/0/jsonSchema"
            ),
        ),
    ],
)
def test_a_wrong_plan_is_refused_with_its_place(document, text):
    """The error names the file, the JSON Pointer, and what is allowed there."""
    with pytest.raises(ContractFileError) as caught:
        parse_plan(document, "p.json")
    assert str(caught.value) == text


def test_all_mistakes_of_a_plan_are_told_at_once():
    """Of the plan and of every rule, in the order of the rules; a second rule for an event among them."""
    rows = [{**RULE, "version": "1", "key": 7}, RULE, {"type": "TRAK", "key": "A", "jsonShema": {}}, RULE]
    with pytest.raises(ContractFileError) as caught:
        parse_plan({"rules": rows, "unplanned": "no", "unplaned": "no"}, "p.json")
    assert caught.value.args == (
        "p.json: \"unplaned\" is no key of a plan; did you mean 'unplanned'?",
        "p.json: /unplanned: 'no' is none of allow, warn, reject",
        "p.json: /rules/0/key: the event name must be text, not a number",
        "p.json: /rules/0/version: must be a whole number, not '1'",
        "p.json: /rules/2/type: 'TRAK' is none of COMMON, TRACK, IDENTIFY, GROUP, PAGE, SCREEN",
        "p.json: /rules/2: a rule needs 'jsonSchema'; is that meant by \"jsonShema\"?",
        (
            "p.json: /rules/3/jsonSchema: a second rule for TRACK 'Order Completed' version 1; "
            "the first is at /rules/1/jsonSchema"
        ),
    )


def test_a_file_that_is_not_json_is_refused_with_its_line(tmp_path):
    """The error names file and line."""
    path = tmp_path / "plan.json"
    path.write_text('{"rules": [\n  {"type": }\n]}')
    with pytest.raises(ContractFileError, match=r"plan\.json:2: not JSON"):
        read_plan(str(path))
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps({"rules": []}).encode())
    assert read_plan(str(path)).rules == ()


def test_planned_paths_follow_objects_and_items():
    """Every property a schema names is found, items under ``*``."""
    schema = {"properties": {"a": {"properties": {"b/c": {}}}, "list": {"items": {"properties": {"sku": {}}}}}}
    assert sorted(planned_paths(schema)) == ["/a", "/a/b~1c", "/list", "/list/*/sku"]
