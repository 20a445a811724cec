"""One event as one request."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.delivery.request import Requests, endpoint, header_text
from simulator.errors import UsageError


@pytest.mark.parametrize(
    ("url", "posted"),
    [
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765/event"),
        ("http://127.0.0.1:8765/", "http://127.0.0.1:8765/event"),
        ("http://127.0.0.1:8765/event", "http://127.0.0.1:8765/event"),
        ("https://pointillist.example/api/v1/", "https://pointillist.example/api/v1/event"),
        ("http://[::1]:8765#part", "http://[::1]:8765/event"),
    ],
)
def test_events_are_posted_below_the_url(url, posted):
    """The path /event is added unless it stands there."""
    assert str(endpoint(url)) == posted


@pytest.mark.parametrize("url", ["", "127.0.0.1:8765", "ftp://x", "http://", "file:///etc/passwd", "http://[::1"])
def test_what_is_no_http_url_is_refused(url):
    """A URL nobody can post to is refused before anything is sent."""
    with pytest.raises(UsageError):
        endpoint(url)


def test_a_password_in_the_url_is_refused_and_not_repeated():
    """The error says what is wrong without showing the secret."""
    with pytest.raises(UsageError) as caught:
        endpoint("http://me:hunter2@host")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("token", ["", " ", "a\nb", "\u00e9"])
def test_a_token_that_no_header_takes_is_refused_and_not_repeated(token):
    """A token must be visible ASCII; the error does not show it."""
    with pytest.raises(UsageError) as caught:
        Requests("http://h", token)
    assert not token.strip() or token not in str(caught.value)


def test_the_headers_are_those_segment_sends(make_trace):
    """User-Agent, Accept-Encoding and apiToken as documented, our message id beside them, and nothing else."""
    outgoing = Requests("http://h:1", "secret").of(make_trace(), "m 1")
    request = outgoing.to_httpx()
    lines = outgoing.to_bytes().decode().split("\r\n")
    assert lines[0] == "POST /event HTTP/1.1"
    assert [line.lower() for line in lines[1:-2]] == [
        f"{name}: {value}".lower() for name, value in request.headers.items()
    ]
    assert lines[-2:] == ["", request.content.decode()]
    assert dict(request.headers) == {
        "host": "h:1",
        "apitoken": "secret",
        "content-type": "application/json",
        "user-agent": "Segment.io/1.0",
        "accept": "*/*",
        "accept-encoding": "identity",
        "x-simulator-message-id": "m%201",
        "content-length": str(len(request.content)),
    }
    assert json.loads(request.content) == {"eventType": "Seen", "numbers": {"index": 0}}


@given(st.text(min_size=1))
def test_no_message_id_can_break_a_header(text):
    """Whatever an id holds, its header is a short line of visible ASCII, and different ids stay different."""
    value = header_text(text)
    assert value.isascii()
    assert value.isprintable()
    assert " " not in value
    assert 0 < len(value) <= 1_000


def test_plain_ids_travel_as_they_are():
    """The ids real SDKs make need no encoding."""
    assert header_text("ajs-next-1772442930120-6a0de1f4") == "ajs-next-1772442930120-6a0de1f4"
    assert header_text("100%") == "100%25"


def test_an_endless_id_travels_as_its_digest():
    """Two ids that differ in their last letter only stay two."""
    one, other = header_text("x" * 5_000 + "a"), header_text("x" * 5_000 + "b")
    assert one != other
    assert one.startswith("sha256-")
    assert len(one) == len(other) == 71
