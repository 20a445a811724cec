"""``check`` as a user types it: exit codes, output, error texts, baselines and severities."""

import json

import orjson
import pytest

from .conftest import BAD, TRACK

CHECK = ("check", "bad.jsonl", "--plan", "plan.json", "--now", "2026-06-01")


def test_check_passes_fails_and_cannot(sim):
    """0 where nothing fails, 1 where something does, 2 with one line where it cannot be done."""
    assert sim("check", "good.jsonl", "--plan", "plan.json", "--now", "2026-06-01")[0] == 0
    code, out, _ = sim(*CHECK)
    assert code == 1
    assert 'must be integer, is the string "three"  [plan]' in out
    assert "repeat   sed -n 2p bad.jsonl | pointillist-sim check - --plan plan.json --now 2026-06-01" in out
    assert sim("check", "none.jsonl") == (2, "", "pointillist-sim: none.jsonl: No such file or directory\n")
    assert sim("check", "good.jsonl", "--plan", "none.json") == (
        2,
        "",
        "pointillist-sim: none.json: No such file or directory\n",
    )


def test_check_reads_a_line_that_is_not_json_as_cannot(sim, folder):
    """File and line stand in the error."""
    (folder / "broken.jsonl").write_text(json.dumps(TRACK) + "\n{nope\n")
    code, _, err = sim("check", "broken.jsonl")
    assert code == 2
    assert err.startswith("pointillist-sim: broken.jsonl:2: not JSON")
    assert err.count("\n") == 1


@pytest.mark.parametrize("text", ["", "\n \n", "[]", '{"batch": []}'])
def test_a_check_of_nothing_is_no_pass(sim, folder, text):
    """A capture that broke must not look like messages that hold; the files are named."""
    (folder / "nothing.jsonl").write_text(text)
    code, out, err = sim("check", "nothing.jsonl", "nothing.jsonl", "--format", "junit")
    said = "pointillist-sim: nothing.jsonl, nothing.jsonl: no message here, so there is nothing to judge\n"
    assert (code, out, err) == (2, "", said)
    assert sim("check", "nothing.jsonl", "good.jsonl", "--now", "2026-06-01")[0] == 0


def test_a_finding_of_several_files_is_repeated_over_those_it_needs(sim, folder):
    """Alone from its line, a duplicate with everything before it, a type that flips with every file."""
    sized = [{**TRACK, "messageId": name, "properties": {"size": size}} for name, size in (("m-3", 3), ("m-4", "3"))]
    (folder / "sizes.jsonl").write_bytes(b"\n".join(map(orjson.dumps, [TRACK, *sized])))
    words = ("check", "bad.jsonl", "sizes.jsonl", "--plan", "plan.json", "--now", "2026-06-01", "--fail-on", "warning")
    _, out, _ = sim(*words, "--format", "junit")
    check, options = "pointillist-sim check", "--plan plan.json --fail-on warning --now 2026-06-01"
    repeats = [line.partition("repeat: ")[2].partition("</")[0] for line in out.splitlines() if "repeat: " in line]
    assert repeats == [
        f"head -n 1 sizes.jsonl | {check} bad.jsonl - {options}",
        f"sed -n 2p bad.jsonl | {check} - {options}",
        f"{check} bad.jsonl sizes.jsonl {options}",
    ]


def test_messages_of_an_array_over_several_lines_have_their_own_line(sim, folder):
    """The line of the third message is where it begins, not where the array does."""
    (folder / "array.json").write_text(json.dumps([TRACK, {**BAD, "messageId": "m-3"}, BAD], indent=2))
    _, out, _ = sim("check", "array.json", "--plan", "plan.json", "--now", "2026-06-01", "--format", "github")
    assert out.startswith("::error file=array.json,line=9,title=schema_type Plan Viewed /properties/seats::")


def test_check_json_is_the_pinned_object(sim):
    """Summary, findings and coverage; the finding points at the value."""
    code, out, _ = sim(*CHECK, "--format", "json")
    document = json.loads(out)
    assert code == 1
    assert document["summary"] == {"messages": 2, "errors": 1, "warnings": 0, "infos": 1, "failing": 1}
    finding = document["findings"][0]
    assert finding["code"] == "schema_type"
    assert finding["path"] == "/properties/seats"
    assert finding["event"] == "Plan Viewed"
    assert finding["examples"] == [{"index": 1, "messageId": "m-2", "origin": "bad.jsonl:2"}]
    assert document["coverage"]["events"] == {"planned": 1, "seen": 1, "never": [], "unplanned": []}


def test_a_baseline_makes_only_what_is_new_fail(sim, folder):
    """A report saved as JSON is a baseline; a missing one says how to make it."""
    _, out, _ = sim(*CHECK, "--format", "json")
    (folder / "known.json").write_text(out)
    code, text, _ = sim(*CHECK, "--baseline", "known.json")
    assert code == 0
    assert "error (known)  schema_type" in text
    code, _, err = sim(*CHECK, "--baseline", "gone.json")
    assert code == 2
    assert "no such baseline; 'pointillist-sim check ... --format json' writes one" in err


