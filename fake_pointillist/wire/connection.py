"""One client's connection: uvicorn's, with limits on what a client may make the server hold, and a short way in.

httptools sets no limit on a request line and headers, and uvicorn none on how slowly they come, nor on how long a
client may leave an answer unread.

The short way: a ``POST /event`` that is plain and arrives whole is taken and answered here, in the callback that read
it. What is not plain (packed, in chunks, too long, pipelined behind an answer that is not out), what faults may strike,
and what waits until its tenant is restored goes uvicorn's way, as a task and an ASGI application; both ways end in the
same :class:`~fake_pointillist.wire.event_endpoint.EventEndpoint`.
"""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING, Any

from httptools import HttpParserError
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from fake_pointillist.wire.event_endpoint import Reply
from fake_pointillist.wire.plain_http import PlainHttp
from fake_pointillist.wire.problems import PROBLEM_JSON, problem_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.errors import StoreError
    from fake_pointillist.tenant import Tenant
    from fake_pointillist.wire.app import App

MAX_HEAD = 64 * 1024
"""Bytes of request line and headers."""
SLOWEST = 15.0
"""Seconds a request may take to arrive, and an answer to be read on."""
KEEP_ALIVE = 75.0
"""Seconds a connection may say nothing between two requests."""
_NOT_COUNTED = -(2**62)
_CHUNKED = 8
"""Bytes a byte of body may take in chunks: a chunk of one is six."""
_NOT_PLAIN = frozenset({b"transfer-encoding", b"content-encoding", b"expect", b"upgrade"})
_CLOSE = (b"connection", b"close")


