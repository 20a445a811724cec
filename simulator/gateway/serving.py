"""Serving an ASGI application inside an event loop that is ours: starting, stopping."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Self

import uvicorn

from fake_pointillist.errors import StartError
from fake_pointillist.listening import bind
from fake_pointillist.wire.plain_http import PlainHttp
from simulator.errors import UsageError

if TYPE_CHECKING:
    import socket
    from types import TracebackType


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that is bound.

    Raises:
        UsageError: There is no such port, it is taken, or the host is none of this machine's.
    """
    try:
        return bind(host, port)
    except StartError as error:
        raise UsageError(str(error)) from error


async def until(event: asyncio.Event, work: asyncio.Task[None]) -> None:
    """Wait for an event, or raise what some work beside it has failed by."""
    waiting = asyncio.create_task(event.wait())
    try:
        await asyncio.wait((waiting, work), return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            work.result()
            await waiting
    finally:
        waiting.cancel()


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
