"""``explain`` and ``contracts`` as a user types them: meanings, inferred plans, lint, export, redacted copies."""

import json

import orjson
import pytest

from .conftest import TRACK


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


def test_explain_says_what_a_code_weighs_where(sim, folder):
    """Where check makes more of a code than the table, and what the project's own table makes of it."""
    (folder / "pyproject.toml").write_text('[tool.pointillist-simulator.severity]\nduplicate_message_id = "info"\n')
    lines = sim("explain", "duplicate_message_id")[1].splitlines()
    assert lines[3:6] == [
        "severity  warning: the data was kept, but changed or doubtful",
        "          error: in check: a message is lost, as with every discard that is somebody's mistake",
        "          info: in this project's check, by [tool.pointillist-simulator.severity]",
    ]
    told = json.loads(sim("explain", "unplanned_event", "--format", "json")[1])
    assert told["elsewhere"] == [{"severity": "error", "where": 'where a plan says "unplanned": "reject"'}]


def test_contracts_infer_gives_a_plan_that_its_messages_pass(sim, folder):
    """What was inferred from messages, those messages keep to; another type breaks it."""
    rows = [{**TRACK, "messageId": f"m-{n}", "properties": {"seats": n, "plan": "team"}} for n in range(6)]
    (folder / "seen.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    code, out, _ = sim("contracts", "infer", "seen.jsonl")
    plan = json.loads(out)
    assert (code, plan["inferred"]) == (0, True)
    assert list(plan["rules"][0]) == ["type", "key", "version", "jsonSchema"]
    assert plan["rules"][0]["jsonSchema"]["description"] == "inferred from 6 messages"
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
    """A rule that takes everything, one nothing passes, a misspelt keyword, a wrong level, what never came."""
    rules = [
        {"type": "TRACK", "key": "All", "jsonSchema": {"type": "object"}},
        {"type": "TRACK", "key": "None", "jsonSchema": {"properties": {"event": {"const": "Other"}}}},
        {"type": "TRACK", "key": "Typo", "jsonSchema": {"requird": ["properties"], "required": ["properties"]}},
        {"type": "TRACK", "key": "Level", "jsonSchema": {"properties": {"order_id": {"type": "string"}}}},
        {"type": "PAGE", "key": "Home", "jsonSchema": {"required": ["name"]}},
        {"type": "GROUP", "jsonSchema": {"required": ["groupId"]}},
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
        ("plan_never_came", "/rules/4/jsonSchema"),
        ("plan_never_came", "/rules/5/jsonSchema"),
    }
    assert sim("contracts", "lint", "plan.json", "good.jsonl")[0] == 0


DRAFT_7 = "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"$schema": DRAFT_7, "properties": {"userId": {"format": "uuid"}}},
            ("plan_unchecked_format", "/properties/userId/format"),
        ),
        (
            {"$schema": DRAFT_7, "dependentRequired": {"userId": ["properties"]}},
            ("plan_unknown_keyword", "/dependentRequired"),
        ),
        ({"properties": {"userId": {"format": "emial"}}}, ("plan_unchecked_format", "/properties/userId/format")),
        ({"properties": {"userId": {"format": "uuid"}}}, None),
        ({"$schema": DRAFT_7, "properties": {"userId": {"format": "date-time"}}}, None),
        ({"dependentRequired": {"userId": ["properties"]}}, None),
        ({"$schema": DRAFT_7, "dependencies": {"userId": ["properties"], "event": {"required": ["type"]}}}, None),
        ({"$schema": "https://example.com/s", "required": ["traits"]}, ("plan_unknown_dialect", "/$schema")),
    ],
)
def test_contracts_lint_names_what_no_validator_checks(sim, folder, schema, expected):
    """A format the dialect does not have passes every text, and an unknown dialect is read as another."""
    (folder / "odd.json").write_text(json.dumps({"rules": [{"type": "TRACK", "key": "A", "jsonSchema": schema}]}))
    found = json.loads(sim("contracts", "lint", "odd.json", "--format", "json")[1])["findings"]
    told = [(row["code"], row["path"].removeprefix("/rules/0/jsonSchema")) for row in found]
    assert [row for row in told if row[0] != "plan_cannot_fail"] == ([expected] if expected else [])


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


@pytest.mark.parametrize(
    "words",
    [
        ("contracts", "infer", "nothing.jsonl"),
        ("contracts", "lint", "plan.json", "nothing.jsonl"),
        ("contracts", "lint", "segment-docs", "nothing.jsonl"),
        ("diff", "mapping", "segment-docs", "typed", "nothing.jsonl"),
    ],
)
def test_what_is_asked_of_messages_needs_some(sim, folder, words):
    """A file without any would make a plan of nothing, name nothing, and show no difference."""
    (folder / "nothing.jsonl").write_text("\n")
    said = "pointillist-sim: nothing.jsonl: no message here, so there is nothing to judge\n"
    assert sim(*words) == (2, "", said)


def test_what_lint_says_keeps_to_eighty_columns(sim, folder):
    """A long sentence goes on below itself."""
    rule = {"type": "TRACK", "key": "A", "jsonSchema": {"properties": {"order_id": {"type": "string"}}}}
    (folder / "odd.json").write_text(json.dumps({"rules": [rule]}))
    (folder / "odd.json").rename(folder / "odd.plan")  # a plan by what it holds, whatever it is called
    _, out, _ = sim("contracts", "lint", "odd.plan")
    assert '    "order_id" is no key of a Segment message; the schema seems to describe the' in out.splitlines()
    assert max(map(len, out.splitlines())) <= 80
