"""The pytest plugin, as a project meets it: fixtures, failures, xdist, and silence when unused."""

import subprocess
import sys

import pytest
import segment.analytics.client  # noqa: F401 - pytester forgets what its runs import: half an SDK would be left

import fake_pointillist.wire.api  # noqa: F401 - a server's thread must not be forgotten either

pytest_plugins = ["pytester"]

EVENT = """
EVENT = {
    "eventSource": "Segment", "eventType": "Sale", "eventTime": "2026-03-02T09:15:30Z",
    "actors": {"customer": {"userId": "u-1", "anonymousId": "a-1"}},
    "labels": {"plan": "team"}, "numbers": {"revenue": 25},
}
"""


@pytest.fixture
def run(pytester):
    """Run a test module of a project in this process."""

    def go(code, *options):
        pytester.makepyfile(EVENT + code)
        return pytester.runpytest_inprocess("-q", "-p", "no:cacheprovider", *options)

    return go


def test_an_accepted_event_can_be_asked_for(run):
    """Events, actors, summary and assertions see what was posted; the token is the test's own."""
    result = run(
        """
        def test_it(fake_pointillist):
            assert fake_pointillist.post(EVENT)["status"] == "accepted"
            row = fake_pointillist.assert_event("Sale", {"plan": "team"}, {"revenue": 25.0}, actor="user:u-1")
            assert row["event"]["numbers"] == {"revenue": 25}
            assert [one["eventId"] for one in fake_pointillist.events()] == [row["eventId"]]
            assert fake_pointillist.summary()["events"]["accepted"] == 1
            assert [actor["actorId"] for actor in fake_pointillist.actors()] == ["user:u-1"]
            fake_pointillist.assert_stitched("a-1", "u-1")
            fake_pointillist.assert_not_stitched("a-1", "u-2")
            assert fake_pointillist.why(row["eventId"])["belongs_to"] == "user:u-1"
            fake_pointillist.reset()
            fake_pointillist.assert_no_events()

        def test_other(fake_pointillist):
            fake_pointillist.assert_no_events()
    """.replace("\n        ", "\n")
    )
    result.assert_outcomes(passed=2)


def test_a_failed_assertion_shows_the_nearest_event_field_by_field(run):
    """What differs, where a misplaced value stands, and how to repeat."""
    result = run("""
def test_near(fake_pointillist):
    fake_pointillist.post(EVENT)
    fake_pointillist.assert_event("Sale", labels={"plan": "gold", "revenue": "25"}, actor="user:u-2")
""")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*no 'Sale' as wanted (one came); the nearest, *, differs in:",
            '*/labels/plan: "team", wanted "gold"',
            '*/labels/revenue: nothing, wanted "25" (it is in numbers: 25)',
            "*actor: user:u-1, wanted user:u-2",
            "*repeat: pytest *test_near*",
        ]
    )


def test_every_failure_says_how_to_mend_and_to_repeat_it(run):
    """A mistyped event type shows the nearest one and the curl that sends it; an id alone will do for an actor."""
    result = run("""
def test_type(fake_pointillist):
    fake_pointillist.post(EVENT)
    fake_pointillist.assert_event("Sale", actor="u-1")
    fake_pointillist.assert_event("Sales")

def test_stitched(fake_pointillist):
    fake_pointillist.post(EVENT)
    fake_pointillist.assert_stitched("a-1", "nobody")

def test_unclaimed(fake_pointillist):
    fake_pointillist.post({**EVENT, "actors": {"customer": {"anonymousId": "a-2"}}})
    fake_pointillist.assert_stitched("a-2", "u-1")

def test_away(fake_pointillist):
    fake_pointillist.assert_stitched("a-3", "u-1")

def test_nothing(fake_pointillist):
    fake_pointillist.post(EVENT)
    fake_pointillist.assert_no_events()
""")
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines(
        [
            "*no event of type 'Sales'; what came: 'Sale' (1)",
            "*the nearest, e*-1, differs in:",
            "*/eventType: 'Sale', wanted 'Sales'",
            "*repeat: pointillist-sim serve, then curl * http://127.0.0.1:8765/event",
            "*repeat: pytest *::test_type",
            "*anonymousId 'a-1' belongs to user:u-1, not to user:nobody",
            "*mend: reset the anonymousId at logout*",
            "*repeat: pytest *::test_stitched",
            "*anonymousId 'a-2' belongs to anon:a-2, not to user:u-1",
            "*mend: call identify with both ids*",
            "*anonymousId 'a-3' belongs to nobody: it never came*",
            "*mend: give the SDK its .host*",
            "*nothing should have been sent; what came: 'Sale' (1)",
            "*repeat: pytest *::test_nothing",
        ]
    )


