"""The real segment-analytics-python, newest and 2.2.3, against the source: anonymous, then identified, one actor."""

from __future__ import annotations

import subprocess
import sys

import pytest
from segment.analytics.client import Client

from fake_pointillist import FakePointillist
from simulator.fake_client import FakeClient
from simulator.gateway.gateway import Gateway
from simulator.trace import Outcome

OLD = "segment-analytics-python==2.2.3"


@pytest.fixture
def tenant(request):
    """The token of this test."""
    return request.node.name


@pytest.fixture(scope="module")
def server():
    """One fake for the module."""
    with FakePointillist() as fake:
        yield fake


@pytest.fixture
def fake(server, tenant):
    """The fake's API."""
    with FakeClient(server.url, tenant) as client:
        yield client


@pytest.fixture
def source(server, tenant):
    """A gateway to the fake."""
    with Gateway(server.url, token=tenant, seed=1) as gateway:
        yield gateway


def assert_one_actor_with_four_events(fake):
    """The three anonymous tracks belong to the user, re-attributed, with the reasons."""
    assert fake.summary()["events"]["accepted"] == 4
    (actor,) = fake.actors()
    assert (actor["actorId"], actor["anonymousIds"], actor["events"]) == ("user:u-1", ["a-1"], 4)
    (merge,) = fake.merges()
    assert (merge["anonymousId"], merge["from"], merge["to"]) == ("a-1", "anon:a-1", "user:u-1")
    assert merge["eventsMoved"] == 3
    assert merge["claim"]["documented"] is True
    tracks = list(fake.events(type="Plan Viewed"))
    assert [row["actor"] for row in tracks] == ["user:u-1"] * 3
    for row in tracks:
        why = fake.why(row["eventId"])
        assert why["belongs_to"] == "user:u-1"
        assert any("re-attributed" in step["message"] or "re-attributed" in step["text"] for step in why["steps"])
        assert "seed" in {step["basis"] for step in why["steps"]}


@pytest.mark.parametrize("options", [{}, {"gzip": True}, {"sync_mode": True}], ids=["plain", "gzip", "sync"])
def test_three_anonymous_tracks_and_an_identify_become_one_actor(source, fake, options):
    """The SDK's own batch, gzip and one-by-one mode: four events, one actor, three re-attributed."""
    errors = []
    sdk = Client(
        source.write_key,
        host=source.host,
        max_retries=0,
        timeout=5,
        on_error=lambda *told: errors.append(told),
        **options,
    )
    for _ in range(3):
        sdk.track(anonymous_id="a-1", event="Plan Viewed", properties={"plan": "team", "seats": 12})
    sdk.identify(user_id="u-1", anonymous_id="a-1", traits={"plan": "team"})
    if not options.get("sync_mode"):  # there every call has been answered already
        sdk.flush()
        sdk.join()
    assert errors == []
    assert [trace.outcome for trace in source.flush()] == [Outcome.DELIVERED] * 4
    assert_one_actor_with_four_events(fake)


def test_what_pointillist_does_not_take_is_answered_and_shown(source, fake):
    """page, screen, group and alias get their 200 and end as UNSUPPORTED_EVENT_TYPE."""
    errors = []
    sdk = Client(source.write_key, host=source.host, max_retries=0, on_error=lambda *told: errors.append(told))
    sdk.page(anonymous_id="a-1", name="Pricing")
    sdk.screen(anonymous_id="a-1", name="Home")
    sdk.group(user_id="u-1", group_id="g-1")
    sdk.alias(user_id="u-1", previous_id="a-1")
    sdk.flush()
    sdk.join()
    assert errors == []
    assert [trace.admission.code for trace in source.flush()] == ["UNSUPPORTED_EVENT_TYPE"] * 4
    assert fake.summary()["events"]["accepted"] == 0


def test_the_sdk_reads_our_errors(server, tenant):
    """In strict mode the SDK sees Segment's code and sentence, and does not try again."""
    errors = []
    with Gateway(server.url, token=tenant, strict=True, seed=1) as source:
        sdk = Client(source.write_key, host=source.host, max_retries=3, on_error=lambda *told: errors.append(told))
        sdk.page(anonymous_id="a-1", name="Pricing")
        sdk.flush()
        sdk.join()
        assert len(source.messages()) == 1
    ((error, items),) = errors
    assert "UNSUPPORTED_EVENT_TYPE" in str(error)
    assert len(items) == 1


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from segment.analytics.client import Client
import segment.analytics.version
assert segment.analytics.version.VERSION == "2.2.3", segment.analytics.version.VERSION
errors = []
sdk = Client(sys.argv[2], host=sys.argv[3], max_retries=0, timeout=5, gzip=True, on_error=lambda e, i: errors.append(e))
for _ in range(3):
    sdk.track(anonymous_id="a-1", event="Plan Viewed", properties={"plan": "team"})
sdk.identify(user_id="u-1", anonymous_id="a-1", traits={"plan": "team"})
sdk.flush()
sdk.join()
assert not errors, errors
"""


@pytest.mark.slow
def test_version_2_2_3_is_taken_too(source, fake, tmp_path):
    """The older SDK takes nothing but exactly 200 for success."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]
    done = subprocess.run([*command, tmp_path, OLD], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"{OLD} cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, tmp_path, source.write_key, source.host],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    source.flush()
    assert_one_actor_with_four_events(fake)
