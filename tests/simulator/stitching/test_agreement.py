"""The fake, which takes events as they come, and ``stitch``, which reads a file, tell the same people apart."""

from __future__ import annotations

import itertools

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import simulator
from fake_pointillist import FakePointillist
from fake_pointillist.identity.attribution import Options
from fake_pointillist.identity.policies import POLICIES
from simulator.fake_client.plain import FakeClient
from simulator.mapping.loading import parse_mapping
from simulator.testing.in_process import InProcessTransport

NOW = "2026-03-09T00:00:00Z"
TOKENS = itertools.count()

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["u1", "u2", "U1", "null", None]),
        st.sampled_from(["a1", "a2", "a3", "0", None]),
        st.integers(1, 6),
        st.sampled_from(["track", "identify"]),
        st.sampled_from(["e1", "e2", "null", None, None]),
        st.sampled_from(["p1", "p2", None, None]),
    ).filter(lambda row: row[0] or row[1]),
    min_size=1,
    max_size=15,
)
MAPPING = """
extends = "segment-docs"

[[rule]]
name = "anonymousId"
from = "/anonymousId"
to = "actors.customer.anonymousId"
calls = ["identify"]

[[rule]]
name = "anonymousId of a track"
from = "/context/device/id"
to = "actors.customer.anonymousId"
calls = ["track"]

[[rule]]
name = "email"
from = "/traits/email"
to = "actors.customer.email"
calls = ["identify"]

[[rule]]
name = "email of a track"
from = "/context/traits/email"
to = "actors.Customer.email"
calls = ["track"]

[[rule]]
name = "phone"
from = "/context/phone"
to = "actors.customer.phone"
"""
OPTIONS = st.builds(
    Options,
    link_on=st.sampled_from(["any", "identify"]),
    claim_order=st.sampled_from(["event-time", "arrival"]),
    lookback_days=st.sampled_from([None, 1]),
    max_anonymous_ids=st.sampled_from([None, 1]),
    on_limit=st.sampled_from(["warn", "refuse"]),
    unique=st.sampled_from([("userId",), ("userId", "email")]),
)
UNLINKS = st.lists(
    st.tuples(st.sampled_from(["u1", "u2"]), st.sampled_from(["a1", "a2", "id:email:e1", "id:phone:p1"])), max_size=2
)


@pytest.fixture(scope="module")
def server():
    """A fake in process."""
    return FakePointillist(now=lambda: 1_800_000_000_000_000)


@pytest.fixture(scope="module", params=["segment-docs", MAPPING], ids=["segment-docs", "own"])
def mapping(request):
    """The default, and one that gives the customer email and phone, and takes a track's anonymousId from elsewhere."""
    return request.param if request.param == "segment-docs" else parse_mapping(request.param)


def message(number, row):
    """A Segment message; a track's device has the anonymousId as well, but not that of a3."""
    user, anon, day, call, email, phone = row
    found = {"messageId": f"m{number}", "type": call, "timestamp": f"2026-03-0{day}T10:00:00Z"}
    found |= {"event": "Opened"} if call == "track" else {}
    found |= ({"userId": user} if user else {}) | ({"anonymousId": anon} if anon else {})
    context = {"phone": phone} | ({"device": {"id": anon}} if anon and anon != "a3" else {})
    traits = {"email": email}
    return found | ({"traits": traits} if call == "identify" else {}) | {"context": context | {"traits": traits}}


def stitched(messages, policy, options, unlinks, mapping):
    """What ``stitch`` says: people, unattributed events, merges, refusals."""
    found = simulator.stitch(messages, policy=policy, options=options, unlink=unlinks, mapping=mapping, now=NOW)
    people = {
        row["actor"]: (row["anonymous_ids"], row.get("identifiers", []), row["message_ids"]) for row in found["actors"]
    }
    merges = [
        (row["anonymous_id"], row["from"], row["to"], row["events_moved"], row["message_id"]) for row in found["merges"]
    ]
    return people, found["unattributed"], merges, found["rejected"]


def asked(client):
    """What the fake says of the same."""
    people = {
        row["actorId"]: (row["anonymousIds"], row.get("identifiers", []), sorted(row["messageIds"]))
        for row in client.actors()
    }
    nobody = sorted(row["messageId"] for row in client.events() if row["status"] == "accepted" and row["actor"] is None)
    merges = [
        (row["anonymousId"], row["from"], row["to"], row["eventsMoved"], (row["claim"] or {}).get("messageId"))
        for row in client.merges()
    ]
    refused = [
        {"message_id": row["messageId"], "code": row["violations"][0]["code"]}
        for row in client.events(status="refused")
    ]
    return people, nobody, merges, sorted(refused, key=lambda row: (row["message_id"], row["code"]))


@given(ROWS, st.tuples(st.sampled_from(sorted(POLICIES)), OPTIONS, st.integers(0, 15)), UNLINKS)
@settings(max_examples=60, deadline=None)
def test_the_fake_and_stitch_tell_the_same_people_apart(server, mapping, rows, reading, unlinks):
    """Under every policy and its options, switched to before, between or after the events, with unlinks at the end."""
    policy, options, switch_after = reading
    messages = [message(number, row) for number, row in enumerate(rows)]
    token, transport = f"t{next(TOKENS)}", InProcessTransport(server.app)
    with (
        httpx.Client(base_url="http://fake", headers={"apiToken": token}, transport=transport, verify=False) as poster,
        FakeClient("http://fake", token, transport=transport) as client,
    ):
        for number, result in enumerate(simulator.transform(messages, mapping=mapping, now=NOW)):
            if number == switch_after:
                client.set_policy(policy, **options.to_json())
            headers = {"X-Simulator-Message-Id": result["messageId"]}
            assert poster.post("/event", json=result["event"], headers=headers).status_code in {200, 400}
        if switch_after >= len(messages):
            client.set_policy(policy, **options.to_json())
        for user, anon in unlinks:
            client.unlink(user, anon)
        assert asked(client) == stitched(messages, policy, options, unlinks, mapping)
