"""``POST /event`` over a real socket, by both ways in: every answer it can give."""

from __future__ import annotations

import gzip
import json
import socket

import httpx
import pytest

from fake_pointillist import FakePointillist
from fake_pointillist.wire import event_endpoint
from fake_pointillist.wire.event_app import EventApp

PROBLEM = "application/problem+json"
WAYS = {"the short way": {}, "a task": {"content-encoding": "identity"}}
"""Headers that change nothing about a request but the way it is taken."""


@pytest.fixture(params=WAYS)
def client(request, shared_server, client_of):
    """Give a client of the shared server whose events go one of the two ways."""
    with client_of(shared_server) as one:
        one.headers.update(WAYS[request.param])
        yield one


def test_an_accepted_event_is_readable_by_every_query_at_once(client, make_event):
    """200 means stored, counted and readable."""
    answer = client.send_event(make_event("Bought", user="U", anonymous="A"), message_id="m1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    body = answer.json()
    assert body["status"] == "accepted"
    assert [warning["code"] for warning in body["warnings"]] == ["linked_without_identify"]
    (stored,) = client.fake("events")["events"]
    assert (stored["eventId"], stored["messageId"], stored["actor"]) == (body["eventId"], "m1", "user:U")
    assert client.fake("summary")["by_type"] == {"Bought": 1}


def test_an_event_is_kept_as_it_came(client, make_event):
    """White space, escapes and a name said twice change nothing of what is shown, also where a number came as text."""
    event = make_event(numbers={"a": 1.50}, labels={"city": "Köln"})
    for numbers in ('{"a": 1.50}', '{"a": 0, "a": "1.50"}'):
        text = json.dumps({**event, "numbers": None}, indent=2).replace("null", numbers)
        assert client.post("/event", content=text).status_code == 200
    assert [stored["event"] for stored in client.fake("events")["events"]] == [event, event]


def test_a_message_id_is_taken_once(client, make_event):
    """The first accepted one counts; the second is answered with its id; a refused one may be mended and resent."""
    refused = client.send_event({}, message_id="m")
    assert refused.status_code == 400
    first = client.send_event(message_id="m").json()
    again = client.send_event(make_event("Other"), message_id="m")
    assert (again.status_code, again.json()) == (200, {"status": "duplicate", "eventId": first["eventId"]})
    assert client.fake("summary")["events"] == {"accepted": 1, "refused": 1, "duplicates": 1, "dropped": 0}


def test_a_refusal_lists_everything_and_is_kept(client):
    """400 is problem+json with every violation, and only the refusal itself is stored."""
    answer = client.send_event({"eventType": "", "labels": {"a": 1}})
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    problem = answer.json()
    assert [one["code"] for one in problem["violations"]] == ["event_type", "event_time", "no_actor", "label_type"]
    assert set(problem["violations"][0]) == {"code", "severity", "path", "message", "basis", "hint"}
    assert {"type", "title", "status", "detail", "violations"} <= set(problem)
    (stored,) = client.fake("events", status="refused")["events"]
    assert stored["violations"] == problem["violations"]
    assert (stored["event"], stored["actor"]) == ({"eventType": "", "labels": {"a": 1}}, None)
    assert client.fake("actors")["actors"] == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"{'a': 1}", b"\xff\xfe", b'{"a": "\xc3\x28"}', b'{"a": NaN}', b'{"a": "\\ud800"}', b"[" * 10_000,
     b"\xef\xbb\xbf{}", b"{} {}", b"1e999"],
)  # fmt: skip
def test_what_is_no_json_is_400(client, body):
    """Nothing that is not one JSON value in UTF-8 gets through, and each is a clear refusal."""
    answer = client.post("/event", content=body)
    assert answer.status_code == 400
    assert [one["code"] for one in answer.json()["violations"]] == ["not_json"]
    (stored,) = client.fake("events")["events"]
    assert stored["event"] is None
    assert stored["raw"] == body[:4096].decode("utf-8", "replace")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "not JSON: empty"),
        ('{"a": 1}'.encode("utf-16"), "not JSON: UTF-16 text; save it as UTF-8"),
        (b'{"a": "\xc3\x28"}', "not JSON: not UTF-8: invalid continuation byte at byte 8; save it as UTF-8"),
        (b'{"a": 1,\n "b": NaN}', "line 2: not JSON: NaN and Infinity are not JSON (column 7)"),
        (b"\xef\xbb\xbf{}", "not JSON: the body begins with a byte order mark"),
    ],
)
def test_what_is_no_json_is_told_as_of_files(client, body, why):
    """What it is instead, or what is wrong and where: not what the parser says of its own types."""
    assert client.post("/event", content=body).json()["violations"][0]["message"] == why


