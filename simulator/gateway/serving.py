"""Serving an ASGI application inside an event loop that is ours: binding, starting, stopping."""

from __future__ import annotations

import asyncio
import errno
import socket
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from fake_pointillist.wire.plain_http import PlainHttp
from simulator.errors import UsageError

if TYPE_CHECKING:
    from types import TracebackType


_OTHER_HOST = "--host is an address of this machine"


def bind(host: str, port: int) -> socket.socket:
    """Return a listening-to-be socket.

    Raises:
        UsageError: There is no such port, it is in use, or the address is none of this machine's.
    """
    if not 0 <= port <= 65_535:
        raise UsageError(f"port must be between 0 and 65535, not {port}")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        # The protocol must be named: asyncio sets TCP_NODELAY only then, and without it every answer waits 40 ms.
        sock = socket.socket(family, kind, socket.IPPROTO_TCP)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}; {_OTHER_HOST}") from error
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(address)
    except OSError as error:
        sock.close()
        mend = "pass --port 0 for a free one" if error.errno in (errno.EADDRINUSE, errno.EACCES) else _OTHER_HOST
        raise UsageError(f"cannot listen on {host}:{port}: {error.strerror}; {mend}") from error
    return sock


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return uvloop's event loop where it is installed, else asyncio's own."""
    try:
        import uvloop  # noqa: PLC0415 - not on Windows
    except ImportError:  # pragma: no cover - installed wherever it exists
        return asyncio.new_event_loop()
    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop


class EmbeddedServer(uvicorn.Server):
    """uvicorn as a part of somebody else's event loop. ``async with``: inside it, the server answers."""

    def __init__(self, app: Any, sock: socket.socket) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=PlainHttp,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_keep_alive=75,
            )
        )
        self._socket = sock
        self._answering = asyncio.Event()
        self._stopping = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self._answering.set()

    async def main_loop(self) -> None:
        """Wait to be stopped; uvicorn's own loop looks ten times a second, and ends that much later."""
        while not await self.on_tick(0):
            try:
                async with asyncio.timeout(1.0):
                    await self._stopping.wait()
            except TimeoutError:
                continue

    async def __aenter__(self) -> Self:
        self._serving = asyncio.create_task(self.serve([self._socket]), name="source")
        answering = asyncio.create_task(self._answering.wait())
        await asyncio.wait((self._serving, answering), return_when=asyncio.FIRST_COMPLETED)
        answering.cancel()
        if self._serving.done():
            self._serving.result()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop(0)

    async def stop(self, grace: float) -> None:
        """Take no further request, and let those under way end for up to ``grace`` seconds."""
        self.config.timeout_graceful_shutdown = max(int(grace), 1)
        self.should_exit = True
        self._stopping.set()
        if self._serving is not None:
            await self._serving
