"""``--web``: the terminal UI in a browser of this machine, by textual-serve. Each page is a UI and a run."""

from __future__ import annotations

import errno
import shlex
import sys
from typing import TYPE_CHECKING, Any

from aiohttp import web
from textual_serve.server import Server

from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

HOST = "127.0.0.1"
POLICY = "default-src 'self' 'unsafe-inline' data: blob:; connect-src 'self' ws://127.0.0.1:{port}"
"""The page of textual-serve asks a font server elsewhere for a font: nothing leaves this machine."""


class LoopbackServer(Server):  # type: ignore[misc]  # its class is unknown where the extra is missing
    """Serves pages of our own only: any page of the web could else open the socket and press keys."""

    def initialize_logging(self) -> None:
        """Log nothing: there is one user, and he sees the page."""

    async def on_startup(self, app: web.Application) -> None:
        """Say where, instead of a logo and the whole command line."""
        app.on_response_prepare.append(self._guard)
        print(f"pointillist-sim: in a browser at {self.public_url}, Ctrl-C ends it", file=sys.stderr, flush=True)  # noqa: T201 - narration

    async def _guard(self, request: web.Request, response: web.StreamResponse) -> None:  # noqa: ARG002 - its shape
        response.headers["Content-Security-Policy"] = POLICY.format(port=self.port)
        response.headers["X-Frame-Options"] = "DENY"

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Refuse pages from elsewhere.

        Raises:
            HTTPForbidden: The page that asks is not one of ours.
        """
        if request.headers.get("Origin") != self.public_url:
            raise web.HTTPForbidden(text=f"open {self.public_url}\n")
        answer: web.WebSocketResponse = await super().handle_websocket(request)
        return answer


def serve_web(words: Sequence[str], port: int) -> None:
    """Serve the UI that the arguments ``words`` open, until interrupted.

    Raises:
        UsageError: The port cannot be used.
    """
    command = shlex.join([sys.executable, "-m", "simulator", *words])
    server: Any = LoopbackServer(command, host=HOST, port=port, title="pointillist-sim")
    try:
        server.serve()
    except OSError as error:
        reason = "it is in use" if error.errno == errno.EADDRINUSE else error.strerror or str(error)
        raise UsageError(f"cannot listen on {HOST}:{port}: {reason}; --web-port names another") from error