@pytest.mark.parametrize(
    ("headers", "content", "status", "code"),
    [
        ({"apiToken": ""}, b"{}", 401, "bad_token"),
        ({"content-encoding": "br"}, b"{}", 415, None),
        ({"content-encoding": "gzip"}, b"{}", 400, "not_json"),
        ({"content-encoding": "gzip"}, gzip.compress(b"{}", mtime=0)[:-3], 400, "not_json"),
        ({}, b" " * (256 * 1024 + 1), 413, "too_large"),
        ({"content-encoding": "gzip"}, gzip.compress(b" " * 50_000_000, mtime=0), 413, "too_large"),
        ({"X-Simulator-Message-Id": "m" * 1001}, b"{}", 400, None),
    ],
)
def test_the_other_refusals(client, headers, content, status, code):
    """Each way a request can be wrong has its status, and a violation where there is one to name."""
    answer = client.post("/event", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    assert [one["code"] for one in answer.json()["violations"]] == ([code] if code else [])


@pytest.mark.parametrize("way", WAYS)
def test_no_token(shared_server, way):
    """Without a token nobody is a tenant."""
    answer = httpx.post(f"{shared_server.url}/event", json={}, headers=WAYS[way])
    assert answer.status_code == 401
    assert answer.json()["violations"][0]["code"] == "bad_token"


def test_other_methods(client):
    """Only POST is taken, and the answer says so."""
    for method in ("GET", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = client.request(method, "/event")
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
        assert answer.headers["content-type"] == PROBLEM


def test_the_short_way_needs_no_application(monkeypatch, client_of):
    """A plain post is answered without the ASGI application; anything else, and a tenant with faults, needs it."""

    async def away(*_):
        raise OSError("away")

    monkeypatch.setattr(EventApp, "__call__", away)
    with FakePointillist() as server, client_of(server) as client:
        assert client.send_event().status_code == 200
        for headers in (WAYS["a task"], {"expect": "x"}, {"connection": "close"}):
            assert client.post("/event", json={}, headers=headers).status_code == 500
        assert client.post("/event?", json={}).status_code == 500
        client.post("/_fake/faults", json={"next": 1, "status": 503})
        assert client.send_event().status_code == 500


@pytest.mark.parametrize("way", WAYS)
def test_a_defect_is_a_problem_too(monkeypatch, client_of, caplog, way):
    """What nobody thought of is 500 with a problem and a line in the log, not the client's fault, and passes."""
    with FakePointillist() as server, client_of(server) as client:
        client.headers.update(WAYS[way])
        with monkeypatch.context() as patch:
            patch.setattr(event_endpoint, "judge", lambda _: {}["oops"])
            answer = client.send_event()
        assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
        assert answer.json()["detail"] == "a defect of the fake itself: KeyError"
        assert [record.message for record in caplog.records] == ["a defect at POST /event"]
        assert client.send_event().status_code == 200


def test_a_broken_gzip_body_is_kept_as_a_refusal_too(client):
    """Every 400 that names a rule is listed and counted, whatever kept the body from being read."""
    answer = client.post("/event", content=b"\x1f\x8bxx", headers={"content-encoding": "gzip"})
    assert answer.status_code == 400
    (stored,) = client.fake("events")["events"]
    assert (stored["eventId"], stored["status"]) == (answer.json()["eventId"], "refused")
    assert stored["violations"] == answer.json()["violations"]
    assert client.fake("summary")["events"]["refused"] == 1


def test_gzip_and_bodies_without_content_type(client, make_event):
    """A gzip body in one member or more is an event like any other, under any Content-Type or none."""
    text = json.dumps(make_event()).encode()
    for content in (gzip.compress(text), gzip.compress(text[:20]) + gzip.compress(text[20:])):
        assert client.post("/event", content=content, headers={"content-encoding": "gzip"}).status_code == 200
    assert client.post("/event", content=text, headers={"content-type": "text/plain"}).status_code == 200


def raw(server, text):
    """Send bytes as they are and return the first answer."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as wire:
        wire.sendall(text)
        wire.settimeout(5)
        received = b""
        while piece := wire.recv(65536):
            received += piece
            head, _, body = received.partition(b"\r\n\r\n")
            if b"content-length" in head and len(body) >= int(head.lower().split(b"content-length: ")[1].split()[0]):
                break
    return received


def test_a_body_without_a_length_is_411(shared_server):
    """A POST with neither length nor chunks has no body to read."""
    answer = raw(shared_server, b"POST /event HTTP/1.1\r\nHost: x\r\napiToken: t\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 411 ")


def test_chunked_bodies(shared_server, make_event):
    """Chunks make one body; too many of them are cut off with 413."""
    text = json.dumps(make_event()).encode()
    head = b"POST /event HTTP/1.1\r\nHost: x\r\napiToken: chunks\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (20, text[:20], len(text) - 20, text[20:])
    assert raw(shared_server, head + chunks).startswith(b"HTTP/1.1 200 ")
    assert raw(shared_server, head + b"10000\r\n" + b" " * 65536 + b"\r\n" + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 4
               ).startswith(b"HTTP/1.1 413 ")  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_record_takes_what_is_wrong_and_lists_it(client_of, make_event, way):
    """With ``on_violation="record"`` a broken rule is 200 ``recorded``, and the event is listed as refused."""
    with FakePointillist(on_violation="record") as server, client_of(server) as client:
        client.headers.update(WAYS[way])
        answer = client.send_event(make_event(labels={"a": 1}))
        assert (answer.status_code, answer.json()["status"]) == (200, "recorded")
        assert [one["code"] for one in answer.json()["warnings"]] == ["label_type"]
        assert client.fake("summary")["events"]["refused"] == 1


def test_faults_strike_on_the_wire(client):
    """Status, Retry-After, body and both cuts reach the client; only a cut after storing leaves an event."""

    def fault(**wanted):
        assert client.post("/_fake/faults", json={"next": 1, **wanted}).status_code == 200

    fault(status=429, retry_after=2)
    answer = client.send_event()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    fault(status=500, body={"oops": True})
    assert client.send_event().json() == {"oops": True}
    fault(status=204)
    assert client.send_event().status_code == 204
    fault(drop="before")
    with pytest.raises(httpx.TransportError):
        client.send_event()
    assert client.fake("summary")["events"]["accepted"] == 0
    fault(drop="after")
    with pytest.raises(httpx.TransportError):
        client.send_event(message_id="m")
    assert client.fake("summary")["events"]["accepted"] == 1
    assert client.send_event(message_id="m").json()["status"] == "duplicate"


def test_faults_are_one_tenants_own(client, client_of, shared_server):
    """One token's faults never strike another's events, nor the fake's own routes."""
    client.post("/_fake/faults", json={"every": 1, "status": 503})
    with client_of(shared_server) as other:
        assert other.send_event().status_code == 200
    assert client.fake("summary")["events"]["accepted"] == 0


def test_in_process_it_is_the_same_application(make_event):
    """The application answers without a socket what the server answers."""
    import asyncio

    async def ask():
        server = FakePointillist()
        transport = httpx.ASGITransport(server.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x", headers={"apiToken": "t"}) as client:
            assert (await client.post("/event", json=make_event())).json()["status"] == "accepted"
            await client.post("/_fake/faults", json={"next": 1, "drop": "before"})
            with pytest.raises(ConnectionResetError):
                await client.post("/event", json=make_event())
            assert (await client.get("/_fake/summary")).json()["events"]["accepted"] == 1
        server.stop()

    asyncio.run(ask())
