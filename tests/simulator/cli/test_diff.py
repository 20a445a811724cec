"""``diff`` as a user types it: contracts, mappings, events."""

import json

import orjson

from .conftest import EVENT, PLAN, TRACK


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
    assert '    nothing -> ["properties"]\n' in sim("diff", "contract", "plan.json", "stricter.json")[1]
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


def test_diff_events_shows_what_is_nested_too_deep_to_be_written(sim, folder):
    """JSON is read deeper than it is written; the difference is told in words."""
    (folder / "deep.jsonl").write_text("[" * 900 + "]" * 900)
    (folder / "one.jsonl").write_text("1\n")
    code, out, err = sim("diff", "events", "deep.jsonl", "one.jsonl")
    assert (code, err) == (1, "")
    assert "a value nested too deep to be shown -> 1" in out
