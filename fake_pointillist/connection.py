"""One client's connection: uvicorn's, with limits on what a client may make the server hold.

httptools sets no limit on a request line and headers, and uvicorn none on how slowly they come.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from fake_pointillist.problems import problem_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_HEAD = 64 * 1024
"""Bytes of request line and headers."""
SLOWEST = 15.0
"""Seconds a request may take to arrive."""


class Connection(HttpToolsProtocol):
    """One connection."""

    def connection_made(self, transport: Any) -> None:
        """Start the clock: a client that connects and says nothing is slow too."""
        super().connection_made(transport)
        self._began: float | None = self.loop.time()
        self._head = 0

    def data_received(self, data: bytes) -> None:
        """Count what comes before the headers are complete."""
        self._head += len(data)
        super().data_received(data)
        if self._head > MAX_HEAD and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        """Hand the transport to whoever has to cut it on demand."""
        super().on_message_begin()
        if self._began is None:
            self._began = self.loop.time()
        self.scope["fake_pointillist.transport"] = self.transport  # type: ignore[typeddict-unknown-key]

    def on_headers_complete(self) -> None:
        """Stop counting: what follows is a body, and the application limits it."""
        self._head = -(2**62)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Stop the clock."""
        self._began = None
        self._head = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP, or a method HTTP does not know, as every other error is answered."""
        self._answer_and_close(400, msg)

    def is_late(self, now: float) -> bool:
        """Whether a request has been arriving for too long; ``now`` is the event loop's time."""
        return self._began is not None and now - self._began > SLOWEST

    def _refuse(self) -> None:
        self._answer_and_close(431, f"request line and headers are larger than {MAX_HEAD} bytes")

    def _answer_and_close(self, status: int, detail: str) -> None:
        content = problem_bytes(status, detail)
        head = (
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: application/problem+json\r\n"
            f"content-length: {len(content)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + content)
        self.transport.close()


def cut_off_late(connections: Iterable[Any], now: float) -> None:
    """Cut every connection whose request has been arriving for too long."""
    for connection in list(connections):
        if isinstance(connection, Connection) and connection.is_late(now):
            connection.transport.abort()
