import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import ContractFileError, load
from contracts.checker import Checker
from contracts.schema_engines import Native, Plain

EVENT = {
    "eventSource": "Segment",
    "eventType": "Order Completed",
    "eventTime": "2026-02-23T22:31:02.250Z",
    "actors": {"customer": {"userId": "97980cfea0067", "anonymousId": "507f191e810c19729de860ea"}},
    "labels": {"currency": "USD", "products_1_sku": "45790-32", "campaign_source": "Newsletter"},
    "numbers": {"revenue": 25.5, "products_1_price": 19},
}
TRACK = {
    "type": "track",
    "event": "Order Completed",
    "userId": "u1",
    "messageId": "m1",
    "timestamp": "2026-02-23T22:31:02.250Z",
    "properties": {"revenue": 25.5, "currency": "USD"},
    "context": {"device": {"id": "d1", "adTrackingEnabled": True}, "traits": {"age": 3}},
}


def found(checker, instance):
    """Code, severity and path of everything found."""
    return [(row.code, row.severity, row.path) for row in checker.violations(instance)]


def test_a_documented_event_passes():
    """The pinned example of the wire is valid, and so is the text of a number."""
    checker = Checker(load("pointillist/event"))
    assert checker.ok(EVENT)
    assert checker.violations({**EVENT, "numbers": {"amount": "80.77"}, "location": {}}) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"eventType": " "}, [("schema_pattern", "error", "/eventType")]),
        ({"eventTime": "2015-09-24"}, [("schema_pattern", "error", "/eventTime")]),
        ({"actors": {}}, [("schema_not", "error", "/actors")]),
        ({"actors": {"customer": {"userId": ""}}}, [("schema_not", "error", "/actors")]),
        (
            {"labels": {"a": 1, "b/c": None}},
            [("schema_type", "error", "/labels/a"), ("schema_type", "error", "/labels/b~1c")],
        ),
        ({"numbers": {"a": "ten"}}, [("schema_pattern", "error", "/numbers/a")]),
        ({"numbers": {"a": True}}, [("schema_type", "error", "/numbers/a")]),
        ({"location": "here"}, [("schema_type", "error", "/location")]),
    ],
)
def test_every_hard_rule_is_in_the_schema(change, expected):
    """Each breach is found at its place."""
    assert sorted(found(Checker(load("pointillist/event")), {**EVENT, **change})) == sorted(expected)


def test_all_violations_come_at_once():
    """Never only the first."""
    broken = {"eventType": "", "eventTime": "x", "actors": {"a": 1}, "labels": {"l": 1}}
    paths = {row.path for row in Checker(load("pointillist/event")).violations(broken)}
    assert paths == {"/eventType", "/eventTime", "/actors/a", "/actors", "/labels/l"}


def test_a_segment_message_is_held_to_what_segment_enforces():
    """What Segment discards for is an error; what only its spec says is a warning."""
    checker = Checker(load("segment/track"))
    assert checker.ok(TRACK)
    broken = {**TRACK, "event": " ", "userId": 4.5, "properties": {"revenue": "25"}, "context": {"device": {"id": 5}}}
    assert sorted(found(checker, broken)) == [
        ("schema_anyOf", "error", "/userId"),
        ("schema_pattern", "error", "/event"),
        ("schema_type", "warning", "/context/device/id"),
        ("schema_type", "warning", "/properties/revenue"),
    ]


def test_missing_ids_are_said_in_plain_words():
    """A schema's own words come before its keyword."""
    rows = Checker(load("segment/identify")).violations({"type": "identify", "userId": None, "anonymousId": ""})
    assert [row.message for row in rows] == ["needs a userId, an anonymousId, or both, is an object with 3 keys"]


def test_a_message_is_held_to_the_schema_of_its_call():
    """segment/message chooses by type."""
    checker = Checker(load("segment/message"))
    assert checker.ok({"type": "identify", "userId": "u"})
    assert [row.path for row in checker.violations({"type": "track", "userId": "u"})] == ["/event"]


