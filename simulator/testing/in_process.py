"""An httpx transport for plain code straight into an ASGI application: no socket, no thread.

httpx has one for asyncio only. A request is answered before :meth:`InProcessTransport.handle_request` returns; streamed
answers are not for it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Headers = list[tuple[bytes, bytes]]
    Asgi = Callable[[Any, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]


def is_loop_running() -> bool:
    """Tell whether the caller runs inside an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class InProcessTransport(httpx.BaseTransport):
    """Answers requests by calling ``app``.

    Args:
        app: An ASGI application that needs no lifespan.
    """

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self._loop: asyncio.AbstractEventLoop | None = None

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request.

        Raises:
            RuntimeError: Called where an event loop is running; use ``async_transport`` there.
        """
        headers = [(name.lower(), value) for name, value in request.headers.raw]
        url = request.url
        status, answered, body = self.ask(request.method, url.path, headers, request.read(), query=url.query)
        return httpx.Response(status, headers=answered, content=body, request=request)

    def ask(
        self, method: str, path: str, headers: Headers, body: bytes, *, query: bytes = b""
    ) -> tuple[int, Headers, bytes]:
        """Answer one request without httpx's own objects, which cost more than the answer.

        Raises:
            RuntimeError: Called where an event loop is running.
        """
        if is_loop_running():
            raise RuntimeError("this transport is for plain code; in async code use fake_pointillist.async_transport")
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query,
            "root_path": "",
            "headers": headers,
            "server": ("127.0.0.1", 80),
            "client": ("127.0.0.1", 1),
        }
        return self._loop.run_until_complete(self._ask(scope, body))

    async def _ask(self, scope: dict[str, Any], body: bytes) -> tuple[int, Headers, bytes]:
        pending = [{"type": "http.request", "body": body, "more_body": False}]
        answer: dict[str, Any] = {}
        chunks: list[bytes] = []

        async def receive() -> Any:
            return pending.pop() if pending else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                answer.update(message)
            else:
                chunks.append(message.get("body", b""))

        await self._app(scope, receive, send)
        if not answer:
            raise httpx.RemoteProtocolError("the connection was cut without an answer (a fault was asked for)")
        return answer["status"], list(answer["headers"]), b"".join(chunks)

    def close(self) -> None:
        """Close the event loop."""
        if self._loop is not None:
            self._loop.close()
            self._loop = None
