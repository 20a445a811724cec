"""Limits on what one client may make the server hold."""

from __future__ import annotations

import random
import socket

import orjson
import pytest

import fake_pointillist.wire.serving  # noqa: F401 - takes over a limit when imported: not first while one is changed
from fake_pointillist import FakePointillist
from fake_pointillist.wire import connection


def everything(wire):
    """Read until the other side ends."""
    received = b""
    try:
        while piece := wire.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


@pytest.mark.parametrize(
    "flood", [b"GET /" + b"x" * 200_000, b"GET / HTTP/1.1\r\n" + b"X-Y: " + b"y" * 200_000, b"a: b\r\n" * 40_000]
)
def test_endless_headers_are_431_or_cut(shared_server, flood):
    """A request line or headers past 64 KiB are refused and the connection closed, whatever else comes."""
    if not flood.startswith(b"GET"):
        flood = b"GET / HTTP/1.1\r\n" + flood
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=10) as wire:
        try:
            wire.sendall(flood)
        except (BrokenPipeError, ConnectionResetError):
            return
        answer = everything(wire)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "rubbish", [b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b"BREW /event HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_no_http_at_all_is_400(shared_server, rubbish):
    """Rubbish instead of HTTP, or of a method, is answered with a problem and closed."""
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=10) as wire:
        wire.sendall(rubbish)
        head, _, body = everything(wire).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\n")
    assert orjson.loads(body)["status"] == 400


HALF_A_BODY = b"POST /event HTTP/1.1\r\napiToken: t\r\nContent-Length: 100\r\n\r\n{"


@pytest.mark.parametrize("begun", [b"", b"POST /event HTTP/1.1\r\nHo", HALF_A_BODY])
def test_slow_clients_are_cut_off(monkeypatch, begun):
    """A request that does not arrive in time is cut off: nothing said, half a header, half a body."""
    monkeypatch.setattr(connection, "SLOWEST", 0.05)
    with FakePointillist() as server, socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(begun)
        assert everything(wire) == b""


def test_many_requests_on_one_connection_are_no_flood(client):
    """The limit counts one request's headers, not a connection's."""
    for _ in range(150):
        assert client.get("/_fake/health", headers={"X-Long": "y" * 1_000}).status_code == 200


def test_endless_chunks_are_cut(shared_server):
    """What stands between and behind chunks is limited too: a trailer without end is refused."""
    head = b"POST /event HTTP/1.1\r\napiToken: t\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=10) as wire:
        try:
            wire.sendall(head + b"a: b\r\n" * 500_000)
        except (BrokenPipeError, ConnectionResetError):
            return
        answer = everything(wire)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431 ")


def test_a_trailer_is_no_header(shared_server, client_of):
    """What follows a body in chunks changes neither whose it is nor what it is."""
    body = b"2\r\n{}\r\n0\r\napiToken: trailer\r\nContent-Encoding: br\r\n\r\n"
    head = b"POST /event HTTP/1.1\r\napiToken: header\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=10) as wire:
        wire.sendall(head + body)
        assert statuses(everything(wire)) == [400]
    for token, refused in (("header", 1), ("trailer", 0)):
        with client_of(shared_server, token) as client:
            assert client.fake("summary")["events"]["refused"] == refused


def test_a_connection_that_says_nothing_more_is_closed(monkeypatch, make_event):
    """Between requests a client may be quiet for a while, whichever way its event went; then it is cut off."""
    monkeypatch.setattr(connection, "KEEP_ALIVE", 0.05)
    body = orjson.dumps(make_event())
    with FakePointillist() as server, socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(post(body))
        assert statuses(everything(wire)) == [200]


def post(body, *headers):
    """Return a request as it is on the wire."""
    lines = (b"POST /event HTTP/1.1", b"Host: x", b"apiToken: t", b"Content-Length: %d" % len(body), *headers)
    return b"\r\n".join((*lines, b"", body))


def statuses(received):
    """Return the status of each answer."""
    return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("db", [False, True])
def test_requests_sent_without_waiting_are_answered_in_order(tmp_path, make_event, db):
    """Pipelined requests, by whichever way each goes, are taken and answered in the order they were sent in."""
    good, bad = orjson.dumps(make_event()), b"{}"
    last = b"GET /_fake/summary HTTP/1.1\r\napiToken: t\r\nConnection: close\r\n\r\n"
    packed = post(good, b"Content-Encoding: identity")
    sent = post(good) + post(bad) + packed + post(b"", b"apiToken:") + packed + post(good) + last
    server = FakePointillist(db=tmp_path / "db" if db else None)
    with server, socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(sent)
        received = everything(wire)
    assert statuses(received) == [200, 400, 200, 401, 200, 200, 200]
    ids = [orjson.loads(part.partition(b"\r\n\r\n")[2]).get("eventId") for part in received.split(b"HTTP/1.1 ")[1:-1]]
    assert ids == ["e0-1", "e0-2", "e0-3", None, "e0-4", "e0-5"]
    assert b'"accepted":4,"refused":1' in received


def test_a_connection_may_change_its_token(client_of, make_event):
    """Every event is its own token's, whatever the connection said before; without one it is refused."""
    one, two = post(orjson.dumps(make_event())), post(orjson.dumps(make_event())).replace(b"en: t", b"en: u")
    none = post(b"{}").replace(b"apiToken: t\r\n", b"")
    sent = [none, one, one, two, none, one]
    with FakePointillist() as server:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
            answers = []
            for request in sent:
                wire.sendall(request)
                answers += statuses(wire.recv(65536))
        for token, accepted in (("t", 3), ("u", 1)):
            with client_of(server, token) as client:
                assert client.fake("summary")["events"]["accepted"] == accepted
    assert answers == [401, 200, 200, 200, 401, 200]


