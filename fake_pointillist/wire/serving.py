"""uvicorn, set up for the fake: uvloop and httptools, no logging a request, limits on slow clients."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import uvicorn

from fake_pointillist.listening import new_event_loop
from fake_pointillist.wire.connection import KEEP_ALIVE, Connection, cut_off_late

if TYPE_CHECKING:
    import socket
    import threading
    from collections.abc import Callable

    from fake_pointillist.tenants import Tenants
    from fake_pointillist.wire.app import App


class _Server(uvicorn.Server):
    """uvicorn's server, which tells when it listens, and then deletes what the one before it left behind."""

    def __init__(self, config: uvicorn.Config, ready: threading.Event, tenants: Tenants) -> None:
        super().__init__(config)
        self._ready = ready
        self._tenants = tenants

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()
        self._sweeping = asyncio.create_task(self._tenants.sweep())

    async def main_loop(self) -> None:
        try:
            await super().main_loop()
        except BaseException:
            for server in self.servers:  # uvloop cannot close its loop, and so never returns, while one listens
                server.close()
            raise


def serve(app: App, listener: socket.socket, ready: threading.Event, started: Callable[[uvicorn.Server], None]) -> None:
    """Serve on a listening socket until the server's ``should_exit`` is set.

    Args:
        app: The application.
        listener: Bound and listening.
        ready: Set once connections are taken.
        started: Called with the server before it runs.
    """
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        loop="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=int(KEEP_ALIVE),
        timeout_graceful_shutdown=3,
        timeout_notify=1,
    )
    server = _Server(config, ready, app.service.tenants)
    config.callback_notify = lambda: _cut_off_late(server)
    started(server)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(server.serve([listener]))


async def _cut_off_late(server: uvicorn.Server) -> None:
    cut_off_late(server.server_state.connections, asyncio.get_running_loop().time())