class Connection(PlainHttp):
    """One connection."""

    app: App

    def connection_made(self, transport: Any) -> None:
        """Start the clock: a client that connects and says nothing is slow too."""
        super().connection_made(transport)
        self.events = self.app.events
        self._deadline = self.loop.time() + SLOWEST
        self._unbounded = 0
        self._pieces: list[bytes] | None = None
        self._awaited = _Awaited(self)
        self._token: bytes | None = None

    def data_received(self, data: bytes) -> None:
        """Count what is not a body of known length."""
        self._unbounded += len(data)
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        try:
            self.feed(data)
        except HttpParserError:
            self._refuse(400, "this is no HTTP request")
        if self._unbounded > MAX_HEAD and not self.transport.is_closing():
            self._refuse(431, f"request line and headers are larger than {MAX_HEAD} bytes")

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio has a protocol say so
        """Say whether a client that sends no more may still hear: where the answer to a whole event is to come."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete or cycle.more_body:
            return False
        if not isinstance(cycle, _Awaited) and self.url != b"/event":
            return False
        cycle.keep_alive = False
        return True

    def on_message_begin(self) -> None:
        """Start the clock for this request."""
        self.url = b""
        self.headers = []
        self.is_head = True
        self._deadline = self.loop.time() + SLOWEST

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header; what comes behind a body in chunks is none."""
        if self.is_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Choose the way; from here on the application limits the body, and only the wrapping of chunks is counted."""
        self.is_head = False
        if self._is_plain_event():
            self._unbounded = _NOT_COUNTED
            self._pieces = []
            return
        self.is_offer = self.offers()
        if self.is_offer:
            return
        names = {name for name, _ in self.headers}
        self._unbounded = -_CHUNKED * self.events.max_body if b"transfer-encoding" in names else _NOT_COUNTED
        self._go_on()

    def on_body(self, body: bytes) -> None:
        """Collect the body of an event that goes the short way; its length is known and within the limit."""
        if self._pieces is None:
            super().on_body(body)
        else:
            self._pieces.append(body)

    def on_message_complete(self) -> None:
        """Stop the clock; take the event that is here now."""
        if self.is_offer:
            return
        self._deadline = inf
        self._unbounded = 0
        pieces, self._pieces = self._pieces, None
        if pieces is None:
            super().on_message_complete()
        else:
            self._take(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def on_response_complete(self) -> None:
        """Start the clock for the next request."""
        super().on_response_complete()
        if not self.flow.write_paused:
            self._deadline = self.loop.time() + KEEP_ALIVE

    def pause_writing(self) -> None:
        """Start the clock: the client does not read what it has asked for."""
        super().pause_writing()
        self._deadline = self.loop.time() + SLOWEST

    def resume_writing(self) -> None:
        """Stop the clock; an answer that is out waits for the next request."""
        super().resume_writing()
        answering = self.cycle is not None and not self.cycle.response_complete
        self._deadline = inf if answering else self.loop.time() + KEEP_ALIVE

    def is_late(self, now: float) -> bool:
        """Whether a client has kept the server waiting for too long; ``now`` is the event loop's time."""
        return now > self._deadline

    def reply(self, reply: Reply) -> None:
        """Answer an event, and start the clock for the next request."""
        self._deadline = self.loop.time() + KEEP_ALIVE
        self.transport.write(wire(reply))

    def _is_plain_event(self) -> bool:
        if self.url != b"/event":
            return False
        parser, cycle = self.parser, self.cycle
        if parser.get_method() != b"POST" or parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return False
        if self.flow.write_paused or (cycle is not None and not cycle.response_complete):
            return False
        fields = self._fields = dict(self.headers)
        length = fields.get(b"content-length", b"")
        return length.isdigit() and int(length) <= self.events.max_body and _NOT_PLAIN.isdisjoint(fields)

    def _go_on(self) -> None:
        """Go uvicorn's way, from where the headers are complete."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        self.headers += headers
        self.expect_100_continue = any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in headers
        )
        self.scope["fake_pointillist.transport"] = self.transport  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def _take(self, body: bytes) -> None:
        events = self.events
        try:
            token = self._fields.get(b"apitoken")
            if not token or token != self._token:  # a client says the same with every event
                self._digest, self._token = events.tenants.digest(token), token
            tenant = events.tenants.by_digest(self._digest)
            if tenant is None or tenant.faults:
                self._go_on()
                super().on_body(body)
                super().on_message_complete()
                return
            reply, commit = events.take(tenant, self._fields, body)
        except Exception as error:  # noqa: BLE001 - httptools would make a 400 of a defect
            self.reply(events.refusal(error))
            return
        awaited = self._awaited
        self.cycle = awaited  # type: ignore[assignment]
        awaited.begin(tenant, reply)
        events.waiting.then(commit, awaited.tell)

    def _refuse(self, status: int, detail: str) -> None:
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete and not cycle.more_body:
            # The answer under way is to what came before this; it goes out first, and ends the connection.
            cycle.keep_alive = False
            self.flow.pause_reading()
            return
        self.transport.write(wire(Reply(status, problem_bytes(status, detail), PROBLEM_JSON, (_CLOSE,))))
        self.transport.close()


class _Awaited:
    """A connection's answer that waits for its commit, standing where uvicorn keeps what it is answering.

    There it learns of a client that leaves, and of a server that stops. A connection has one at a time.
    """

    __slots__ = ("_connection", "_reply", "_tenant", "disconnected", "keep_alive", "response_complete")
    more_body = False
    message_event = asyncio.Event()  # for who reads a body piece by piece: nobody here

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.disconnected = False
        self.keep_alive = True

    def begin(self, tenant: Tenant, reply: Reply) -> None:
        """Wait with this answer."""
        self._tenant = tenant
        self._reply = reply
        self.response_complete = False

    def tell(self, failure: StoreError | None) -> None:
        """Answer, now that the commit is decided."""
        connection, reply = self._connection, self._reply
        if failure is None:
            self._tenant.bell.ring()
        else:
            reply = connection.events.refusal(failure)
        self.response_complete = True
        if self.disconnected:
            return
        if self.keep_alive:
            connection.reply(reply)
            if connection.pipeline:
                connection.on_response_complete()
        else:
            connection.transport.write(wire(reply._replace(headers=(*reply.headers, _CLOSE))))
            connection.transport.close()


def wire(reply: Reply) -> bytes:
    """Return an answer as HTTP/1.1 writes it."""
    status, content, kind, headers = reply
    extra = b"".join([b"%s: %s\r\n" % header for header in headers]) if headers else b""
    return b"%scontent-type: %s\r\ncontent-length: %d\r\n%s\r\n%s" % (
        *(STATUS_LINE[status], kind, len(content), extra, content),
    )


def cut_off_late(connections: Iterable[Any], now: float) -> None:
    """Cut every connection whose client has kept the server waiting for too long."""
    for connection in list(connections):
        if isinstance(connection, Connection) and connection.is_late(now):
            connection.transport.abort()
