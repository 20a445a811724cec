"""A lean httpx transport: one connection, plain HTTP/1.1, httptools for the parsing.

httpx's own pool, with its locks and its pure-Python parser, takes several times the time of everything else a message
needs. This keeps httpx's interface (requests, responses, errors) and nothing a delivery worker has no use for: one
request at a time, whole bodies, no TLS, no proxy.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import httptools
import httpx

if TYPE_CHECKING:
    from types import TracebackType

LONGEST_BODY = 1_048_576
"""Bytes of an answer that are taken; what follows is cut off together with the connection."""
LONGEST_HEAD = 65_536
"""Bytes of an answer's header that are taken; a longer one is refused."""


class LeanTransport(httpx.AsyncBaseTransport):
    """One kept connection to whatever host the requests name. Not for concurrent use: a worker has its own.

    Raises (from ``handle_async_request``):
        httpx.ConnectError: No connection.
        httpx.WriteError, httpx.ReadError: The connection was cut before the answer was whole.
        httpx.RemoteProtocolError: What came back is not HTTP.
        httpx.UnsupportedProtocol: The URL is not plain http.
    """

    def __init__(self) -> None:
        self._connection: _Connection | None = None
        self._url: httpx.URL | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return its answer with the whole body read."""
        try:
            status, headers, body = await self.exchange(request.url, _bytes_of(request))
        except httpx.RequestError as error:
            error.request = request
            raise
        return httpx.Response(status, headers=headers, content=body, request=request)

    async def exchange(self, url: httpx.URL, data: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Send a whole request as bytes to the server of ``url``; return status, headers and whole body."""
        connection = self._connection
        if connection is None or not connection.usable or (url is not self._url and url != self._url):
            connection = await self._connect(url)
        try:
            answer = await connection.exchange(data)
        except BaseException:
            # Half an exchange, be it by a time limit: the next answer on this connection would not be ours.
            self._drop()
            raise
        if not connection.usable:
            self._drop()
        return answer

    async def aclose(self) -> None:
        """Close the connection."""
        self._drop()

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.aclose()

    async def _connect(self, url: httpx.URL) -> _Connection:
        self._drop()
        if url.scheme != "http":
            raise httpx.UnsupportedProtocol(f"only plain http here, not {url.scheme}")
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(_Connection, url.host, url.port or 80)
        except OSError as error:
            raise httpx.ConnectError(error.strerror or str(error)) from error
        self._connection, self._url = connection, url
        return connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _bytes_of(request: httpx.Request) -> bytes:
    lines = [b"%b: %b\r\n" % pair for pair in request.headers.raw]
    return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (
        request.method.encode(),
        request.url.raw_path,
        b"".join(lines),
        request.content,
    )


class _Connection(asyncio.Protocol):
    """The protocol under the transport, and httptools' callbacks."""

    def __init__(self) -> None:
        self.usable = False
        self._transport: asyncio.Transport | None = None
        self._parser: httptools.HttpResponseParser | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._reset()

    def _reset(self) -> None:
        self._headers: list[tuple[bytes, bytes]] = []
        self._body: list[bytes] = []
        self._size = 0
        self._head_size = 0
        self._status = 0
        self._to_the_end = False

    async def exchange(self, data: bytes) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        """Write one request and wait for its whole answer."""
        if self._transport is None or self._transport.is_closing():
            raise httpx.WriteError("the connection is closed")
        self._reset()
        self._parser = httptools.HttpResponseParser(self)
        self._waiter = asyncio.get_running_loop().create_future()
        self._transport.write(data)
        try:
            await self._waiter
        finally:
            self._waiter = None
        return self._status, self._headers, b"".join(self._body)

    def close(self) -> None:
        """Close at once; nobody waits for the peer."""
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by inheritance
        self.usable = True

    def data_received(self, data: bytes) -> None:
        if self._waiter is None or self._waiter.done() or self._parser is None:
            self.close()  # nobody asked: an answer to no request must not become the next one's
            return
        if not self._status:
            self._head_size += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(httpx.RemoteProtocolError(str(error)))
            return
        if not self._status and self._head_size > LONGEST_HEAD:
            self._fail(httpx.RemoteProtocolError(f"a header of more than {LONGEST_HEAD} bytes"))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        if self._status and self._to_the_end and exc is None:
            self._done()
            return
        where = "in the middle of the answer" if self._status else "before any answer"
        self._fail(httpx.ReadError(f"closed {where}" if exc is None else f"{exc} ({where})"))

    # httptools

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        assert self._parser is not None
        status = self._parser.get_status_code()
        if status < 200:  # an interim answer; the real one follows
            self._headers.clear()
            return
        self._status = status
        names = {name.lower() for name, _ in self._headers}
        bodiless = status in (204, 304)
        self._to_the_end = not bodiless and not names & {b"content-length", b"transfer-encoding"}

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        self._body.append(body)
        if self._size > LONGEST_BODY:
            self.usable = False
            self._done()

    def on_message_complete(self) -> None:
        if not self._status:
            return
        assert self._parser is not None
        if not self._parser.should_keep_alive():
            self.usable = False
        self._done()

    def _done(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _fail(self, error: httpx.RequestError) -> None:
        self.usable = False
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)