def test_a_refusal_nobody_asked_about_fails_the_test_at_its_end(run):
    """It says which rule, how to mend it, and how to opt out."""
    result = run("""
def test_refused(fake_pointillist):
    fake_pointillist.post({**EVENT, "eventType": ""})
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        [
            "the fake Pointillist refused 1 event:",
            "*/eventType: event_type: *",
            "*mend: name the event type",
            "*allow_refused=True*",
        ]
    )


def test_a_refusal_that_is_asked_about_or_allowed_is_fine(run):
    """Asking ``refused()`` or the marker makes it expected."""
    result = run("""
import pytest

def test_asked(fake_pointillist):
    fake_pointillist.post({**EVENT, "eventType": ""})
    assert [row["violations"][0]["code"] for row in fake_pointillist.refused()] == ["event_type"]

@pytest.mark.pointillist(allow_refused=True)
def test_allowed(fake_pointillist):
    fake_pointillist.post({**EVENT, "eventType": ""})
""")
    result.assert_outcomes(passed=2)


def test_the_marker_chooses_the_policy_and_refuses_other_words(run):
    """``policy=`` is the fake's policy for the test; an unknown word is an error that names the known ones."""
    result = run("""
import pytest

@pytest.mark.pointillist(policy="split")
def test_policy(fake_pointillist):
    assert fake_pointillist.client.policy()["policy"] == "split"

@pytest.mark.pointillist(unique=["email"], lookback_days=3)
def test_options(fake_pointillist):
    options = fake_pointillist.client.policy()["options"]
    assert (options["unique"], options["lookback_days"]) == (["userId", "email"], 3)

@pytest.mark.pointillist(polcy="split")
def test_typo(fake_pointillist):
    pass

@pytest.mark.pointillist(unique="email")
def test_text(fake_pointillist):
    pass
""")
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(["*has no 'polcy'; it takes allow_refused, policy, link_on, *, unique*"])
    result.stdout.fnmatch_lines(["*unique must be names of identifiers, not 'email'*"])


def test_waiting_faults_and_a_client_of_ones_own(run):
    """wait_for returns the events or says what came; faults break posts; both transports reach the same tenant."""
    result = run("""
import asyncio
import httpx

def test_wait(fake_pointillist):
    fake_pointillist.post(EVENT)
    assert len(fake_pointillist.wait_for(1, type="Sale")) == 1
    try:
        fake_pointillist.wait_for(2, timeout=0.01)
    except AssertionError as error:
        said, repeat = str(error).splitlines()
        assert said == "2 events did not come within 0.01 s; what came: 'Sale' (1)"
        assert repeat.startswith("repeat: pytest test_") and repeat.endswith(".py::test_wait")

def test_faults(fake_pointillist):
    fake_pointillist.faults.next(1, status=503)
    fake_pointillist.post(EVENT)
    fake_pointillist.assert_no_events()
    fake_pointillist.faults.clear()

def test_transports(fake_pointillist):
    headers = {"apiToken": fake_pointillist.token}
    with httpx.Client(transport=fake_pointillist.transport, base_url=fake_pointillist.url, headers=headers) as client:
        assert client.post("/event", json=EVENT).status_code == 200

    async def later():
        transport = fake_pointillist.async_transport
        async with httpx.AsyncClient(transport=transport, base_url=fake_pointillist.url, headers=headers) as client:
            assert (await client.post("/event", json=EVENT)).status_code == 200
            assert fake_pointillist.post(EVENT)["status"] == "accepted"

    asyncio.run(later())
    assert httpx.post(fake_pointillist.url + "/event", json=EVENT, headers=headers).status_code == 200
    assert len(fake_pointillist.events()) == 4
""")
    result.assert_outcomes(passed=3)


def test_a_real_sdk_reaches_the_fake_through_the_source(run):
    """The Python SDK's messages are mapped, delivered and stitched before flush() returns."""
    result = run("""
from segment.analytics.client import Client

def test_sdk(segment_source, fake_pointillist):
    sdk = Client(segment_source.write_key, host=segment_source.host, sync_mode=True)
    sdk.track(anonymous_id="a-9", event="Plan Viewed", properties={"seats": 3})
    sdk.identify(user_id="u-9", anonymous_id="a-9", traits={"plan": "team"})
    traces = segment_source.flush()
    assert [str(trace.outcome) for trace in traces] == ["delivered", "delivered"]
    assert segment_source.messages() == traces
    fake_pointillist.assert_event("Plan Viewed", numbers={"seats": 3}, actor="user:u-9")
    fake_pointillist.assert_stitched("a-9", "u-9")
""")
    result.assert_outcomes(passed=1)


def test_generated_messages_are_the_tests_own_and_the_same_every_time(run):
    """The seed is the test's name; a failure shows it."""
    result = run("""
import simulator

def test_same(segment_events):
    assert segment_events(5) == segment_events(5) == list(simulator.generate(5, "test_same"))
    assert segment_events(5, seed=1) != segment_events(5)

def test_shown(segment_events):
    segment_events(2)
    assert False
""")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*segment_events(2, seed='test_shown')*"])


@pytest.mark.slow
def test_parallel_workers_never_meet(pytester):
    """Under xdist each worker has a server of its own, each test a tenant."""
    tests = "".join(
        f"def test_{number}(fake_pointillist):\n"
        "    fake_pointillist.post(EVENT)\n"
        "    assert len(fake_pointillist.events()) == 1\n"
        for number in range(8)
    )
    pytester.makepyfile(EVENT + tests)
    pytester.runpytest_subprocess("-q", "-n", "2", "-p", "no:cacheprovider").assert_outcomes(passed=8)


def test_unused_it_is_silent_and_imports_only_pytest_and_the_standard_library(pytester, monkeypatch):
    """A project without its fixtures sees no line of it, and loads none of what the fixtures need."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins import much, which is not ours to judge
    pytester.makepyfile("""
        import sys

        def test_it():
            heavy = {"httpx", "starlette", "uvicorn", "orjson", "jsonschema", "jsonschema_rs", "textual", "faker"}
            assert not heavy & set(sys.modules)
            assert "simulator.testing.plugin" in sys.modules
            assert "contracts" not in sys.modules
    """)
    result = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider", "-p", "simulator.testing.plugin")
    result.assert_outcomes(passed=1)
    assert "ointillist" not in result.stdout.str()
    code = "import sys, simulator.testing.plugin; print(sorted(m.partition('.')[0] for m in sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"'orjson'", "'httpx'", "'contracts'", "'fake_pointillist'"} & set(told.strip("[]\n").split(", "))
