"""check, verify, diff, explain and contracts as a user types them: exit codes, output, and error texts."""

import json

import orjson
import pytest

from simulator.cli.main import main

TRACK = {
    "type": "track",
    "event": "Plan Viewed",
    "userId": "u-1",
    "timestamp": "2026-03-02T09:15:30Z",
    "messageId": "m-1",
}
BAD = {**TRACK, "messageId": "m-2", "properties": {"seats": "three"}}
SEATS = {"properties": {"properties": {"properties": {"seats": {"type": "integer"}}}}}
PLAN = {"rules": [{"type": "TRACK", "key": "Plan Viewed", "jsonSchema": SEATS}]}
EVENT = {
    "eventSource": "Segment",
    "eventType": "Plan Viewed",
    "eventTime": "2026-03-02T09:15:30.000Z",
    "actors": {"customer": {"userId": "u-1"}},
    "labels": {},
    "numbers": {},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with messages and a plan."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.jsonl").write_bytes(orjson.dumps(TRACK) + b"\n")
    (tmp_path / "bad.jsonl").write_bytes(orjson.dumps(TRACK) + b"\n" + orjson.dumps(BAD) + b"\n")
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    return tmp_path


@pytest.fixture
def sim(folder, capsysbinary):
    """Run a command; return its exit code, output and errors."""

    def run(*arguments):
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = stop.code
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return run


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
    (folder / "pyproject.toml").write_text(table + 'schema_typ = "warning"\n')
    code, _, err = sim("check", "bad.jsonl")
    assert (code, err) == (2, "pointillist-sim: severity: no code 'schema_typ'; did you mean 'schema_type'?\n")


def test_redacted_reports_hold_no_value(sim):
    """The value of the message is in no part of a redacted report."""
    for form in ("text", "json", "junit", "github", "sarif", "html"):
        _, out, _ = sim(*CHECK, "--redact", "--format", form)
        assert "schema_type" in out
        assert "three" not in out


def test_verify_passes_fails_updates_and_cannot(sim, folder):
    """A difference names field, values, source and rule; --update rewrites what changed and says so."""
    cases = folder / "golden"
    cases.mkdir()
    good = {"input": TRACK, "output": EVENT}
    (cases / "good.json").write_text(json.dumps(good))
    assert sim("verify", "golden") == (0, "1 fixture: 1 passed, 0 failed\n", "")
    (cases / "bad.json").write_text(json.dumps({**good, "output": {**EVENT, "eventType": "Other"}}))
    (cases / "other.json").write_text('{"not": "a fixture"}')
    code, out, _ = sim("verify", "golden")
    assert code == 1
    assert out == (
        "failed  golden/bad.json\n"
        '    /eventType became "Plan Viewed", expected "Other"\n'
        "        from /event by rule event [seed]\n"
        "    repeat  pointillist-sim verify golden/bad.json   (--update takes the new output)\n"
        "2 fixtures: 1 passed, 1 failed\n"
    )
    document = json.loads(sim("verify", "golden", "--format", "json")[1])
    assert document["cases"][0] == {
        "file": "golden/bad.json",
        "status": "failed",
        "difference": [
            {
                "path": "/eventType",
                "expected": "Other",
                "actual": "Plan Viewed",
                "provenance": {"from": "/event", "rule": "event", "basis": "seed"},
            }
        ],
    }
    code, out, _ = sim("verify", "golden", "--update")
    assert code == 0
    assert "updated  golden/bad.json" in out
    assert sim("verify", "golden")[0] == 0
    (cases / "bad.json").write_text('{"input": 1, "expected": 2}')
    assert sim("verify", "golden/bad.json") == (
        2,
        "",
        "pointillist-sim: golden/bad.json: key 'expected' is none of input, output, settings, code\n",
    )


def test_verify_takes_discards_codes_and_a_clock(sim, folder):
    """``output: null`` is a discard, ``code`` says which; ``settings.now`` is the clock of a message without time."""
    nobody = {"type": "track", "event": "A"}
    timeless = {"type": "track", "event": "Plan Viewed", "userId": "u-1"}
    files = {
        "any.json": {"input": nobody, "output": None},
        "code.json": {"input": nobody, "output": None, "code": "no_user_anon_id"},
        "now.json": {"input": timeless, "output": EVENT, "settings": {"now": "2026-03-02T09:15:30Z", "apiKey": "x"}},
        "then.json": {"input": timeless, "output": {**EVENT, "eventTime": "2000-01-01T00:00:00.000Z"}},
    }
    for name, document in files.items():
        (folder / name).write_text(json.dumps(document))
    assert sim("verify", *files)[0] == 0
    (folder / "code.json").write_text(json.dumps({**files["code.json"], "code": "id_not_string"}))
    code, out, _ = sim("verify", "code.json")
    assert code == 1
    assert 'discard code became "no_user_anon_id", expected "id_not_string"' in out


