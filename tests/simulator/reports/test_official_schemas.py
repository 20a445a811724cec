"""Reports of anything at all, held against the schemas the formats' owners publish."""

import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import jsonschema_rs
import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codes import CODES
from simulator.checking.findings import Example, Finding, Report
from simulator.comparing.differing import ABSENT
from simulator.comparing.verifying import Case, Changed
from simulator.reports import cases, render
from simulator.text import visible

SCHEMAS = Path(__file__).parents[2] / "data" / "schemas"
ANNOTATION = re.compile(r"::(error|warning|notice) ((?:file=[^:,\r\n]*,)?(?:line=\d+,)?title=[^:,\r\n]*)::([^\r\n]*)")

texts = st.text(max_size=40) | st.sampled_from(["a\x1b[31m<b>&%:,\nq", "]]>", "%0A::error::x", "\ufffe\x00\x85", "名"])
origins = st.sampled_from(
    [
        "",
        "<stdin>",
        "<stdin>:4",
        "<stdin>:1 [2]",
        "generator",
        "a b/e.jsonl:17",
        "C:\\d\\e,1:2.jsonl:3",
        "e.json",
        "é%.jsonl:1",
    ]
)
examples = st.lists(st.builds(Example, st.integers(0, 10**9), st.none() | texts, origins), max_size=3).map(tuple)
findings = st.builds(
    Finding,
    code=st.sampled_from(sorted(CODES)),
    severity=st.sampled_from(["error", "warning", "info"]),
    basis=st.sampled_from(["seed", "fact", "inferred", "ours", "plan"]),
    path=texts,
    event=texts,
    count=st.integers(1, 10**7),
    message=texts,
    hint=st.none() | texts,
    examples=examples,
    known=st.booleans(),
)
reports = st.builds(
    Report,
    messages=st.integers(0, 10**7),
    findings=st.lists(findings, max_size=4).map(tuple),
    events=st.lists(st.tuples(texts, st.integers(1, 9)), max_size=3).map(tuple),
    command=st.sampled_from(["", "pointillist-sim check -"]),
    fail_on=st.sampled_from(["error", "warning"]),
)
values = st.none() | st.just(ABSENT) | texts | st.integers(-9, 9)
provenance = st.none() | st.just({"from": "/event", "rule": "event", "basis": "seed"})
changed = st.builds(Changed, texts, values, values, provenance, st.booleans()).filter(
    lambda one: one.expected is not one.actual
)
verified = st.lists(
    st.builds(
        Case,
        st.sampled_from([Path("a b.json"), Path("/data/é%,:.contract.json")]),
        st.just("failed"),
        st.lists(changed, min_size=1, max_size=2).map(tuple),
    )
    | st.builds(Case, st.just(Path("good.json")), st.just("passed"), st.just(())),
    max_size=3,
)


@cache
def _sarif():
    text = (SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text()
    text = text.replace("-[a-zA-Z]{2}]?$", "(-[a-zA-Z]{2})?$")  # no regular expression as published; errata 01 mends it
    return jsonschema_rs.validator_for(json.loads(text))


@cache
def _junit():
    return xmlschema.XMLSchema(str(SCHEMAS / "jenkins-junit.xsd"))


def _errors(log):
    return [f"{list(error.instance_path)}: {error.message}" for error in _sarif().iter_errors(json.loads(log))]


def _many(count, **changes):
    fields = {"code": "schema_type", "severity": "error", "basis": "plan", "count": 1, "message": "m", "hint": None}
    rows = (
        Finding(**{**fields, "path": f"/properties/p{n}", "event": f"E{n}", "examples": (), **changes})
        for n in range(count)
    )
    return Report(count, tuple(rows), ())


@settings(max_examples=150, deadline=None)
@given(reports)
def test_sarif_of_any_report_is_valid_against_its_schema(report):
    """Whatever texts, places and severities a report holds, the log is SARIF 2.1.0 with a result a finding."""
    log = render(report, "sarif")
    assert _errors(log) == []
    assert len(json.loads(log)["runs"][0]["results"]) == len(report.findings)


@settings(max_examples=150, deadline=None)
@given(reports)
def test_junit_of_any_report_is_valid_against_jenkins_schema(report):
    """Whatever a report holds, the document is valid and its counts are those of its cases."""
    text = render(report, "junit")
    _junit().validate(text)
    (suite,) = ET.fromstring(text)
    found = suite.findall("testcase")
    assert int(suite.attrib["tests"]) == len(found)
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure")) == len(report.failing)


@settings(max_examples=150, deadline=None)
@given(reports)
def test_github_annotations_of_any_report_have_the_documented_form(report):
    """One command a finding on a line of its own, and unescaping gives back what was said."""
    *lines, closing = render(report, "github", verbosity=1).splitlines()
    assert re.fullmatch(r"[\d,]+ messages? checked: .*", closing)
    assert len(lines) == len(report.findings)
    for line, finding in zip(lines, report.findings, strict=True):
        told = ANNOTATION.fullmatch(line)
        assert told is not None, line
        assert (told[1] == "error") == (report.fails(finding) or (finding.severity == "error" and finding.known))
        properties = dict(pair.split("=", 1) for pair in told[2].split(","))
        assert _unescaped(properties["title"]) == _shown(f"{finding.code} {finding.event} {finding.path}".rstrip())
        assert _unescaped(told[3]).startswith(_shown(finding.message))


def _shown(text):
    return "\n".join(map(visible, text.split("\n")))


def _unescaped(text):
    for escape, plain in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(escape, plain)
    return text


@settings(max_examples=50, deadline=None)
@given(verified)
def test_verified_fixtures_are_valid_in_every_format(found):
    """What ``verify`` writes for build servers keeps to the same schemas."""
    assert _errors(cases.render(found, "sarif")) == []
    _junit().validate(cases.render(found, "junit"))
    lines = cases.render(found, "github").splitlines()
    assert all(ANNOTATION.fullmatch(line) for line in lines[:-1])
    assert len(lines) - 1 == sum(case.status == "failed" for case in found)


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_what_github_does_not_show_is_said(severity):
    """A step shows ten annotations of a level: with eleven a line says that one stands in the log only."""
    ten = render(_many(10, severity=severity), "github").splitlines()
    eleven = render(_many(11, severity=severity), "github").splitlines()
    assert len(ten) == 11
    assert eleven[-2] == "GitHub shows 10 annotations of a level for a step; 1 more stand in this log only"
    assert eleven[:2] == ten[:2]


def test_thousands_of_findings_are_valid_too():
    """The most findings a check keeps make a valid document in each format."""
    report = _many(5_000)
    assert _errors(render(report, "sarif")) == []
    _junit().validate(render(report, "junit"))
    assert len(render(report, "github").splitlines()) == 5_002
