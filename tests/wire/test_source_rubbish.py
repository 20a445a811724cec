"""Anything at all posted to the source: 200 or 400, never a crash, and what was accepted is not lost."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_pointillist import FakePointillist
from simulator.fake_client import FakeClient
from simulator.gateway.gateway import Gateway
from simulator.trace import Outcome

LEAVES = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(max_size=20) | st.sampled_from(["track", "identify", "[/x]", "\u001b[2J", "u1", "", "2026-03-02"])
VALUES = st.recursive(
    LEAVES | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
KEYS = ["type", "event", "userId", "anonymousId", "messageId", "timestamp", "sentAt", "properties", "traits", "context"]
MESSAGES = st.dictionaries(st.sampled_from([*KEYS, "integrations", "batch"]) | TEXTS, VALUES, max_size=8)
NEARLY = st.fixed_dictionaries(
    {"type": st.sampled_from(["track", "identify", "Track"]), "userId": TEXTS, "event": TEXTS},
    optional={"properties": VALUES, "traits": VALUES, "context": VALUES, "messageId": TEXTS, "timestamp": VALUES},
)
PATHS = ["/v1/track", "/v1/identify", "/v1/p", "/v1/batch", "/v1/import", "/v1/m"]


@pytest.fixture(scope="module")
def gateway():
    """A gateway to a fake of its own, which must still answer at the end."""
    with FakePointillist() as server, Gateway(server.url, token="rubbish", seed=1) as source:
        yield source
        good = {"type": "track", "event": "good", "userId": "u", "messageId": "the last"}
        assert httpx.post(f"{source.url}/v1/track", json=good).status_code == 200
        traces = source.flush()
        stored = sum(trace.outcome is Outcome.DELIVERED for trace in traces)
        assert all(trace.outcome is not None for trace in traces)
        with FakeClient(server.url, "rubbish") as fake:
            assert fake.summary()["events"]["accepted"] == stored
            assert len(list(fake.events(message_id="the last"))) == 1


@pytest.fixture(scope="module")
def client(gateway):
    """A sender that keeps its connection."""
    with httpx.Client(base_url=gateway.url) as client:
        yield client


def check(answer):
    """Success, or a problem that names itself."""
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert answer.json() == {"success": True}
    else:
        assert isinstance(answer.json()["code"], str)
        assert isinstance(answer.json()["message"], str)


QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(path=st.sampled_from(PATHS), content=st.binary(max_size=200))
def test_any_bytes(client, path, content):
    """Bytes of no meaning."""
    check(client.post(path, content=content))


@QUICK
@given(path=st.sampled_from(PATHS), value=VALUES | MESSAGES | NEARLY)
def test_any_json(client, path, value):
    """JSON of any shape, messages and nearly-messages among it."""
    check(client.post(path, content=json.dumps(value).encode()))


@QUICK
@given(items=st.lists(VALUES | MESSAGES | NEARLY, max_size=6), envelope=MESSAGES)
def test_any_batch(client, items, envelope):
    """Batches of anything, in envelopes of anything."""
    check(client.post("/v1/batch", content=json.dumps({**envelope, "batch": items}).encode()))
