"""``segment_source.assert_contract()``: what a project's tests sent, held against the project's own contracts."""

import json

import pytest

import fake_pointillist.wire.api  # noqa: F401 - pytester forgets what its runs import, and a server's thread must not

pytest_plugins = ["pytester"]

PLAN = {
    "rules": [
        {
            "type": "TRACK",
            "key": "Sale",
            "jsonSchema": {
                "properties": {"properties": {"required": ["revenue"], "properties": {"revenue": {"type": "number"}}}}
            },
        }
    ]
}
SEND = """
def send(source, event="Sale", user="u-1", **properties):
    source.put([{"type": "track", "event": event, "userId": user, "properties": properties}])
"""


@pytest.fixture
def run(pytester):
    """Run the tests of a project with a plan and a table of its own, from a folder above it."""

    def go(code, table='plan = "plan.json"'):
        project = pytester.mkdir("shop")
        (project / "pyproject.toml").write_text(f"[tool.pointillist-simulator]\n{table}\n")
        (project / "plan.json").write_text(json.dumps(PLAN))
        (project / "test_shop.py").write_text(SEND + code)
        return pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider")

    return go


def test_what_was_sent_keeps_to_the_projects_plan_or_the_test_says_why_not(run):
    """Code, field, mend and how to repeat; what passes returns the report, with the plan's coverage."""
    result = run("""
def test_good(segment_source):
    send(segment_source, revenue=25)
    send(segment_source, event="Sael")
    for _ in range(2):
        assert segment_source.assert_contract().coverage["events"]["never"] == []

def test_bad(segment_source):
    send(segment_source, revenue="25")
    segment_source.assert_contract()
""")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*error  schema_type  Sale  /properties/revenue  once",
            'E*must be number, is the string "25"*',
            "E*seen in  *(generator)",
            "E*mend     *",
            "E*repeat: pytest shop/test_shop.py::test_bad",
            "*pointillist contract warnings*",
            'unplanned_event  Sael  /event: no plan has a rule for "Sael"; did you mean "Sale"? Names match exactly',
            "    in *test_shop.py::test_good",
            'fail-on = "warning" below * makes them fail',
        ]
    )
    result.stdout.no_fnmatch_line("*coverage *")  # a test sends a part of a plan
    result.stdout.no_fnmatch_line("*kinds of notes*")  # pytest's own -v would not list them


def test_a_test_whose_messages_went_elsewhere_has_held_nothing(run):
    """Nothing came, so nothing broke a contract: that is no pass."""
    result = run("""
def test_silent(segment_source):
    segment_source.assert_contract()
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E*no message came to segment_source, so there is nothing to judge: give the SDK its .host *",
            "E*repeat: pytest shop/test_shop.py::test_silent",
        ]
    )


@pytest.mark.parametrize(
    ("table", "outcome"),
    [
        ("", {"passed": 1}),
        ('fail-on = "warning"', {"failed": 1}),
        ('[tool.pointillist-simulator.severity]\nblocked_id = "error"', {"failed": 1}),
    ],
)
def test_a_warning_breaks_the_build_where_the_project_says_so(run, table, outcome):
    """By its own severity, or by the level from which a check fails: as for ``check``."""
    run(
        """
def test_it(segment_source):
    send(segment_source, user="undefined", revenue=1)
    segment_source.assert_contract()
""",
        table,
    ).assert_outcomes(**outcome)


def test_plans_may_be_given_and_the_mapping_is_the_projects(run):
    """A path of any kind or decoded content instead of the project's; what is delivered is made by its mapping."""
    run(
        """
from pathlib import Path
import pytest

def test_plans(segment_source):
    send(segment_source, event="Seen")
    with pytest.raises(AssertionError, match="unplanned_event"):
        segment_source.assert_contract(plans=[{"rules": [], "unplanned": "reject"}])
    report = segment_source.assert_contract(plans=[Path(__file__).parent / "plan.json"])
    assert report.coverage["events"]["unplanned"] == [{"event": "Seen", "count": 1}]
    assert segment_source.assert_contract().coverage is None

def test_mapping(segment_source, fake_pointillist):
    segment_source.put([{"type": "track", "event": "E", "userId": "u", "context": {"campaign": {"cost": 2}}}])
    segment_source.flush()
    fake_pointillist.assert_event("E", numbers={"campaign_cost": 2})
""",
        'mapping = "typed"',
    ).assert_outcomes(passed=2)


def test_a_missing_event_says_what_became_of_the_messages(run):
    """The source knows why nothing came: no message, or Segment's own discard; a call that came says nothing of it."""
    result = run("""
def test_unflushed(segment_source, fake_pointillist):
    fake_pointillist.assert_event("Sale")

def test_discarded(segment_source, fake_pointillist):
    segment_source.put([{"type": "page", "userId": "u"}, {"type": "page", "userId": "v"}])
    fake_pointillist.wait_for(timeout=0.01)

def test_another(segment_source, fake_pointillist):
    send(segment_source)
    segment_source.flush()
    fake_pointillist.assert_event("Lease")
""")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "E*no event of type 'Sale'; what came: nothing",
            "E*  no message came to segment_source: give the SDK its .host and .write_key, and flush the SDK before",
            "E*1 event did not come within 0.01 s; what came: nothing",
            "E*  segment_source discarded 2 messages: UNSUPPORTED_EVENT_TYPE: *",
            "E*no event of type 'Lease'; what came: 'Sale' (1)",
            "E*repeat: pytest shop/test_shop.py::test_another",
        ],
        consecutive=False,
    )
    errors = [line for line in result.outlines if line.startswith("E ")]  # the summary repeats them where CI is set
    assert sum("segment_source discarded" in line for line in errors) == 1


def test_a_claim_that_was_not_applied_is_told_once_with_its_rule(run):
    """The step says itself that it was not applied, and by which rule and basis."""
    result = run("""
def test_conflict(segment_source, fake_pointillist):
    segment_source.put([
        {"type": "identify", "userId": user, "anonymousId": "a", "messageId": user, "timestamp": "2026-03-02T09:00:00Z"}
        for user in ("u", "v")
    ])
    segment_source.flush()
    fake_pointillist.assert_stitched("a", "v")
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E* -  not applied: identify v -> v: a already claimed (first-claim)  R12  ours"])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('pln = "plan.json"', "*pln: no such setting; did you mean 'plan'?"),
        ('mapping = "typd"', "*no mapping 'typd': did you mean 'typed'?*"),
        (
            'plan = "plans.json"',
            "*shop/pyproject.toml: [[]tool.pointillist-simulator] plan: no file 'plans.json' beside*",
        ),
    ],
)
def test_a_project_that_cannot_be_used_is_said_without_our_own_frames(run, table, said):
    """What to mend stands in the user's file; no line of the product's code stands before it."""
    result = run(
        """
def test_it(segment_source):
    send(segment_source)
    segment_source.assert_contract()
""",
        table,
    )
    assert result.ret == 1
    result.stdout.fnmatch_lines([said])
    result.stdout.no_fnmatch_line("*raise *")
