"""Limits on what one client may make the server hold."""

from __future__ import annotations

import socket

import orjson
import pytest

from fake_pointillist import FakePointillist, connection


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