def test_verify_for_code_scanning_and_with_the_basis_of_a_discard(sim, folder):
    """SARIF has a result a failed fixture; a discard's basis is that of its code, here the seed's."""
    (folder / "page.json").write_text(json.dumps({"input": {"type": "page"}, "output": None, "code": "id_not_string"}))
    code, out, _ = sim("verify", "page.json", "--format", "sarif")
    (result,) = json.loads(out)["runs"][0]["results"]
    assert (code, result["ruleId"], result["level"]) == (1, "golden_fixture", "error")
    assert result["message"]["text"].endswith("/type was not taken: UNSUPPORTED_EVENT_TYPE [seed]")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "page.json"
    (folder / "page.json").write_text(json.dumps({"input": {"type": "page"}, "output": None}))
    assert json.loads(sim("verify", "page.json", "--format", "sarif")[1])["runs"][0]["results"] == []


def test_diff_contract_says_its_verdict_and_exits_by_the_direction_asked(sim, folder):
    """Backward by default; the example stands in the output; a plan and a schema are two kinds."""
    (folder / "old.json").write_text('{"type": "object", "additionalProperties": {"type": "number"}}')
    (folder / "new.json").write_text('{"type": "object", "additionalProperties": {"type": "integer"}}')
    code, out, _ = sim("diff", "contract", "old.json", "new.json", "--format", "json")
    document = json.loads(out)
    assert (code, document["backward"], document["forward"]) == (1, "breaking", "compatible")
    assert document["findings"] == [
        {
            "path": "/additionalProperties/type",
            "kind": "type_changed",
            "old": "number",
            "new": "integer",
            "direction": "backward",
            "example": document["findings"][0]["example"],
        }
    ]
    (value,) = document["findings"][0]["example"].values()
    assert value != int(value)
    assert sim("diff", "contract", "old.json", "new.json", "--direction", "forward")[0] == 0
    assert sim("diff", "contract", "old.json", "new.json", "--direction", "both")[0] == 1
    assert sim("diff", "contract", "old.json", "plan.json") == (
        2,
        "",
        "pointillist-sim: plan.json is a tracking plan and old.json is a JSON Schema: compare two of a kind\n",
    )


def test_diff_contract_compares_plans_rule_by_rule(sim, folder):
    """A rule that became stricter breaks for its event, a removed rule for the new side, and each is named."""
    stricter = json.loads(json.dumps(PLAN))
    stricter["rules"][0]["jsonSchema"]["required"] = ["properties"]
    (folder / "stricter.json").write_text(json.dumps(stricter))
    code, out, _ = sim("diff", "contract", "plan.json", "stricter.json", "--format", "json")
    (finding,) = json.loads(out)["findings"]
    assert code == 1
    assert (finding["path"], finding["kind"], finding["event"]) == (
        "/rules/0/jsonSchema/required",
        "required_added",
        "Plan Viewed",
    )
    assert finding["example"] == {"event": "Plan Viewed", "type": "track"}
    (folder / "closed.json").write_text(json.dumps({**PLAN, "unplanned": "reject"}))
    document = json.loads(sim("diff", "contract", "plan.json", "closed.json", "--format", "json")[1])
    assert (document["backward"], document["forward"]) == ("breaking", "compatible")
    assert document["findings"][0]["kind"] == "unplanned_changed"
    assert sim("diff", "contract", "plan.json", "plan.json")[0] == 0


def test_diff_mapping_tells_renamed_from_gone(sim, folder):
    """A key that came from the same value of the message is renamed or retyped, not gone and added."""
    (folder / "m.jsonl").write_bytes(
        orjson.dumps({**TRACK, "context": {"traits": {"age": 7}, "campaign": {"source": "mail"}}})
    )
    code, out, _ = sim("diff", "mapping", "segment-docs", "typed", "m.jsonl", "--format", "json")
    document = json.loads(out)
    assert (code, document["changed"]) == (1, 1)
    assert [(key["path"], key["kind"], key["count"]) for key in document["keys"]] == [("/labels/age", "retyped", 1)]
    assert document["keys"][0]["example"] == {"message": "m-1", "old": "7", "new": 7, "to": "/numbers/age"}
    assert sim("diff", "mapping", "typed", "typed", "m.jsonl")[0] == 0


def test_diff_events_matches_by_message_id(sim, folder):
    """Transform's output is compared by messageId whatever the order."""
    first = [{"messageId": "a", "event": EVENT}, {"messageId": "b", "event": EVENT}]
    changed = {**EVENT, "labels": {"plan": "team"}}
    (folder / "a.jsonl").write_bytes(b"\n".join(map(orjson.dumps, first)))
    (folder / "b.jsonl").write_bytes(b"\n".join(map(orjson.dumps, [{"messageId": "b", "event": changed}, first[0]])))
    code, out, _ = sim("diff", "events", "a.jsonl", "b.jsonl", "--format", "json")
    assert code == 1
    assert json.loads(out)["keys"] == [
        {"path": "/labels/plan", "kind": "added", "count": 1, "example": {"message": "b", "new": "team"}}
    ]
    assert sim("diff", "events", "a.jsonl", "a.jsonl")[0] == 0


