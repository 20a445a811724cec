"""The hard rules of ``POST /event``."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.checker import Checker
from contracts.resources import load
from fake_pointillist.intake import Accepted, Refused, judge

GOOD = {
    "eventSource": "Segment",
    "eventType": "Order Completed",
    "eventTime": "2026-02-23T22:31:02.250Z",
    "actors": {"customer": {"userId": "U", "anonymousId": "A"}},
    "labels": {"currency": "USD"},
    "numbers": {"revenue": 25.5, "items": 3},
}
DELETED = object()
DEEP = orjson.loads(b'{"a":' * 70 + b"1" + b"}" * 70)


def event(**changes):
    """Return the good event with changes."""
    merged = {**GOOD, **changes}
    return {key: value for key, value in merged.items() if value is not DELETED}


def found(value):
    """Return code and place of each broken rule."""
    return [(one.code, one.path) for one in judge(value).violations]


def test_a_good_event_is_accepted_as_it_is():
    """Nothing is changed, nothing noted, and both ids and the instant are read."""
    verdict = judge(GOOD)
    assert verdict == Accepted(GOOD, True, "Order Completed", 1_771_885_862_250_000, "U", "A", ())
    assert verdict.event is GOOD


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([], [("not_object", "")]),
        (None, [("not_object", "")]),
        ("event", [("not_object", "")]),
        (event(eventType=DELETED), [("event_type", "/eventType")]),
        (event(eventType=" \t"), [("event_type", "/eventType")]),
        (event(eventType=""), [("event_type", "/eventType")]),
        (event(eventType=5), [("event_type", "/eventType")]),
        (event(eventTime=DELETED), [("event_time", "/eventTime")]),
        (event(eventTime=1_700_000_000), [("event_time", "/eventTime")]),
        (event(eventTime="2026-02-23T22:31:02"), [("event_time", "/eventTime")]),
        (event(eventTime="2026-02-30T22:31:02Z"), [("event_time", "/eventTime")]),
        (event(eventTime="2026-02-23"), [("event_time", "/eventTime")]),
        (event(eventTime="1" * 100_000), [("event_time", "/eventTime")]),
        (event(actors=DELETED), [("no_actor", "/actors")]),
        (event(actors=[]), [("no_actor", "/actors")]),
        (event(actors={}), [("no_actor", "/actors")]),
        (event(actors={"customer": {}}), [("no_actor", "/actors")]),
        (event(actors={"customer": {"userId": ""}}), [("no_actor", "/actors")]),
        (event(actors={"customer": {"userId": None}}), [("no_actor", "/actors")]),
        (event(actors={"customer": "U"}), [("no_actor", "/actors/customer")]),
        (event(actors={"customer": {"userId": ["U"]}}), [("id_not_string", "/actors/customer/userId")]),
        (event(actors={"customer": {"userId": True}}), [("id_not_string", "/actors/customer/userId")]),
        (event(actors={"customer": {"userId": 42, "b": "a"}}), [("id_not_string", "/actors/customer/userId")]),
        (event(labels=[]), [("label_type", "/labels")]),
        (event(labels=None), [("label_type", "/labels")]),
        (event(labels={"a/b": 1, "c": None}), [("label_type", "/labels/a~1b"), ("label_type", "/labels/c")]),
        (event(numbers="1"), [("number_type", "/numbers")]),
        (event(numbers={"a": True}), [("number_type", "/numbers/a")]),
        (event(numbers={"a": "1,5"}), [("number_type", "/numbers/a")]),
        (event(numbers={"a": "0x10"}), [("number_type", "/numbers/a")]),
        (event(numbers={"a": " 1"}), [("number_type", "/numbers/a")]),
        (event(numbers={"a": "NaN"}), [("number_type", "/numbers/a")]),
        (event(numbers={"a": "1e999"}), [("number_type", "/numbers/a")]),
        (event(numbers={"a": "01"}), [("number_type", "/numbers/a")]),
        (event(location="here"), [("location_type", "/location")]),
        (event(location=DEEP), [("not_json", "")]),
        (event(extra=DEEP), [("not_json", "")]),
    ],
)
def test_each_broken_rule_is_named_with_its_place(value, expected):
    """A broken rule gives its code and the JSON Pointer of what broke it."""
    verdict = judge(value)
    assert isinstance(verdict, Refused)
    assert found(value) == expected


def test_every_broken_rule_is_named_at_once():
    """One refusal lists all that is wrong, never only the first."""
    value = {"eventType": "", "eventTime": "?", "labels": {"a": 1}, "numbers": {"b": []}, "location": 1}
    codes = [code for code, _ in found(value)]
    assert codes == ["event_type", "event_time", "no_actor", "label_type", "number_type", "location_type"]


def test_numbers_that_came_as_text_become_numbers_and_are_noted():
    """Text in JSON's number grammar is kept as the number it is, integers exactly; the input stays as it was."""
    value = event(numbers={"a": "80.77", "b": "9007199254740993", "c": "-1e3", "d": 4})
    verdict = judge(value)
    assert verdict.event["numbers"] == {"a": 80.77, "b": 9_007_199_254_740_993, "c": -1000.0, "d": 4}
    assert [(one.code, one.path) for one in verdict.notes] == [
        ("number_as_text", "/numbers/a"),
        ("number_as_text", "/numbers/b"),
        ("number_as_text", "/numbers/c"),
    ]
    assert value["numbers"]["a"] == "80.77"
    assert not verdict.is_as_sent


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"a": "", "b": " \t", "c": "x"}, [("blank_value", "/labels/a"), ("blank_value", "/labels/b")]),
        ({"a": "x", "b": " x "}, []),
        ({}, []),
    ],
)
def test_a_label_that_is_blank_is_noted(labels, expected):
    """Empty and white values are accepted and said, one each."""
    assert [(one.code, one.path) for one in judge(event(labels=labels)).notes] == expected


