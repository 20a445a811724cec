"""``verify`` as a user types it: exit codes, differences, updates, formats."""

import json

import pytest

from .conftest import EVENT, TRACK


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
    (cases / "bad.json").write_text(
        '{"input": 1, "ouptut": {}, "output": 7, "settings": {"now": 1, "mappng": "typed"}}'
    )
    code, out, err = sim("verify", "golden/bad.json")
    assert (code, out) == (2, "")
    assert [line.removeprefix("pointillist-sim: golden/bad.json: ") for line in err.splitlines()] == [
        "key 'ouptut' is none of input, output, settings, code; did you mean 'output'?",
        "output must be an event, or null for a message that is discarded",
        "settings.now must be text",
        "settings has no 'mappng', did you mean 'mapping'?",
    ]


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
    (folder / "any.json").write_text(json.dumps({"input": nobody, "output": {"eventType": "A"}}))
    (folder / "now.json").write_text(json.dumps({**files["now.json"], "output": None}))
    _, out, _ = sim("verify", "any.json", "now.json")
    assert 'the message was discarded, expected {"eventType":"A"}' in out
    assert 'the message was not discarded, but became {"eventSource":"Segment",' in out
    (folder / "now.json").write_text(json.dumps({**files["now.json"], "settings": {"mappng": "typed"}}))
    assert sim("verify", "now.json")[2] == (
        "pointillist-sim: now.json: settings has no 'mappng', did you mean 'mapping'?\n"
    )


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


def test_a_failure_is_repeated_with_the_options_it_was_seen_with(sim, folder):
    """Quoted for a shell: the mapping and the clock decide what comes out."""
    (folder / "a b.json").write_text(json.dumps({"input": TRACK, "output": {**EVENT, "eventType": "Other"}}))
    options = ("--mapping", "typed", "--now", "2026-06-01")
    repeat = "pointillist-sim verify 'a b.json' --mapping typed --now 2026-06-01"
    assert f"    repeat  {repeat}   (--update takes the new output)\n" in sim("verify", "a b.json", *options)[1]
    assert f"\nrepeat: {repeat}<" in sim("verify", "a b.json", *options, "--format", "junit")[1]


@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "sarif"])
def test_a_redacted_report_holds_no_value(sim, folder, form):
    """Not of the message, not of the fixture; the file, the field, its source and the exit code stay."""
    message = {**TRACK, "userId": "ada-lovelace", "properties": {"plan": "premium", "seats": 4711}}
    (folder / "ada.json").write_text(
        json.dumps({"input": message, "output": {**EVENT, "labels": {"plan": "teamwork"}}})
    )
    code, out, error = sim("verify", "ada.json", "--redact", "--format", form)
    assert (code, error) == (1, "")
    assert [word for word in ("ada-lovelace", "u-1", "premium", "4711", "teamwork") if word in out] == []
    assert "/labels/plan" in out
    assert "/properties/plan" in out


def test_an_update_keeps_links_and_permissions(sim, folder):
    """What a link leads to is rewritten; a file others may read stays one."""
    (folder / "shared").mkdir()
    real = folder / "shared" / "real.contract.json"
    real.write_text(json.dumps({"input": TRACK, "output": None}))
    real.chmod(0o664)
    (folder / "link.contract.json").symlink_to(real)
    assert sim("verify", "link.contract.json", "--update")[0] == 0
    assert (folder / "link.contract.json").is_symlink()
    assert json.loads(real.read_text())["output"] == EVENT
    assert real.stat().st_mode & 0o777 == 0o664
