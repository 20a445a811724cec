"""The source's side of the socket: what real clients send besides a plain request."""

from __future__ import annotations

import json
import socket

import pytest

from fake_pointillist import FakePointillist
from simulator.errors import UsageError
from simulator.gateway.gateway import Gateway
from simulator.gateway.serving import bound

MESSAGE = {"type": "track", "event": "Seen", "anonymousId": "a1", "messageId": "m1", "writeKey": "k"}
OFFER = (b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAEAAEAA")


def post(body, *fields):
    """Return a request."""
    head = (b"POST /v1/track HTTP/1.1", b"Host: x", b"Content-Length: %d" % len(body), *fields)
    return b"\r\n".join([*head, b"", body])


@pytest.fixture(scope="module")
def source():
    """A source in front of a fake."""
    with FakePointillist() as fake, Gateway(fake.url, token="t", seed=1) as gateway:
        yield gateway


def answers(source, *pieces):
    """Send pieces of requests, the last of which closes; return the status of every answer."""
    with socket.create_connection(("127.0.0.1", source.port), timeout=20) as wire:
        for piece in pieces:
            wire.sendall(piece)
        received = b""
        while piece := wire.recv(65536):
            received += piece
    return [int(part[:3]) for part in received.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("cut", [40, 150, 200])
def test_an_offer_of_another_protocol_is_passed_over(source, cut):
    """A message of Java's client or ``curl --http2`` is taken with its body, and so is the next on that connection."""
    before = len(source.messages())
    body = json.dumps(MESSAGE).encode()
    requests = post(body, *OFFER) + post(body, b"Connection: close")
    assert answers(source, requests[:cut], requests[cut:]) == [200, 200]
    assert [trace.received.payload["event"] for trace in source.flush()[before:]] == ["Seen", "Seen"]


@pytest.mark.parametrize(
    ("host", "port", "text"),
    [
        ("192.0.2.1", 0, "cannot listen on 192.0.2.1 port 0: .*; the host has to be an address of this machine"),
        ("127.0.0.1", 65_536, "port must be between 0 and 65535, not 65536"),
    ],
)
def test_where_it_cannot_listen_the_mend_is_said(host, port, text):
    """A host that is not here is not mended by another port, and no port is taken for another."""
    with pytest.raises(UsageError, match=text):
        bound(host, port)


def test_what_is_no_http_is_told_so(source):
    """Rubbish is answered with 400 and cut off."""
    assert answers(source, b"BREW /v1/track HTTP/1.1\r\n\r\n") == [400]
