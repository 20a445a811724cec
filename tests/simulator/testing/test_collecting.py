"""Golden fixtures, collected by pytest: ``*.contract.json``."""

import json

pytest_plugins = ["pytester"]

GOLDEN = {
    "input": {"type": "identify", "userId": "u-1", "timestamp": "2014", "traits": {"plan": "team"}},
    "output": {
        "eventSource": "Segment",
        "eventType": "identify",
        "eventTime": "2014-01-01T00:00:00.000Z",
        "actors": {"customer": {"userId": "u-1"}},
        "labels": {"plan": "team"},
        "numbers": {},
    },
}


def test_golden_fixtures_are_collected_and_differences_carry_their_provenance(pytester):
    """A ``*.contract.json`` file is a test; a difference names field, values, source, rule and the way to update."""
    (pytester.path / "good.contract.json").write_text(json.dumps(GOLDEN))
    wrong = json.loads(json.dumps(GOLDEN))
    wrong["output"]["labels"]["plan"] = "premium"
    (pytester.path / "bad.contract.json").write_text(json.dumps(wrong))
    (pytester.path / "broken.contract.json").write_text('{"input": ')
    result = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(
        [
            '/labels/plan became "team", expected "premium"',
            "*from /traits/plan by rule traits [[]seed]",
            "repeat  pointillist-sim verify bad.contract.json",
            "*--pointillist-update*",
        ]
    )
    result.stdout.fnmatch_lines(["*broken.contract.json:1: not JSON*"])


def test_update_rewrites_what_changed_and_says_which(pytester):
    """``--pointillist-update`` rewrites the changed file only and lists it with what changed; the next run passes."""
    good = pytester.path / "good.contract.json"
    good.write_text(json.dumps(GOLDEN))
    before = good.read_bytes()
    wrong = {**GOLDEN, "output": None}
    bad = pytester.path / "bad.contract.json"
    bad.write_text(json.dumps(wrong, indent=4) + "\n")
    result = pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider", "--pointillist-update")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        ["*pointillist fixtures updated*", "bad.contract.json", "  the message was not discarded, but became *"]
    )
    assert good.read_bytes() == before
    assert json.loads(bad.read_text())["output"] == GOLDEN["output"]
    assert bad.read_text().startswith('{\n    "input"')
    pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider").assert_outcomes(passed=2)


def test_a_fixture_is_run_with_the_projects_mapping(pytester):
    """As ``verify`` runs it: one fixture has one outcome."""
    track = {"type": "track", "event": "E", "userId": "u-1", "timestamp": "2014", "context": {"campaign": {"cost": 2}}}
    typed = {**GOLDEN["output"], "eventType": "E", "labels": {}, "numbers": {"campaign_cost": 2}}
    (pytester.path / "typed.contract.json").write_text(json.dumps({"input": track, "output": typed}))
    pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider").assert_outcomes(failed=1)
    pytester.makepyprojecttoml('[tool.pointillist-simulator]\nmapping = "typed"')
    pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_a_fixture_is_run_at_the_projects_time(pytester):
    """The setting ``now`` wins over the fixture's own clock here too, as ``verify --now`` does."""
    message = {"type": "track", "event": "E", "userId": "u-1"}
    event = {**GOLDEN["output"], "eventType": "E", "eventTime": "2020-01-01T00:00:00.000Z", "labels": {}, "numbers": {}}
    fixture = {"input": message, "output": event, "settings": {"now": "2019"}}
    (pytester.path / "clock.contract.json").write_text(json.dumps(fixture))
    pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider").assert_outcomes(failed=1)
    pytester.makepyprojecttoml("[tool.pointillist-simulator]\nnow = 2020-01-01T00:00:00Z")
    pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider").assert_outcomes(passed=1)
