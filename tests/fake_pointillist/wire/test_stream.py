"""The live stream: server-sent events that can be resumed."""

from __future__ import annotations

import asyncio
import itertools

import orjson
import pytest

from fake_pointillist import FakePointillist
from fake_pointillist.errors import StoreError
from fake_pointillist.intake import judge
from fake_pointillist.wire import stream
from fake_pointillist.wire.operations import Call


def blocks(answer):
    """Yield (event, id, data) of each block that holds data."""
    fields = {}
    for line in answer.iter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield fields["event"], fields.get("id"), orjson.loads(fields["data"])
            fields = {}


def read(client, n, *, after=None, last=None):
    """Return the first n things told."""
    headers = {} if last is None else {"Last-Event-ID": last}
    parameters = {} if after is None else {"after": after}
    with client.stream("GET", "/_fake/stream", headers=headers, params=parameters) as answer:
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        return list(itertools.islice(blocks(answer), n))


def some_traffic(client, make_event):
    """Send what makes every kind of line."""
    client.send_event(make_event("Opened", anonymous="A"))
    client.send_event({})
    client.send_event(make_event("identify", user="U", anonymous="A"))
    client.send_event(make_event("identify", user="V", anonymous="A"))


def test_everything_that_happened_in_order(client, make_event):
    """Accepted, refused, merges and conflicts come in the order they happened, with one id an event."""
    some_traffic(client, make_event)
    told = read(client, 6, after=0)
    assert [(kind, number) for kind, number, _ in told] == [
        ("accepted", "0-1"),
        ("refused", "0-2"),
        ("accepted", "0-3.1"),
        ("merge", "0-3"),
        ("accepted", "0-4.1"),
        ("conflict", "0-4"),
    ]
    assert told[0][2]["eventId"] == "e0-1"
    assert told[3][2] == client.fake("merges")["merges"][0]
    assert told[5][2]["code"] == "conflicting_claim"


def test_it_resumes_without_gap_or_repeat(client, make_event):
    """From any id on, ``Last-Event-ID`` gives exactly what came after it."""
    some_traffic(client, make_event)
    everything = read(client, 6, after=0)
    for place, (_, number, _) in enumerate(everything[:-1]):
        assert read(client, 5 - place, last=number) == everything[place + 1 :]


def test_an_id_of_an_earlier_server_begins_anew(client, make_event):
    """Who resumes behind an event that is not there, after a restart that kept nothing, is told all there is."""
    some_traffic(client, make_event)
    assert read(client, 6, last="0-500") == read(client, 6, last="7-1") == read(client, 6, after=0)


def test_a_seq_will_do_to_resume(client, make_event):
    """``Last-Event-ID: 0`` begins at the beginning, and a bare seq behind it; anything else is refused."""
    some_traffic(client, make_event)
    everything = read(client, 6, after=0)
    assert read(client, 6, last="0") == everything
    assert read(client, 4, last="2") == everything[2:]
    for odd in ("x", "0-", "-1", "0-1.", "1.5.2"):
        assert client.get("/_fake/stream", headers={"Last-Event-ID": odd}).status_code == 400


def test_what_comes_while_listening_is_told_at_once(client, client_of, shared_server, make_event):
    """Without ``after`` a stream begins now, and tells events, unlinks, policies and resets as they happen."""
    client.send_event(make_event("Before", anonymous="A"))
    with client_of(shared_server, client.headers["apitoken"]) as other:  # noqa: SIM117 - the stream is inside
        with client.stream("GET", "/_fake/stream") as answer:
            lines = blocks(answer)
            other.send_event(make_event("identify", user="U", anonymous="A"))
            assert [next(lines)[0] for _ in range(2)] == ["accepted", "merge"]
            other.post("/_fake/unlink", json={"userId": "U", "anonymousId": "A"})
            assert next(lines)[0] == "merge"
            other.put("/_fake/policy", json={"policy": "graph"})
            kind, _, data = next(lines)
            assert (kind, data["policy"]) == ("policy", "graph")
            other.post("/_fake/reset")
            other.send_event(make_event("After"))
            told = [next(lines) for _ in range(2)]
            assert [(kind, number) for kind, number, _ in told] == [("reset", None), ("accepted", "1-1")]


@pytest.mark.parametrize("number", ["x", "0-x", "0-" + "9" * 20, "0-²"])
def test_an_id_it_never_gave_is_refused(client, number):
    """A ``Last-Event-ID`` of another making is 400, not a stream from anywhere."""
    answer = client.get("/_fake/stream", headers={"Last-Event-ID": number.encode()})
    assert answer.status_code == 400


def test_it_ends_where_the_store_fails(tmp_path, make_event, monkeypatch):
    """A commit that is lost ends the stream as a stop does; what was lost is never told, and all is restored."""
    server = FakePointillist(db=tmp_path / "db")
    tenants = server._service.tenants
    monkeypatch.setattr(server._store, "_carried_out", lambda _: StoreError("disk full"))

    async def told():
        tenant = tenants.at_once(b"t")
        tenant.take(judge(make_event()), None, 0, b"")
        return [lines async for lines in stream._lines(Call(server._service, {}, None, {}, tenant), tenant, 0, 0)]

    assert asyncio.run(told()) == [b": listening\n\n"]
    assert not server._store.is_lost
    assert asyncio.run(tenants.of(b"t")).accepted == 0
    monkeypatch.undo()
    server.stop()


def test_streams_are_bounded(client, shared_server, monkeypatch):
    """Past the limit a further stream or wait is 503; one that ends makes room."""
    monkeypatch.setattr(shared_server._service, "max_streams", shared_server._service.streams + 1)
    with client.stream("GET", "/_fake/stream") as answer:
        assert answer.status_code == 200
        with client.stream("GET", "/_fake/stream") as second:
            assert second.status_code == 503
        assert client.get("/_fake/wait?count=0").status_code == 503