def test_explain_says_meaning_basis_example_and_mend(sim):
    """One code in full; an unknown one names its neighbours."""
    code, out, _ = sim("explain", "misspelt_id")
    assert code == 0
    assert out.splitlines()[0] == "misspelt_id"
    assert [line.split(" ")[0] for line in out.splitlines()[3:]] == ["severity", "basis", "example", "mend"]
    assert sim("explain", "mispelt_id")[0::2] == (
        2,
        "pointillist-sim: no code 'mispelt_id'; did you mean misspelt_id?\n",
    )
    assert json.loads(sim("explain", "misspelt_id", "--format", "json")[1])["basis"] == "fact"


def test_contracts_infer_gives_a_plan_that_its_messages_pass(sim, folder):
    """What was inferred from messages, those messages keep to; another type breaks it."""
    rows = [{**TRACK, "messageId": f"m-{n}", "properties": {"seats": n, "plan": "team"}} for n in range(6)]
    (folder / "seen.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    code, out, _ = sim("contracts", "infer", "seen.jsonl")
    plan = json.loads(out)
    assert (code, plan["inferred"]) == (0, True)
    inner = plan["rules"][0]["jsonSchema"]["properties"]["properties"]
    assert inner == {
        "type": "object",
        "properties": {"plan": {"type": "string"}, "seats": {"type": "integer"}},
        "required": ["plan", "seats"],
    }
    (folder / "inferred.json").write_text(out)
    assert sim("check", "seen.jsonl", "--plan", "inferred.json", "--now", "2026-06-01")[0] == 0
    assert sim("check", "bad.jsonl", "--plan", "inferred.json", "--now", "2026-06-01")[0] == 1


def test_contracts_lint_names_what_cannot_work(sim, folder):
    """A rule that takes everything, one nothing passes, a misspelt keyword, a wrong level, an event that never came."""
    rules = [
        {"type": "TRACK", "key": "All", "jsonSchema": {"type": "object"}},
        {"type": "TRACK", "key": "None", "jsonSchema": {"properties": {"event": {"const": "Other"}}}},
        {"type": "TRACK", "key": "Typo", "jsonSchema": {"requird": ["properties"], "required": ["properties"]}},
        {"type": "TRACK", "key": "Level", "jsonSchema": {"properties": {"order_id": {"type": "string"}}}},
    ]
    (folder / "odd.json").write_text(json.dumps({"rules": rules}))
    code, out, _ = sim("contracts", "lint", "odd.json", "good.jsonl", "--format", "json")
    found = {(row["code"], row["path"]) for row in json.loads(out)["findings"]}
    assert code == 1
    assert found >= {
        ("plan_cannot_fail", "/rules/0/jsonSchema"),
        ("plan_contradiction", "/rules/1/jsonSchema"),
        ("plan_unknown_keyword", "/rules/2/jsonSchema/requird"),
        ("plan_wrong_level", "/rules/3/jsonSchema/properties/order_id"),
        ("plan_never_came", "/rules/0/jsonSchema"),
    }
    assert sim("contracts", "lint", "plan.json", "good.jsonl")[0] == 0


def test_contracts_export_overwrites_nothing_of_the_users(sim, folder):
    """Every shipped contract is written; a file that was changed stays unless forced."""
    assert sim("contracts", "export", "mine")[0] == 0
    mapping = folder / "mine" / "mappings" / "segment-docs.toml"
    mapping.write_text(mapping.read_text() + "# mine\n")
    code, _, err = sim("contracts", "export", "mine")
    assert code == 2
    assert "segment-docs.toml differs from ours; --force overwrites" in err
    assert mapping.read_text().endswith("# mine\n")


def test_redacted_copies_keep_types_lengths_and_joins(sim, folder):
    """Values are replaced, the same value alike; structure, times and the shape of values stay."""
    message = {**TRACK, "traits": {"email": "ada@example.com", "age": 37, "vip": True, "again": "u-1"}}
    (folder / "one.jsonl").write_bytes(orjson.dumps(message))
    code, out, _ = sim("contracts", "redact", "one.jsonl")
    redacted = json.loads(out)
    assert code == 0
    assert {key: redacted[key] for key in ("type", "event", "timestamp")} == {
        key: message[key] for key in ("type", "event", "timestamp")
    }
    assert redacted["userId"] != "u-1"
    assert redacted["traits"]["again"] == redacted["userId"]
    assert len(redacted["traits"]["email"]) == len("ada@example.com")
    assert "ada" not in redacted["traits"]["email"]
    assert isinstance(redacted["traits"]["age"], int)
    assert 10 <= redacted["traits"]["age"] <= 99
    assert redacted["traits"]["vip"] is True


def test_what_cannot_be_written_again_is_refused_in_one_line(sim, folder):
    """Nesting past what the writer takes is the message's fault: file, line, exit 2."""
    (folder / "deep.jsonl").write_bytes(b'{"a":' + b"[" * 400 + b"]" * 400 + b"}")
    code, _, err = sim("contracts", "redact", "deep.jsonl")
    assert code == 2
    assert err == "pointillist-sim: deep.jsonl:1: nested too deep to be written again\n"
