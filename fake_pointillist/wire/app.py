"""The ASGI application: ``POST /event`` by the short way, everything else by :mod:`fake_pointillist.wire.api`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pointillist.wire.event_app import EventApp
from fake_pointillist.wire.event_endpoint import EventEndpoint

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from fake_pointillist.wire.service import Service

    Message = MutableMapping[str, Any]
    Asgi = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]


class App:
    """One server's application.

    Args:
        service: Its tenants and limits.

    Attributes:
        events: What takes its events.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.events = EventEndpoint(service.tenants, service.max_body)
        self._event_app = EventApp(self.events)
        self._rest: Asgi | None = None

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == "/event":
            await self._event_app(scope, receive, send)
            return
        await self.rest()(scope, receive, send)

    def rest(self) -> Asgi:
        """Return the application of all other routes, made on first use."""
        if self._rest is None:
            from fake_pointillist.wire.api import build  # noqa: PLC0415 - nobody who posts an event waits for it

            self._rest = build(self.service)
        return self._rest
