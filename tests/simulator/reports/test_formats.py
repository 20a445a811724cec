"""Every report format, held against its own documented form."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

import simulator
from simulator.checking.findings import Example, Finding, Report
from simulator.reports import FORMATS, render
from simulator.reports.places import Place, place

HOSTILE = "a\x1b[31m<b>&%:,\nq"


def _finding(**changes):
    fields = {
        "code": "schema_type",
        "severity": "error",
        "basis": "plan",
        "path": "/properties/price",
        "event": "Order Completed",
        "count": 4000,
        "message": 'must be number, is the string "12"',
        "hint": "send a number",
        "examples": (Example(16, "m-17", "events.jsonl:17"), Example(20, None, "events.jsonl:21")),
    }
    return Finding(**{**fields, **changes})


def _report(*findings, **changes):
    options = {
        "command": "pointillist-sim check - --plan plan.json",
        "files": ("events.jsonl",),
        "events": (("Order Completed", 9), ("Clean", 2)),
    }
    return Report(5000, findings or (_finding(),), **{**options, **changes})


def test_text_says_where_how_often_how_to_mend_and_how_to_repeat():
    """The text form of one finding, in full."""
    assert render(_report(), "text") == (
        "error  schema_type  Order Completed  /properties/price  4,000 times\n"
        '    must be number, is the string "12"  [plan]\n'
        "    seen in  m-17 (events.jsonl:17), #21 (events.jsonl:21)\n"
        "    mend     send a number\n"
        "    repeat   sed -n 17p events.jsonl | pointillist-sim check - --plan plan.json\n"
        "\n"
        "5,000 messages: 4,000 errors, 0 warnings: failed, 1 finding to mend\n"
    )


def test_what_only_shows_in_the_run_is_repeated_with_the_lines_before():
    """A duplicate cannot be repeated from its own line alone."""
    text = render(_report(_finding(code="duplicate_message_id")), "text")
    assert "repeat   head -n 17 events.jsonl | " in text


def test_what_only_shows_beside_all_others_is_repeated_with_the_whole_file():
    """The rare side of a type that flips may be the file's first line."""
    text = render(_report(_finding(code="type_flips")), "text")
    assert "repeat   pointillist-sim check events.jsonl --plan plan.json\n" in text


@pytest.mark.parametrize("code", ["type_flips", "duplicate_message_id"])
def test_what_needs_standard_input_again_cannot_be_repeated(code):
    """What was piped in is gone; a finding of one line of a file needs nothing else."""
    assert "repeat" not in render(_report(_finding(code=code), files=("-", "events.jsonl")), "text")
    assert "repeat   sed -n 17p events.jsonl" in render(_report(files=("-", "events.jsonl")), "text")


def test_a_sentence_is_told_in_lines_of_eighty_cells_and_what_is_copied_in_one():
    """The heading, the sentence, the examples and the mend go on below themselves; the command stays whole."""
    long = _finding(
        path="/properties/products/3/variants/11/price/amount",
        message="must be one of " + ", ".join(f'"kind-{number}"' for number in range(12)),
        hint="send one of the kinds the plan lists, or let the plan list the kind that was sent, whichever is right",
        examples=tuple(Example(number, f"m-{number:030}", "events.jsonl:17") for number in range(3)),
    )
    *told, repeat = render(_report(long), "text").split("\n\n")[0].splitlines()
    assert told == [
        "error  schema_type  Order Completed",
        "       /properties/products/3/variants/11/price/amount  4,000 times",
        '    must be one of "kind-0", "kind-1", "kind-2", "kind-3", "kind-4", "kind-5",',
        '    "kind-6", "kind-7", "kind-8", "kind-9", "kind-10", "kind-11"  [plan]',
        "    seen in  m-000000000000000000000000000000 (events.jsonl:17),",
        "             m-000000000000000000000000000001 (events.jsonl:17),",
        "             m-000000000000000000000000000002 (events.jsonl:17)",
        "    mend     send one of the kinds the plan lists, or let the plan list the kind",
        "             that was sent, whichever is right",
    ]
    assert repeat == "    repeat   sed -n 17p events.jsonl | pointillist-sim check - --plan plan.json"


