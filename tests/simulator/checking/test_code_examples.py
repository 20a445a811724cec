"""Every code has an example, and those that are messages show their code."""

import json

import pytest

import simulator
from contracts.codes import CODES
from simulator.checking.code_examples import EXAMPLES

ELSEWHERE = {"duplicate_key", "conflicting_claim", "plan_cannot_fail"}
"""Examples that begin with a brace and are not for ``check``: raw text, stitch, a plan."""
MESSAGES = sorted(code for code, text in EXAMPLES.items() if text.startswith("{") and code not in ELSEWHERE)


def test_every_code_has_an_example():
    """The table of codes and the table of examples hold the same codes."""
    assert set(EXAMPLES) == set(CODES)


def test_every_code_that_says_something_is_wrong_says_how_to_mend_it():
    """Errors and warnings have a hint; only what is merely good to know may have none."""
    assert [code for code, row in CODES.items() if row.severity != "info" and not row.hint] == []


@pytest.mark.parametrize("code", MESSAGES)
def test_the_example_shows_its_code(code):
    """Checking the example's messages reports the code."""
    messages = [json.loads(line) for line in EXAMPLES[code].splitlines()]
    report = simulator.check(messages, now="2026-03-02T10:00:00Z")
    assert code in {finding.code for finding in report.findings}
