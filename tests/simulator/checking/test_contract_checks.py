"""The check of every stage: what it reports, where, once, and of what only a run shows."""

import json
from collections import Counter
from pathlib import Path

import pytest

import simulator
from contracts.plan import parse_plan
from contracts.resources import load
from simulator.checking.consistency import MAX_NAMES, Consistency
from simulator.checking.grouping import MAX_FINDINGS, REST
from simulator.generator import generate

TRACK = {"type": "track", "event": "Plan Viewed", "userId": "u-1", "timestamp": "2026-03-02T09:15:30Z"}
NOW = "2026-06-01"


def _found(*messages, **options):
    report = simulator.check(messages, now=NOW, **options)
    return [(one.code, one.severity, one.path, one.count) for one in report.findings if one.severity != "info"]


def test_a_clean_message_has_no_findings():
    """Nothing but notes."""
    assert _found(TRACK) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"userId": "undefined"}, ("blocked_id", "warning", "/userId", 1)),
        ({"userId": " u-1"}, ("whitespace_in_id", "warning", "/userId", 1)),
        ({"userId": 7}, ("non_string_id", "warning", "/userId", 1)),
        ({"user_id": "u-2"}, ("misspelt_id", "warning", "/user_id", 1)),
        ({"event": "Identify"}, ("event_named_identify", "warning", "/event", 1)),
        ({"timestamp": "2027-01-01T00:00:00Z"}, ("future_time", "warning", "/eventTime", 1)),
        ({"properties": {"a": " "}}, ("blank_value", "warning", "/labels/a", 1)),
        ({"userId": None}, ("no_user_anon_id", "error", "", 1)),
        ({"event": ""}, ("event_not_defined", "error", "/event", 1)),
    ],
)
def test_what_one_message_shows(change, expected):
    """Each mistake is one finding with its code, severity and place, said once."""
    assert _found({**TRACK, **change}) == [expected]


def test_what_only_the_run_shows():
    """Types that flip, names and event types that differ by case, an email of two customers."""
    first = {**TRACK, "properties": {"size": 3, "Plan": "x"}}
    second = {**TRACK, "event": "plan viewed", "properties": {"size": "3 m", "plan": "x"}}
    assert _found(first, second) == [
        ("case_clash", "warning", "/eventType", 1),
        ("case_clash", "warning", "/labels/plan", 1),
        ("type_flips", "warning", "/labels/size", 1),
    ]
    people = [{"type": "identify", "userId": user, "traits": {"email": "a@b.c"}} for user in ("u-1", "u-2")]
    assert _found(*people) == [("shared_email", "warning", "/labels/email", 1)]


def test_duplicates_are_errors_and_their_content_is_not_held_against_the_plan():
    """The first of a messageId counts."""
    plan = {"rules": [{"type": "TRACK", "key": "Plan Viewed", "jsonSchema": {"not": {"required": ["extra"]}}}]}
    message = {**TRACK, "messageId": "m-1"}
    assert _found(message, {**message, "extra": 1}, plans=[plan]) == [
        ("duplicate_message_id", "error", "/messageId", 1),
    ]


def test_the_same_violation_four_thousand_times_is_one_finding():
    """Counted, with the first three examples."""
    report = simulator.check(({**TRACK, "properties": {"a": " "}} for _ in range(4_000)), now=NOW)
    (finding,) = [one for one in report.findings if one.severity == "warning"]
    assert finding.count == 4_000
    assert [example.position for example in finding.examples] == [0, 1, 2]


def test_made_up_names_do_not_fill_the_memory():
    """Past the bound, further places are one finding a code; nothing is left uncounted."""
    messages = ({**TRACK, "properties": {f"p{number}": " "}} for number in range(MAX_FINDINGS + 500))
    report = simulator.check(messages, now=NOW, severities={"inferred_mapping": "off"})
    assert len(report.findings) <= MAX_FINDINGS + 10
    assert report.count("warning") == MAX_FINDINGS + 500
    assert [one.count for one in report.findings if one.event == REST] == [500]


def test_a_bound_of_the_run_is_said_once(monkeypatch):
    """``check_limited`` is reported when names are no longer compared."""
    monkeypatch.setattr("simulator.checking.consistency.MAX_NAMES", 2)
    assert MAX_NAMES == 100_000
    messages = [{**TRACK, "properties": {f"p{number}": "x"}} for number in range(5)]
    report = simulator.check(messages, now=NOW)
    assert [(one.code, one.count) for one in report.findings if one.code == "check_limited"] == [("check_limited", 1)]
    assert Consistency() is not None


def test_a_severity_can_be_changed_or_switched_off():
    """``off`` leaves a code out; another severity decides whether it fails."""
    message = {**TRACK, "userId": "undefined"}
    assert _found(message, severities={"blocked_id": "off"}) == []
    assert not simulator.check([message], now=NOW, severities={"blocked_id": "error"}).passed


def test_generated_messages_keep_every_contract_and_the_example_plan():
    """Clean messages of the generator have no error, no warning, and break no rule of the plan that ships."""
    plan = load("plans/generator")
    report = simulator.check(generate(3_000, "a seed of its own"), plans=[plan], now="2027-01-01")
    assert [finding.to_json() for finding in report.findings if finding.severity != "info"] == []
    assert len(parse_plan(plan).rules) > 60


def test_public_messages_of_other_projects_are_all_accounted_for():
    """Forty-four real messages: every one checked, none crashes a check, the discards are those of admission."""
    lines = (Path(__file__).parents[2] / "data" / "public_messages.jsonl").read_text(encoding="utf-8").splitlines()
    messages = [
        {key: value for key, value in json.loads(line).items() if not key.startswith("_")} for line in lines if line
    ]
    report = simulator.check(messages, now=NOW)
    discarded = Counter(row["code"] for row in simulator.transform(messages, now=NOW) if row["status"] == "discarded")
    assert report.messages == 44
    found = Counter()
    for finding in report.findings:
        if finding.code in discarded:
            found[finding.code] += finding.count
    assert found == discarded
    assert sum(discarded.values()) > 10
