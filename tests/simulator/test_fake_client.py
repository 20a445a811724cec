"""The typed client against the real fake, plain and asynchronous."""

from __future__ import annotations

import asyncio
import socket

import pytest

from fake_pointillist import FakePointillist
from simulator.delivery.request import Requests
from simulator.errors import UnreachableError
from simulator.fake_client import AsyncFakeClient, FakeApiError, FakeClient
from simulator.mapping.result import Mapped
from simulator.segment.message import Admitted, Received
from simulator.trace import Trace


@pytest.fixture(scope="module")
def server():
    """One fake for the module."""
    with FakePointillist() as fake:
        yield fake


@pytest.fixture
def fake(server, request):
    """The client; the token is the test's name."""
    with FakeClient(server.url, request.node.name) as client:
        yield client


def event(number, *, user=None, anonymous="a1", kind="Seen"):
    """An event of somebody, a second later than the one before."""
    customer = {"anonymousId": anonymous} | ({"userId": user} if user else {})
    time = f"2026-03-02T09:00:{number:02d}Z"
    return {
        "eventType": kind,
        "eventTime": time,
        "actors": {"customer": customer},
        "labels": {},
        "numbers": {"n": number},
    }


@pytest.fixture
def post(server, request):
    """Return a function that posts an event with a message id, over delivery's own request."""
    import httpx

    def send(body, message_id):
        admitted = Admitted("track", message_id, None, None, "Seen", 0, None, "")
        outgoing = Requests(server.url, request.node.name).of(
            Trace(Received(0, {}), admitted, Mapped(body)), message_id
        )
        with httpx.Client() as client:
            return client.send(outgoing.to_httpx()).json()

    return send


def test_everything_there_is_to_ask(fake, post):
    """Summary, events by every filter and page, actors, reasons, merges."""
    for number in range(5):
        post(event(number), f"m{number}")
    post(event(5, user="u1", kind="identify"), "m5")
    assert fake.health()["status"] == "ok"
    summary = fake.summary()
    assert summary["events"]["accepted"] == 6
    assert summary["actors"] == {"known": 1, "anonymous": 0}
    assert [row["messageId"] for row in fake.events(limit=2)] == [f"m{n}" for n in range(6)]
    assert [row["messageId"] for row in fake.events(type="identify", status="accepted")] == ["m5"]
    (found,) = fake.events(message_id="m3")
    assert fake.event(found["eventId"])["why"]["belongs_to"] == "user:u1"
    assert fake.why(found["eventId"])["belongs_to"] == "user:u1"
    assert fake.why(a="u1", b="a1")["same"] is True
    assert [actor["actorId"] for actor in fake.actors(kind="known")] == ["user:u1"]
    assert fake.actor("user:u1")["events"] == 6
    assert [merge["eventsMoved"] for merge in fake.merges()] == [5]
    assert fake.wait(6, timeout=1)["merges"] == 1


def test_everything_there_is_to_change(fake, post):
    """Policy, unlink, faults, reset."""
    post(event(1), "m1")
    post(event(2, user="u1", kind="identify"), "m2")
    assert fake.policy()["policy"] == "first-claim"
    assert fake.unlink("u1", "a1")["moved"][0]["from"] == "user:u1"
    assert fake.set_policy("split")["summary"]["events"]["accepted"] == 2
    assert fake.policy()["policy"] == "split"
    fake.add_fault(next=1, status=503)
    assert len(fake.faults()["faults"]) == 1
    fake.clear_faults()
    assert fake.faults()["faults"] == []
    assert fake.reset()["events"]["accepted"] == 0


@pytest.mark.parametrize("name", ["m 1", "100%", "a%20b", "\u00e9\u4e2d\U0001f600", "x\r\ny: z", "\u202eevil", "  "])
def test_any_message_id_arrives_as_it_was(fake, post, name):
    """What no header can hold travels percent-encoded, and is read back as it was."""
    post(event(1), name)
    assert post(event(1), name)["status"] == "duplicate"
    (row,) = fake.events()
    assert row["messageId"] == name


def test_a_problem_is_an_error_with_its_document(fake):
    """404 and 408 carry status and problem; asking nonsense is the caller's mistake."""
    with pytest.raises(FakeApiError, match="404") as caught:
        fake.actor("user:nobody")
    assert (caught.value.status, caught.value.problem["status"]) == (404, 404)
    with pytest.raises(FakeApiError) as caught:
        fake.wait(1, timeout=0.01)
    assert caught.value.status == 408
    with pytest.raises(FakeApiError, match=r"/stats: 'stats' is not expected here; did you mean \"status\"\?$"):
        fake.add_fault(next=1, stats=503)
    with pytest.raises(ValueError, match="ask for one event"):
        fake.why()


def test_nobody_there():
    """No answer is a type of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with FakeClient(url, "t") as client, pytest.raises(UnreachableError, match="no answer from the fake"):
        client.summary()

    async def ask():
        async with AsyncFakeClient(url, "t") as client:
            await client.summary()

    with pytest.raises(UnreachableError):
        asyncio.run(ask())


def test_the_asynchronous_client_asks_the_same(server, fake, post, request):
    """The same answers as the plain client's."""
    post(event(1), "m1")
    post(event(2, user="u1", kind="identify"), "m2")

    async def ask():
        async with AsyncFakeClient(server.url, request.node.name) as client:
            rows = [row async for row in client.events(limit=1)]
            actors = [row async for row in client.actors()]
            return (
                await client.health(),
                await client.summary(),
                rows,
                actors,
                await client.event(rows[0]["eventId"]),
                await client.actor("user:u1"),
                await client.why(rows[0]["eventId"]),
                await client.merges(),
                await client.set_policy("split"),
            )

    health, summary, rows, actors, one, actor, why, merges, switched = asyncio.run(ask())
    assert health["status"] == "ok"
    assert summary["events"]["accepted"] == 2
    assert [row["messageId"] for row in rows] == ["m1", "m2"]
    assert [row["actorId"] for row in actors] == ["user:u1"]
    assert one["eventId"] == rows[0]["eventId"]
    assert actor["events"] == 2
    assert why["belongs_to"] == "user:u1"
    assert len(merges) == 1
    assert "moved" in switched


def test_the_stream_tells_what_happens_and_resumes(server, post, request):
    """Every event as it is accepted; a second listener goes on after the id it saw last."""
    post(event(1), "m1")
    post(event(2), "m2")

    async def listen(last=None, after=None):
        async with AsyncFakeClient(server.url, request.node.name) as client, asyncio.timeout(10):
            return await anext(client.stream(last, after=after))

    name, kind, data = asyncio.run(listen(after=0))
    assert (kind, data["messageId"]) == ("accepted", "m1")
    _, kind, data = asyncio.run(listen(last=name))
    assert (kind, data["messageId"]) == ("accepted", "m2")
