"""Redaction: nothing of a value is left, its type, length and form are, and what belonged together still does."""

import json
import math
import string
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import simulator
from simulator.checking.redacting import redact, redact_case, redact_report
from simulator.comparing.differing import json_type
from simulator.comparing.fixtures import Fixture
from simulator.comparing.verifying import Case, Changed, verify
from simulator.generator import generate
from simulator.reports import cases

NUMBERS = st.one_of(st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False, allow_infinity=False))
TEXTS = st.text() | st.datetimes().map(str) | st.dates().map(str) | st.emails()
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=10,
)
KEPT = {"", "0", "1", "true", "false"}
FORM = set(string.punctuation + string.whitespace)


def _shape(value):
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return (json_type(value), len(value) if isinstance(value, str) else None)


@given(VALUES)
def test_keys_types_and_lengths_stay_and_the_copy_can_be_written(value):
    """Whatever the value, its redacted copy has the same shape and is JSON."""
    message = {"type": "track", "properties": value}
    redacted = redact(message)
    assert redacted["type"] == "track"
    assert _shape(redacted["properties"]) == _shape(value)
    assert redact(message) == redacted
    orjson.dumps(redacted)


@given(TEXTS)
def test_no_letter_and_no_digit_of_a_text_stays(text):
    """Every character but ASCII punctuation and spaces is another one, in every script; times become other times."""
    (redacted,) = redact([text])
    if text in KEPT or not set(text) - FORM:
        assert redacted == text
    elif redacted[:4].isdigit() and text[4:5] == "-":
        assert redacted != text
    else:
        changed = [one != other for one, other in zip(text, redacted, strict=True) if one not in FORM]
        assert all(changed) or text.lstrip("-")[0] == "0" or "e" in text.lower(), redacted


@given(NUMBERS)
def test_a_number_keeps_sign_length_and_wholeness_and_nothing_else(number):
    """No number but 0 and 1 stays what it was."""
    (redacted,) = redact([number])
    assert number in (0, 1) or redacted != number
    assert math.copysign(1, redacted) == math.copysign(1, number)
    assert isinstance(number, float) or len(str(redacted)) == len(str(number))
    assert type(redacted) is type(number)


@pytest.mark.parametrize(
    "message",
    [
        {"type": {"of": "secret"}},
        {"event": ["secret"]},
        {"timestamp": "the secret day"},
        {"integrations": {"All": True, "CRM": {"apiKey": "secret"}}},
        {"input": {"type": "track"}, "output": None, "settings": {"apiKey": "secret", "now": "2026-03-02"}},
        {"type": "track", "traits": {"born": "2026-03-02T10:20 secret"}},
        {"secret": "secret"},
        {"type": "track", "input": {"type": "secret"}, "settings": {"now": "secret"}},
        {"input": {"input": {"type": "secret"}}, "output": {"settings": {"mapping": "secret"}}},
        ["secret", {"type": "secret"}],
        "secret",
    ],
)
def test_what_only_looks_like_structure_is_redacted(message):
    """Keys that name structure hold somebody's values too when their values are of another kind."""
    assert "secret" not in json.dumps(redact(message)).replace('"secret":', "")


def test_structure_stays_as_it_is():
    """Call, event name, the message's times, switches, and the settings that are ours."""
    message = {
        "type": "track", "event": "Plan Viewed", "timestamp": "2026-03-02T09:15:30.5+01:00", "sentAt": 1772439330,
        "integrations": {"All": False},
    }  # fmt: skip
    assert redact(message) == message
    fixture = {"input": message, "output": None, "settings": {"now": "2026-03-02", "mapping": "typed"}}
    assert redact(fixture) == fixture


def test_a_redacted_birthday_is_another_day():
    """A date in somebody's traits is a value; its copy is a date of the same form."""
    born = redact({"traits": {"born": "1985-07-12", "since": "2020-01-31T23:59:59.123Z"}})["traits"]
    assert born["born"][:4] != "1985"
    assert born["born"][5:7] != "07"
    assert born["since"].endswith("Z")
    assert len(born["since"]) == 24


def test_a_redacted_fixture_still_passes():
    """What the mapping makes of a redacted message is the redacted event: numbers and their texts are alike."""
    messages = list(generate(300, "to be redacted"))
    events = [row["event"] for row in simulator.transform(messages)]
    fixtures = [
        redact({"input": message, "output": event}) for message, event in zip(messages, events, strict=True) if event
    ]
    mapped = simulator.transform([fixture["input"] for fixture in fixtures])
    assert [row["event"] for row in mapped] == [fixture["output"] for fixture in fixtures]
    assert len(fixtures) > 200


def test_a_redacted_report_names_its_messages_as_a_redacted_copy_does():
    """The messageId of an example is a value; it still finds its message in the redacted copy."""
    message = {"type": "track", "event": "A", "userId": "undefined", "messageId": "ada-0042"}
    report = redact_report(simulator.check([message], now="2026-06-01"))
    named = {example.message_id for finding in report.findings for example in finding.examples}
    assert named == {redact(message)["messageId"]}
    assert "ada" not in repr(report)


LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=8, max_size=12)
MARKED = st.recursive(
    LETTERS.map("{}-not-to-be-seen".format) | st.integers(10**9, 10**12),
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(st.sampled_from("abc"), inner, min_size=1),
    max_leaves=4,
)


def _leaves(value):
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _leaves(inner)
    else:
        yield value if isinstance(value, str) else str(value)


@given(
    traits=st.dictionaries(st.sampled_from(["plan", "size", "email"]), MARKED),
    user_id=MARKED,
    output=st.none()
    | st.fixed_dictionaries(
        {"eventType": st.just("identify")},
        optional={
            "eventTime": LETTERS,
            "actors": st.dictionaries(st.just("customer"), MARKED),
            "labels": MARKED | st.dictionaries(st.sampled_from(["plan", "size", "a_1"]), MARKED),
            "numbers": st.dictionaries(st.just("size"), MARKED),
            "settings": st.fixed_dictionaries({"mapping": MARKED}),
            "input": st.fixed_dictionaries({"type": MARKED}),
            "else": MARKED,
        },
    ),
)
def test_a_redacted_case_shows_no_value_in_any_format(traits, user_id, output):
    """Neither what the fixture expects nor what came; still the same fields differ, and the build fails."""
    message = {"type": "identify", "userId": user_id, "traits": traits, "timestamp": "2026-03-02T09:15:30Z"}
    case = verify(Fixture(Path("a.contract.json"), message, output, {}, None))
    redacted = redact_case(case)
    assert redacted.status == case.status
    assert [(one.path, one.provenance) for one in redacted.changed] == [
        (one.path, one.provenance) for one in case.changed
    ]
    for form in cases.FORMATS:
        text = cases.render([redacted], form, verbosity=1)
        assert [leaf for leaf in _leaves([traits, user_id, output]) if leaf != "identify" and leaf in text] == []


def test_a_redacted_difference_is_still_one():
    """Short values may have the same replacement: then it is said, lest the report contradict itself."""
    changed = Changed("/labels/size", "d", "h", None)
    (redacted,) = redact_case(Case(Path("a.json"), "failed", (changed,))).changed
    assert cases.lines_of(redacted) == [
        '/labels/size became "c", expected "c" (they differ, and are alike only redacted)'
    ]
    assert redacted.to_json() == {
        "path": "/labels/size", "expected": "c", "actual": "c", "provenance": None, "redacted": True,
    }  # fmt: skip
