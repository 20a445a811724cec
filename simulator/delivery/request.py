"""One event as one HTTP request, exactly as Segment's classic integrations send it (``facts/segment.md`` 6)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import orjson

from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.trace import Trace

USER_AGENT = "Segment.io/1.0"
EVENT_PATH = "/event"
MESSAGE_ID_HEADER = "X-Simulator-Message-Id"
"""Ours: by it our fake knows a retry of what it has stored already. Other endpoints ignore it."""

ACTOR_HEADER = "X-Simulator-Actor"
"""Ours: asks our fake whom an event belongs to; the answer carries it in the same header, percent-encoded."""

LONGEST_KEY = 1_000
"""Characters of that header the fake takes."""

_KEY_HEADER = MESSAGE_ID_HEADER.encode()
_VISIBLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")


def endpoint(url: str) -> httpx.URL:
    """Return where events are posted: ``/event`` below ``url``, or ``url`` itself where it ends so already.

    Raises:
        UsageError: ``url`` is no http or https URL, or carries a user or password, which would end up in logs.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise UsageError(f"not a URL: {error}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise UsageError(f"not an http or https URL: {parsed.copy_with(userinfo=b'')}")
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        raise UsageError(f"no port {parsed.port} in {url}: ports go from 1 to 65535")
    if parsed.userinfo:
        raise UsageError(f"no user or password in the URL: {parsed.copy_with(userinfo=b'')}; the token is the key")
    path = parsed.path.rstrip("/")
    return parsed.copy_with(path=path if path.endswith(EVENT_PATH) else path + EVENT_PATH, fragment=None)


def header_text(text: str) -> str:
    """Return a message id as a header value, which no id can break.

    Visible ASCII stands as it is, all else percent-encoded; an id too long for the fake goes as its digest.
    """
    raw = text.encode("utf-8", "surrogatepass")
    value = quote(raw, safe=_VISIBLE)
    return value if len(value) <= LONGEST_KEY else "sha256-" + hashlib.sha256(raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request, ready for either wire.

    Attributes:
        url: Where it goes.
        headers: Every header but Content-Length, in order.
        head: The request line and the headers as bytes, up to and without the empty line.
        content: The event as JSON.
    """

    url: httpx.URL
    headers: list[tuple[bytes, bytes]]
    head: bytes
    content: bytes

    def to_bytes(self) -> bytes:
        """Return the whole request as HTTP/1.1."""
        return b"%bContent-Length: %d\r\n\r\n%b" % (self.head, len(self.content), self.content)

    def to_httpx(self) -> httpx.Request:
        """Return the request for an httpx transport."""
        return httpx.Request("POST", self.url, headers=self.headers, content=self.content)


class Requests:
    """Makes the requests of one endpoint; what they share is built once.

    Args:
        url: See :func:`endpoint`.
        token: The API token; it goes into the header ``apiToken`` and nowhere else.
        ask_actor: Ask our fake whom each event belongs to.

    Raises:
        UsageError: The URL or the token cannot be used.
    """

    def __init__(self, url: str, token: str, *, ask_actor: bool = False) -> None:
        self.url = endpoint(url)
        if not token.strip() or not token.isascii() or not token.isprintable():
            raise UsageError("the API token must be printable ASCII and not empty")
        self._headers = [
            (b"Host", self.url.netloc),
            (b"apiToken", token.strip().encode()),
            (b"Content-Type", b"application/json"),
            (b"User-Agent", USER_AGENT.encode()),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"identity"),
        ]
        if ask_actor:
            self._headers.append((ACTOR_HEADER.encode(), b"1"))
        lines = b"".join(b"%b: %b\r\n" % pair for pair in self._headers)
        self._head = b"POST %b HTTP/1.1\r\n%b" % (self.url.raw_path, lines)

    def of(self, trace: Trace, key: str) -> Outgoing:
        """Return the request that delivers a mapped trace; ``key`` is its message id, the same at every attempt.

        Raises:
            ValueError: The trace was not mapped.
        """
        if trace.mapped is None:
            raise ValueError("only a mapped message can be delivered")
        pair = (_KEY_HEADER, header_text(key).encode())
        return Outgoing(
            self.url, [*self._headers, pair], b"%b%b: %b\r\n" % (self._head, *pair), orjson.dumps(trace.mapped.event)
        )