@pytest.mark.parametrize("db", [False, True])
@pytest.mark.parametrize("rubbish", [b"", b"no HTTP\r\n\r\n"])
def test_what_follows_an_event_does_not_cost_its_answer(tmp_path, make_event, db, rubbish):
    """Who sends rubbish behind an event, or nothing more ever, is told of the event first."""
    server = FakePointillist(db=tmp_path / "db" if db else None)
    with server, socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(post(orjson.dumps(make_event())) + rubbish)
        wire.shutdown(socket.SHUT_WR)
        assert statuses(everything(wire))[:1] == [200]


@pytest.mark.parametrize("held_up", ["fault", "restoring"])
def test_who_sends_no_more_is_answered_however_long_it_takes(tmp_path, client_of, make_event, held_up):
    """An event that a fault delays, or that waits for its tenant to be restored, is answered all the same."""
    with FakePointillist(db=tmp_path / "db") as server, client_of(server, "t") as client:
        client.send_event()
    with FakePointillist(db=tmp_path / "db") as server:
        if held_up == "fault":
            with client_of(server, "t") as client:
                client.post("/_fake/faults", json={"next": 1, "latency_ms": 50})
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
            wire.sendall(post(orjson.dumps(make_event())))
            wire.shutdown(socket.SHUT_WR)
            assert statuses(everything(wire)) == [200]


def test_a_client_that_leaves_loses_nothing(tmp_path, client_of, make_event):
    """An event whose sender is gone before the answer is stored all the same, and the server goes on."""
    body = orjson.dumps(make_event())
    with FakePointillist(db=tmp_path / "db") as server, client_of(server, "t") as client:
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
                wire.sendall(post(body))
        assert client.get("/_fake/wait?count=20&timeout=20").status_code == 200
        assert client.send_event().status_code == 200


def test_a_body_in_many_pieces_is_one_event(shared_server, make_event):
    """However the network cuts a request, it is one event."""
    request = post(orjson.dumps(make_event()), b"Connection: keep-alive")
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=20) as wire:
        for place in range(0, len(request), 7):
            wire.sendall(request[place : place + 7])
        assert statuses(wire.recv(65536)) == [200]


@pytest.mark.parametrize("cut", [40, 150, 250])
def test_a_wish_for_another_protocol_is_passed_over(shared_server, make_event, cut):
    """A post that offers HTTP/2 or a web socket, as Java's client does, is taken, and so is what follows."""
    body = orjson.dumps(make_event())
    wishes = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAEAAEAA")
    request = post(body, *wishes) + post(b"", b"apiToken:") + post(body, b"Connection: close")
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=20) as wire:
        wire.sendall(request[:cut])
        wire.sendall(request[cut:])
        assert statuses(everything(wire)) == [200, 401, 200]


@pytest.mark.parametrize("method", [b"CONNECT /event", b"CONNECT x:80"])
def test_no_tunnel_is_opened(shared_server, method):
    """CONNECT is refused, whatever it wishes for."""
    with socket.create_connection(("127.0.0.1", shared_server.port), timeout=20) as wire:
        wire.sendall(method + b" HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n" + post(b"{}"))
        wire.shutdown(socket.SHUT_WR)
        assert statuses(everything(wire))[0] in (400, 405)


@pytest.mark.parametrize("route", ["events?limit=10000", "stream?after=0"])
def test_who_does_not_read_is_cut_off(monkeypatch, client_of, make_event, route):
    """A client that leaves its answer or its stream unread is let go, and the server answers everyone else."""
    monkeypatch.setattr(connection, "SLOWEST", 0.3)
    text = make_event(labels={"text": "x" * 200_000})
    ask = f"GET /_fake/{route} HTTP/1.1\r\napiToken: t\r\n\r\n".encode()
    with FakePointillist() as server, client_of(server, "t") as client:
        for _ in range(150):
            client.send_event(text)
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
            wire.sendall(ask)
            while server._server.server_state.connections:
                assert client.get("/_fake/health", headers={"connection": "close"}).status_code == 200
            assert 0 < len(everything(wire)) < 150 * 200_000


@pytest.mark.parametrize("requests", [300, pytest.param(20_000, marks=pytest.mark.soak)])
def test_no_bytes_are_a_defect(make_event, requests, caplog):
    """Requests with bytes changed, left out and put in anywhere are answered below 500, or not at all."""
    dice = random.Random(requests)
    good = post(orjson.dumps(make_event()), b"X-Simulator-Message-Id: m", b"Content-Type: application/json")
    answers = 0
    with FakePointillist() as server:
        for _ in range(requests):
            raw = bytearray(good + good)
            for _ in range(dice.randrange(1, 5)):
                place = dice.randrange(len(raw))
                splinter = dice.choice(
                    [b"", b"\r\n", b"\x00", b":", b"Transfer-Encoding: chunked\r\n", dice.randbytes(3)]
                )
                raw[place : place + dice.randrange(4)] = splinter
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
                wire.sendall(raw)
                wire.shutdown(socket.SHUT_WR)
                found = statuses(everything(wire))
            assert all(status < 500 for status in found), bytes(raw)
            answers += len(found)
        assert answers > requests / 2
    assert caplog.records == []