def test_among_labels_that_are_no_text_a_blank_one_is_not_said():
    """What refuses the event is all that is named."""
    assert found(event(labels={"a": "", "b": 1})) == [("label_type", "/labels/b")]


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("2026-02-23T22:31:02.250Z", 1_771_885_862_250_000),
        ("2026-02-23T22:31:02Z", 1_771_885_862_000_000),
        ("2026-02-23T23:31:02.250+01:00", 1_771_885_862_250_000),
        ("20260223T223102Z", 1_771_885_862_000_000),
        ("2026-02-23 18:31:02-0400", 1_771_885_862_000_000),
        ("2015-9-24 7:6:23-0700", 1_443_103_583_000_000),
        ("2016-04-19 15:57:27-0400", 1_461_095_847_000_000),
        ("1969-12-31T23:59:59.999Z", -1_000),
    ],
)
def test_the_accepted_time_forms(text, micros):
    """ISO-8601 with an offset, and Java's form, un-padded too, name the right instant."""
    assert judge(event(eventTime=text)).time_us == micros


@pytest.mark.parametrize(
    ("actors", "user", "anonymous"),
    [
        ({"customer": {"userId": "U"}}, "U", None),
        ({"Customer": {"anonymousId": "A"}}, None, "A"),
        ({"customer": {"userId": "", "anonymousId": "A"}}, None, "A"),
        ({"customer": {"userId": "42", "anonymousId": None}}, "42", None),
        ({"customer": {"email": "e"}}, None, None),
        ({"store": {"userId": "S"}, "customer": {"userId": "U"}}, "U", None),
        ({"customer": {"userID": "U"}}, None, None),
    ],
)
def test_which_ids_are_the_customers(actors, user, anonymous):
    """Only the customer's two ids are identity's; the actor type's case does not matter, the names' case does."""
    verdict = judge(event(actors=actors))
    assert (verdict.user_id, verdict.anonymous_id) == (user, anonymous)


def test_what_is_unusual_is_noted_and_accepted():
    """Unknown keys, a source that is no text and misspelt ids are accepted and said."""
    actors = {"customer": {"userId": "7", "anonymousID": "A"}}
    notes = judge(event(actors=actors, eventSource=5, extra=1, location={"city": "X"})).notes
    assert [(one.code, one.path, one.severity) for one in notes] == [
        ("misspelt_id", "/actors/customer/anonymousID", "warning"),
        ("event_source", "/eventSource", "warning"),
        ("unknown_key", "/extra", "info"),
    ]


def test_an_identifier_that_joins_nothing_is_noted():
    """Every name of another actor than the customer is stored and said: a call's or an agent's id is nobody's own."""
    actors = {"customer": {"userId": "7", "email": "a@b.c", "phone": ""}, "account": {"userId": "9"}}
    assert [(one.code, one.path, one.severity) for one in judge(event(actors=actors)).notes] == [
        ("unjoined_identifier", "/actors/account/userId", "info"),
    ]


def test_the_customers_other_identifiers_are_taken_by_name():
    """Whatever is neither one of the two ids nor a misspelt one joins people; empty ones are absent."""
    actors = {"Customer": {"phone": "5", "userId": "7", "email": "a@b.c", "fax": "", "user_id": "7", "line": None}}
    assert judge(event(actors=actors)).others == (("email", "a@b.c"), ("phone", "5"))
    assert judge(event(actors={"customer": {"userId": "7"}, "agent": {"email": "a@b.c"}})).others == ()


def test_a_second_spelling_of_the_customer_is_noted():
    """Of two spellings of the customer the first one's ids count; what the second says otherwise is said."""
    actors = {"customer": {"userId": "7"}, "Customer": {"userId": "8", "anonymousId": "A", "email": "a@b.c"}}
    verdict = judge(event(actors=actors))
    assert (verdict.user_id, verdict.anonymous_id) == ("7", "A")
    assert [(one.code, one.path, one.message) for one in verdict.notes] == [
        ("unjoined_identifier", "/actors/Customer/userId",
         'identifier "userId" of actor "Customer" joins nothing: the event says "7" before'),
    ]  # fmt: skip
    assert verdict.others == (("email", "a@b.c"),)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.sampled_from([0.5, -2.5])
    | st.sampled_from(["", " ", "1", "x"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "userId"]), inner, max_size=2),
    max_leaves=4,
)
SOMETIMES = {
    "eventSource": st.just("Segment") | JSON,
    "eventType": st.just("X") | JSON,
    "eventTime": st.sampled_from(["2026-02-23T22:31:02.250Z", "2015-9-24 7:6:23-0700", "2026-02-23", "soon"]) | JSON,
    "actors": st.dictionaries(st.just("customer"), st.dictionaries(st.sampled_from(["userId", "e"]), JSON)) | JSON,
    "labels": st.dictionaries(st.sampled_from(["a", "b"]), st.just("x") | JSON) | JSON,
    "numbers": st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from([1, "1.5", "01", ""]) | JSON) | JSON,
    "location": st.just({}) | JSON,
}


NEARLY_GOOD = st.sampled_from(sorted(SOMETIMES)).flatmap(
    lambda key: SOMETIMES[key].map(lambda value: {**GOOD, key: value})
)


@given(NEARLY_GOOD | st.fixed_dictionaries({}, optional=SOMETIMES) | JSON)
def test_the_rules_and_the_schema_agree(value):
    """Written by hand and written as data, the rules accept and refuse the same events."""
    errors = [one for one in SCHEMA.violations(value) if one.severity == "error"]
    assert isinstance(judge(value), Accepted) == (not errors), errors


SCHEMA = Checker(load("pointillist/event"))
