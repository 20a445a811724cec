"""What ``explain`` says of a code's severity is what the places make of it."""

import json

import pytest

import simulator
from contracts.codes import CODES
from simulator.checking.code_examples import EXAMPLES
from simulator.checking.code_weights import WEIGHTS
from simulator.checking.contract_checks import discard_violation
from simulator.segment.message import Discarded, Received
from simulator.segment.source_answers import strict_answer
from simulator.trace import Trace

from .test_code_examples import MESSAGES

DISCARDS = (
    "message_not_object", "UNSUPPORTED_EVENT_TYPE", "FILTERED_BY_INTEGRATIONS_OBJECT", "no_user_anon_id",
    "id_not_string", "event_not_defined", "event_not_string", "properties_not_object", "traits_not_object",
    "message_too_large", "message_id_too_long", "duplicate_message_id",
)  # fmt: skip


def told(code):
    """Every severity ``explain`` gives a code."""
    return {CODES[code].severity, *(weight.severity for weight in WEIGHTS.get(code, ()))}


@pytest.mark.parametrize("code", MESSAGES)
def test_a_code_weighs_in_check_what_explain_says(code):
    """Every example that is messages: no severity of its code that explain does not tell."""
    messages = [json.loads(line) for line in EXAMPLES[code].splitlines()]
    report = simulator.check(messages, now="2026-03-02T10:00:00Z")
    assert {finding.severity for finding in report.findings if finding.code == code} <= told(code)


@pytest.mark.parametrize("code", DISCARDS)
def test_a_discard_weighs_what_explain_says(code):
    """In check, and where ``listen --strict`` answers it."""
    discarded = Discarded(code, "", "not taken", "m-1", "track")
    assert discard_violation(discarded).severity in told(code)
    answer = json.loads(strict_answer([Trace(Received(0, {}), discarded)]).body)
    assert {found["severity"] for found in answer.get("violations", ())} <= told(code)


def test_what_a_code_weighs_elsewhere_is_not_what_it_weighs_anyway():
    """A row that says the table's own severity again says nothing."""
    assert [code for code, rows in WEIGHTS.items() if CODES[code].severity in {row.severity for row in rows}] == []
