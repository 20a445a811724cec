"""Long answers come in slices: nobody waits for them, and they are of one policy."""

from __future__ import annotations

import asyncio
import zlib

import orjson
import pytest

from fake_pointillist import FakePointillist
from fake_pointillist.wire import long_lists, readings


@pytest.fixture
def server(monkeypatch, make_event):
    """Give a server in process whose answers are made two rows at a time, with twenty people who are claimed twice."""
    monkeypatch.setattr(long_lists, "SLICE", 2)
    server = FakePointillist()

    async def fill():
        for number in range(20):
            anon = f"a{number:02}"
            for user in (None, f"u{number:02}", f"v{number:02}"):
                await ask(server, "POST", "/event", make_event("Opened", user=user, anonymous=anon))

    asyncio.run(fill())
    yield server
    server.stop()


async def ask(server, method, path, body=None):
    """Ask in process; return the JSON of the answer."""
    content = b"" if body is None else orjson.dumps(body)
    path, _, query = path.partition("?")
    headers = [(b"apitoken", b"t"), (b"content-length", b"%d" % len(content))]
    if path == "/event":
        headers.append((b"x-simulator-message-id", b"m%d" % zlib.crc32(content)))
    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": headers}
    told = []

    async def receive():
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message):
        told.append(message)

    await server.app(scope, receive, send)
    return orjson.loads(b"".join(message.get("body", b"") for message in told))


def test_pages_are_what_they_were(server):
    """All people come, in order, with the page's end where it is; so does the merge log."""
    people = asyncio.run(ask(server, "GET", "/_fake/actors"))
    assert [one["actorId"] for one in people["actors"]] == sorted(
        f"user:{kind}{n:02}" for kind in "uv" for n in range(20)
    )
    page = asyncio.run(ask(server, "GET", "/_fake/actors?limit=7"))
    assert (page["actors"], page["next"]) == (people["actors"][:7], "user:u06")
    assert people["next"] is None
    merges = asyncio.run(ask(server, "GET", "/_fake/merges"))["merges"]
    assert [merge["seq"] for merge in merges] == list(range(1, 21))


@pytest.mark.parametrize("few", [0, 2_000])
@pytest.mark.parametrize("window", [1, 7, 20_000])
def test_events_are_found_alike_by_look_up_and_by_looking_through(server, monkeypatch, few, window):
    """However few rows are looked at at once, and whichever way, each question has the same page of events and end."""
    monkeypatch.setattr(readings, "FEW", few)
    monkeypatch.setattr(long_lists, "WINDOW", window)

    def told(query):
        answer = asyncio.run(ask(server, "GET", f"/_fake/events?{query}"))
        return [event["seq"] for event in answer["events"]], answer["next"]

    assert told("limit=60") == (list(range(1, 61)), None)
    assert told("limit=59") == (list(range(1, 60)), 59)
    assert told("after=58") == ([59, 60], None)
    assert told("after=60") == ([], None)
    assert told("type=None") == told("status=refused") == told("actor=user:nobody") == ([], None)
    assert told("actor=user:u03") == ([10, 11], None)
    assert told("actor=user:v03") == ([12], None)
    assert told("actor=user:u03&limit=1") == ([10], 10)
    assert told("actor=user:u03&after=10&limit=1") == ([11], None)


@pytest.mark.parametrize("path", ["/_fake/actors", "/_fake/merges", "/_fake/events?limit=60"])
def test_others_are_answered_meanwhile(server, path):
    """Who asks for the summary while a long list is made has it first."""

    async def side_by_side():
        order = []

        async def asked(path):
            await ask(server, "GET", path)
            order.append(path)

        await asyncio.gather(asked(path), asked("/_fake/summary"))
        return order

    assert asyncio.run(side_by_side()) == ["/_fake/summary", path]


def test_no_list_is_half_of_one_policy(server):
    """Where the policy is switched half way the list begins anew: all of it is told under the new one."""

    async def switched():
        before = await ask(server, "GET", "/_fake/actors")
        switch = ask(server, "PUT", "/_fake/policy", {"policy": "last-claim"})
        found, _ = await asyncio.gather(ask(server, "GET", "/_fake/actors"), switch)
        return before, found, await ask(server, "GET", "/_fake/actors")

    before, found, after = asyncio.run(switched())
    assert before != after
    assert found == after