def test_a_baseline_knows_nothing_of_what_was_only_counted(sim, folder):
    """Past the bound of a report new and old cannot be told apart, so they fail."""
    (folder / "known.json").write_text('{"findings": [{"code": "schema_type", "path": "", "event": "*"}]}')
    assert sim(*CHECK, "--baseline", "known.json")[0] == 1
    document = json.loads(sim(*CHECK, "--format", "json")[1])
    row = next(one for one in document["findings"] if one["code"] == "schema_type")
    (folder / "known.json").write_text(json.dumps({"findings": [row]}))
    assert sim(*CHECK, "--baseline", "known.json")[0] == 0


def test_fail_on_warning_fails_on_a_warning(sim, folder):
    """A warning passes by default and fails when asked."""
    (folder / "warn.jsonl").write_bytes(orjson.dumps({**TRACK, "anonymousID": "a-1"}))
    assert sim("check", "warn.jsonl", "--now", "2026-06-01")[0] == 0
    assert sim("check", "warn.jsonl", "--now", "2026-06-01", "--fail-on", "warning")[0] == 1


def test_unsupported_and_filtered_calls_are_no_failure_other_discards_are(sim, folder):
    """Two discards are info, every other one an error."""
    (folder / "page.jsonl").write_bytes(
        orjson.dumps({**TRACK, "type": "page"}) + b"\n" + orjson.dumps({**TRACK, "integrations": {"All": False}})
    )
    assert sim("check", "page.jsonl", "--now", "2026-06-01")[0] == 0
    (folder / "none.jsonl").write_bytes(orjson.dumps({**TRACK, "userId": None}))
    code, out, _ = sim("check", "none.jsonl", "--now", "2026-06-01")
    assert code == 1
    assert out.startswith("error  no_user_anon_id  Plan Viewed")


def test_the_projects_severities_and_defaults_count_and_a_flag_wins(sim, folder):
    """``[tool.pointillist-simulator]`` sets plan and severities; ``--plan`` replaces it; a wrong code is named."""
    table = '[tool.pointillist-simulator]\nplan = ["plan.json"]\n[tool.pointillist-simulator.severity]\n'
    (folder / "pyproject.toml").write_text(table + 'schema_type = "warning"\n')
    assert sim("check", "bad.jsonl", "--now", "2026-06-01")[0] == 0
    assert sim("check", "bad.jsonl", "--now", "2026-06-01", "--fail-on", "warning")[0] == 1
    (folder / "empty.json").write_text('{"rules": [], "unplanned": "allow"}')
    assert sim("check", "bad.jsonl", "--now", "2026-06-01", "--fail-on", "warning", "--plan", "empty.json")[0] == 0
    (folder / "pyproject.toml").write_text(table + 'schema_typ = "warning"\ntype_flips = "loud"\n')
    code, _, err = sim("check", "bad.jsonl")
    assert (code, err.splitlines()) == (
        2,
        [
            "pointillist-sim: severity: no code 'schema_typ'; did you mean 'schema_type'?",
            "pointillist-sim: severity of type_flips: 'loud' is none of error, warning, info, off",
        ],
    )


def test_redacted_reports_hold_no_value(sim):
    """The value of the message is in no part of a redacted report."""
    for form in ("text", "json", "junit", "github", "sarif", "html"):
        _, out, _ = sim(*CHECK, "--redact", "--format", form)
        assert "schema_type" in out
        assert "three" not in out


REFUSED = [
    ("", ":1: not JSON: "),
    ("[]", ': a tracking plan is an object {"rules": [...]}, not an array'),
    ('{"rules": [], "rules": []}', ": the key 'rules' stands twice in one object"),
    ('{"rules": [], "unplanned": "maybe"}', ": /unplanned: 'maybe' is none of allow, warn, reject"),
    ('{"rules": [{"type": "TRACK", "key": 7, "jsonSchema": {}}]}', ": /rules/0/key: the event name must be text"),
    (
        '{"rules": [{"type": "TRACK", "key": "A", "jsonSchema": {"$ref": "https://example.com/a.json"}}]}',
        ": /rules/0/jsonSchema (A): not a JSON Schema on its own: https://example.com/a.json is not at hand",
    ),
    (
        '{"rules": [{"type": "TRACK", "key": "A", "jsonSchema": {"properties": {"event": {"pattern": "(["}}}}]}',
        ': /rules/0/jsonSchema (A): not a JSON Schema: /properties/event/pattern: "([" is not a "regex"',
    ),
    (
        '{"rules": [{"type": "TRACK", "key": "A", "jsonSchema": {"not": {"$ref": "#"}}}]}',
        ": /rules/0/jsonSchema (A): a $ref leads back to itself at the same value",
    ),
]


@pytest.mark.parametrize(("plan", "said"), REFUSED)
def test_a_plan_that_cannot_be_meant_is_refused_in_one_line(sim, folder, plan, said):
    """Exit 2, nothing on standard output, one line with the file and the place."""
    (folder / "odd.json").write_text(plan)
    code, out, err = sim("check", "good.jsonl", "--plan", "odd.json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"pointillist-sim: odd.json{said}")