def test_paths_begin_at_the_root_given():
    """A checker of a part reports places in the whole."""
    checker = Checker(
        {"required": ["sku"], "properties": {"price": {"type": "number"}}}, basis="plan", root="/properties"
    )
    rows = checker.violations({"price": "x"})
    assert {(row.path, row.basis) for row in rows} == {("/properties/sku", "plan"), ("/properties/price", "plan")}


def test_an_empty_key_keeps_its_place_in_the_path():
    """jsonschema-rs leaves empty keys out of its paths; ours are right."""
    checker = Checker({"properties": {"a": {"properties": {"": {"type": "string"}}}}})
    assert [row.path for row in checker.violations({"a": {"": 1}})] == ["/a/"]


def test_paths_that_differ_by_empty_keys_alone_are_told_apart():
    """Two places whose paths are the same without their empty keys each keep their own."""
    inner = {"properties": {"b": {"type": "string"}}}
    checker = Checker({"properties": {"a": {**inner, "properties": {**inner["properties"], "": inner}}}})
    assert [row.path for row in checker.violations({"a": {"b": 1, "": {"b": 1}}})] == ["/a/b", "/a//b"]
    assert [row.path for row in checker.violations({"a": {"b": "x", "": {"b": 1}}})] == ["/a//b"]


def test_a_pattern_cannot_be_made_to_hang():
    """A pattern that backtracks without end in other engines is decided at once, beside an empty key too."""
    checker = Checker({"properties": {"s": {"pattern": "^(a+)+$"}}})
    assert [row.code for row in checker.violations({"s": "a" * 50_000 + "!", "": 1})] == ["schema_pattern"]


def test_what_is_nested_too_deep_to_be_listed_is_refused_all_the_same():
    """The verdict goes deeper than the list of errors; it is never empty."""
    deep = 1
    for _ in range(900):
        deep = {"a": deep}
    found = Checker({"required": ["b"]}).violations(deep)
    assert [(row.code, row.path) for row in found] == [("schema_other", "")]
    assert found[0].message == "does not match the schema, and is nested too deep to say where"


def test_unexpected_keys_are_named_one_by_one():
    """Every key that is not allowed is a violation at its place."""
    checker = Checker({"properties": {"a": {}}, "additionalProperties": False})
    assert [row.path for row in checker.violations({"a": 1, "b": 1, "c": 1})] == ["/b", "/c"]


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "objec"}, "not a JSON Schema: /type"),
        ({"pattern": "(("}, "not a JSON Schema: /pattern"),
        ({"$ref": "https://example.com/schema"}, "https://example.com/schema is not at hand"),
        ({"properties": 3}, "not a JSON Schema: /properties"),
    ],
)
def test_what_is_no_schema_is_refused(schema, words):
    """One line says what is wrong; nothing is looked up on a network."""
    with pytest.raises(ContractFileError, match="not a JSON Schema") as caught:
        Checker(schema)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_user_schema_may_refer_to_ours():
    """Shipped schemas are at hand by their identifiers."""
    event = load("pointillist/event")
    checker = Checker({"$ref": event["$id"], "properties": {"labels": {"required": ["currency"]}}})
    assert checker.ok(EVENT)
    assert [row.path for row in checker.violations({**EVENT, "labels": {}})] == ["/labels/currency"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text("ab. ", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from([*EVENT, *TRACK]), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", ["pointillist/event", "segment/track", "segment/identify"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_both_engines_say_the_same(name, data):
    """The oracle is jsonschema: same verdict, same keywords at the same places."""
    valid = EVENT if name == "pointillist/event" else TRACK
    instance = {**valid, **data.draw(st.dictionaries(st.sampled_from(sorted(valid)), JSON, max_size=3))}
    native, plain = Native(load(name)), Plain(load(name))
    assert native.ok(instance) == plain.ok(instance)
    fast = {(row.keyword, row.path, row.extra) for row in native.breaches(instance)}
    slow = {(row.keyword, row.path, row.extra) for row in plain.breaches(instance)}
    assert fast == slow