def test_text_hides_notes_unless_asked():
    """``info`` findings are counted, and listed with -v."""
    report = _report(_finding(severity="info"))
    assert render(report, "text") == ("5,000 messages: 0 errors, 0 warnings; 1 kind of notes (-v lists them): passed\n")
    assert render(report, "text", verbosity=1).startswith("info  schema_type")


def test_json_has_the_pinned_keys():
    """``summary`` and ``findings`` carry what interface 8 pins."""
    document = json.loads(render(_report(), "json"))
    assert {"messages", "errors", "warnings"} <= set(document["summary"])
    assert {"code", "severity", "basis", "path", "event", "count", "message", "hint", "examples"} <= set(
        document["findings"][0]
    )
    assert {"index", "messageId"} <= set(document["findings"][0]["examples"][0])


def test_junit_has_the_parts_of_the_common_schema_in_their_order():
    """One suite with its required attributes; properties, cases, system-out, system-err; counts that agree."""
    root = ET.fromstring(render(_report(_finding(), _finding(severity="info", message=HOSTILE)), "junit"))
    assert root.tag == "testsuites"
    (suite,) = root
    assert set(suite.attrib) == {
        *("name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors", "time"),
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
    assert [child.tag for child in suite] == [
        "properties",
        "testcase",
        "testcase",
        "testcase",
        "system-out",
        "system-err",
    ]
    cases = suite.findall("testcase")
    assert all(set(case.attrib) == {"name", "classname", "time"} for case in cases)
    assert [[child.tag for child in case] for case in cases] == [["failure"], ["skipped"], []]
    assert int(suite.attrib["tests"]) == len(cases)
    assert int(suite.attrib["failures"]) == 1
    assert cases[1].find("skipped").text.startswith("info: ")
    failure = cases[0].find("failure")
    assert set(failure.attrib) == {"type", "message"}
    assert "mend: send a number" in failure.text
    assert cases[2].attrib == {"name": "every contract holds", "classname": "Clean", "time": "0"}


def test_github_annotations_have_the_documented_form():
    """``::error file=,line=,title=::message`` with every character escaped that must be."""
    hostile = _finding(event="a:b,c%", message="one\ntwo 100%", severity="warning", count=1, hint=None)
    lines = render(_report(_finding(), hostile), "github").splitlines()
    title = "schema_type Order Completed /properties/price"
    told = 'must be number, is the string "12" (4,000 times) [plan]%0Amend: send a number'
    assert lines == [
        f"::error file=events.jsonl,line=17,title={title}::{told}",
        "::warning file=events.jsonl,line=17,title=schema_type a%3Ab%2Cc%25 /properties/price::one%0Atwo 100%25 [plan]",
        "5,000 messages checked: failed, 1 finding to mend",
    ]
    command = re.compile(r"::(error|warning|notice) (\w+=[^:,\r\n]*)(,\w+=[^:,\r\n]*)*::[^\r\n]*")
    assert all(command.fullmatch(line) for line in lines[:-1])


def test_what_fails_is_an_error_annotation_whatever_its_severity():
    """With ``fail_on`` warning, a warning is the cause of the failure and shown so."""
    report = _report(_finding(severity="warning"), fail_on="warning")
    assert render(report, "github").startswith("::error ")


def test_sarif_has_the_parts_its_schema_requires():
    """Version, driver, rules with their index, results with level, message, and places."""
    log = json.loads(render(_report(), "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "pointillist-sim"
    (result,) = run["results"]
    assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "schema_type"
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("Order Completed: /properties/price: must be number")
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "events.jsonl"}, "region": {"startLine": 17}}
    assert "artifacts" not in run
    assert result["occurrenceCount"] == 4000
    assert re.fullmatch("[0-9a-f]{32}", result["partialFingerprints"]["finding/v1"])


def test_sarif_places_a_result_at_its_first_example():
    """SARIF's ``locations`` are those that only mend together: the other examples are related, each named."""
    (result,) = json.loads(render(_report(), "sarif"))["runs"][0]["results"]
    (location,), (related,) = result["locations"], result["relatedLocations"]
    assert location["message"]["text"] == "message m-17"
    assert related["message"]["text"] == "message #21"
    assert related["physicalLocation"]["region"] == {"startLine": 21}


@pytest.mark.parametrize(("hint", "end"), [("send it", " Mend: send it."), ('did you mean "price"?', 'mean "price"?')])
def test_sarif_ends_the_mend_once(hint, end):
    """A full stop, or the question mark that is there."""
    (result,) = json.loads(render(_report(_finding(hint=hint)), "sarif"))["runs"][0]["results"]
    assert result["message"]["text"].endswith(end)


@pytest.mark.parametrize(("origin", "region"), [("<stdin>:4", {"region": {"startLine": 4}}), ("<stdin>", {})])
def test_sarif_of_standard_input_has_a_place_that_says_so(origin, region):
    """The artifact is the stream, by its role no file, and the line is that of what was piped in."""
    (run,) = json.loads(render(_report(_finding(examples=(Example(3, "m-4", origin),))), "sarif"))["runs"]
    (location,) = run["results"][0]["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "stdin", "index": 0}, **region}
    assert run["artifacts"] == [
        {
            "location": {"uri": "stdin", "index": 0, "description": {"text": "standard input"}},
            "roles": ["analysisTarget", "standardStream"],
        }
    ]


def test_html_escapes_everything_from_outside_and_loads_nothing():
    """No text of a message becomes markup; no address outside."""
    page = render(_report(_finding(message="<script>alert(1)</script>", event="<img src=x>")), "html")
    assert "<script" not in page
    assert "<img" not in page
    assert "http" not in page
    assert "&lt;script&gt;" in page


def test_html_leads_from_a_table_to_every_finding():
    """Many findings begin with a table whose lines are links to them; few stand by themselves."""
    page = render(_report(*(_finding(path=f"/properties/p{number}") for number in range(4))), "html")
    assert re.findall(r'href="#(f\d+)"', page) == re.findall(r'<div class="f error" id="(f\d+)"', page)
    assert "<p>5,000 messages: 16,000 errors, 0 warnings, 0 notes. 4 findings to mend.</p>" in page
    assert "<table>" not in render(_report(), "html")


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_cannot_steer_a_terminal_or_break_a_format(form):
    """Control characters never reach the output raw, whatever the format."""
    hostile = _finding(code="schema_type", message=HOSTILE, event=HOSTILE, path="/" + HOSTILE, hint=HOSTILE)
    assert "\x1b" not in render(_report(hostile), form, verbosity=1)


def test_a_report_of_nothing_renders_in_every_format():
    """No message at all is a report too."""
    report = simulator.check([])
    assert all(render(report, form) for form in FORMATS)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("events.jsonl:17", Place("events.jsonl", 17)),
        ("C:\\data\\events.jsonl:3", Place("C:\\data\\events.jsonl", 3)),
        ("<stdin>:4", None),
        ("generator", None),
        ("POST /v1/batch [3]", None),
        ("", None),
        ("events.json", Place("events.json", None)),
    ],
)
def test_an_origin_is_a_file_and_a_line_or_neither(origin, expected):
    """Only real files make annotations."""
    assert place(origin) == expected


def test_coverage_is_listed_in_lines_of_eighty_cells_and_no_name_is_broken():
    """Names stand below each other's column; a blank name is shown as one; what is left out is counted."""
    unplanned = [{"event": f"Order Line {number:02} Edited", "count": number} for number in range(1, 23)]
    events = {"planned": 3, "seen": 2, "never": ["Signed Up"], "unplanned": [{"event": " ", "count": 1}, *unplanned]}
    text = render(_report(coverage={"events": events, "properties": {"never": [], "unplanned": []}}), "text")
    lines = text[text.index("coverage") :].splitlines()[:6]
    assert lines[:4] == [
        "coverage  2 of 3 planned events came",
        "    never came      Signed Up",
        '    came unplanned  " " (1), Order Line 01 Edited (1), Order Line 02 Edited (2),',
        "                    Order Line 03 Edited (3), Order Line 04 Edited (4),",
    ]
    assert "and 3 more (-v lists them)" in text
