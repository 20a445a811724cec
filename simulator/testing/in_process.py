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

    Asgi = Callable[[Any, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]


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
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            raise RuntimeError("this transport is for plain code; in async code use fake_pointillist.async_transport")
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        status, headers, body = self._loop.run_until_complete(self._ask(request))
        return httpx.Response(status, headers=headers, content=body, request=request)

    async def _ask(self, request: httpx.Request) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.partition(b"?")[0],
            "query_string": request.url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "server": (request.url.host, request.url.port),
            "client": ("127.0.0.1", 1),
        }
        pending = [{"type": "http.request", "body": request.read(), "more_body": False}]
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
        return answer["status"], list(answer["headers"]), b"".join(chunks)

    def close(self) -> None:
        """Close the event loop."""
        if self._loop is not None:
            self._loop.close()
            self._loop = None
