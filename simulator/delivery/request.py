"""One event as one HTTP request, exactly as Segment's classic integrations send it (``facts/segment.md`` 6)."""

from __future__ import annotations

import hashlib
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

LONGEST_KEY = 1_000
"""Characters of that header the fake takes."""

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


class Requests:
    """Makes the requests of one endpoint; what they share is built once.

    Args:
        url: See :func:`endpoint`.
        token: The API token; it goes into the header ``apiToken`` and nowhere else.

    Raises:
        UsageError: The URL or the token cannot be used.
    """

    def __init__(self, url: str, token: str) -> None:
        self.url = endpoint(url)
        if not token.strip() or not token.isascii() or not token.isprintable():
            raise UsageError("the API token must be printable ASCII and not empty")
        host = self.url.netloc
        self._headers = [
            (b"Host", host),
            (b"apiToken", token.strip().encode()),
            (b"Content-Type", b"application/json"),
            (b"User-Agent", USER_AGENT.encode()),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"identity"),
        ]

    def of(self, trace: Trace, key: str) -> httpx.Request:
        """Return the request that delivers a mapped trace; ``key`` is its message id, the same at every attempt.

        Raises:
            ValueError: The trace was not mapped.
        """
        if trace.mapped is None:
            raise ValueError("only a mapped message can be delivered")
        headers = [*self._headers, (MESSAGE_ID_HEADER.encode(), header_text(key).encode())]
        return httpx.Request("POST", self.url, headers=headers, content=orjson.dumps(trace.mapped.event))
