"""The API for asyncio, and the stream of what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, cast

import httpx
import orjson

from simulator.fake_client.calls import (
    Call,
    actors_call,
    events_call,
    one_call,
    unreachable,
    why_call,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import TracebackType

    from simulator.fake_client.rows import ActorRow, EventRow, Status, Summary


class AsyncFakeClient:
    """The same for asyncio, as far as a live view needs it. ``async with``; arguments as :class:`FakeClient`'s."""

    def __init__(
        self, url: str, token: str, *, transport: httpx.AsyncBaseTransport | None = None, timeout: float = 10.0
    ) -> None:
        self._http = httpx.AsyncClient(
            base_url=url, headers={"apiToken": token}, transport=transport, timeout=timeout, trust_env=False
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def _send(self, call: Call, seconds: float | None = None) -> Any:
        try:
            answer = await self._http.request(call.method, call.path, **call.options(seconds))
        except httpx.TransportError as error:
            raise unreachable(str(self._http.base_url), error) from error
        return call.read(answer)

    async def health(self) -> dict[str, Any]:
        """Return ``{"status", "version", "uptime_s"}``."""
        return cast("dict[str, Any]", await self._send(Call("GET", "/_fake/health")))

    async def summary(self) -> Summary:
        """Return the tenant's counts."""
        return cast("Summary", await self._send(Call("GET", "/_fake/summary")))

    async def events(
        self,
        *,
        status: Status | None = None,
        type: str | None = None,  # noqa: A002 - the API's own name
        actor: str | None = None,
        message_id: str | None = None,
        limit: int = 1_000,
    ) -> AsyncIterator[EventRow]:
        """Yield the events that match, oldest first, page by page of ``limit``."""
        after: int | None = None
        while True:
            page = await self._send(
                events_call(status=status, type=type, actor=actor, message_id=message_id, after=after, limit=limit)
            )
            for row in page["events"]:
                yield row
            after = page["next"]
            if after is None:
                return

    async def event(self, event_id: str) -> EventRow:
        """Return one event with its ``why``."""
        return cast("EventRow", await self._send(one_call("events", event_id)))

    async def actors(
        self, *, kind: Literal["known", "anonymous"] | None = None, q: str | None = None, limit: int = 1_000
    ) -> AsyncIterator[ActorRow]:
        """Yield the actors that match, page by page of ``limit``."""
        after: str | int | None = None
        while True:
            page = await self._send(actors_call(kind=kind, q=q, after=after, limit=limit))
            for row in page["actors"]:
                yield row
            after = page["next"]
            if after is None:
                return

    async def actor(self, actor_id: str) -> ActorRow:
        """Return one actor."""
        return cast("ActorRow", await self._send(one_call("actors", actor_id)))

    async def why(self, event: str | None = None, *, a: str | None = None, b: str | None = None) -> dict[str, Any]:
        """Return the chain of reasons for one event, or for two ids."""
        return cast("dict[str, Any]", await self._send(why_call(event, a, b)))

    async def merges(self) -> list[dict[str, Any]]:
        """Return the merge log."""
        return cast("list[dict[str, Any]]", (await self._send(Call("GET", "/_fake/merges")))["merges"])

    async def set_policy(self, policy: str, **options: Any) -> dict[str, Any]:
        """Switch the policy; return ``{"moved", "summary"}``."""
        body = {"policy": policy, "options": options}
        return cast("dict[str, Any]", await self._send(Call("PUT", "/_fake/policy", body=body), 60.0))

    async def stream(
        self, last_event_id: str | None = None, *, after: int | None = None
    ) -> AsyncIterator[tuple[str, str, Any]]:
        """Yield ``(id, kind, data)`` of the fake's server-sent events.

        Args:
            last_event_id: Go on after this id; it stands on the last event of each ``seq``.
            after: Begin after this ``seq``, 0 for all there is; by default only what is new comes.
        """
        params = {} if after is None else {"after": after}
        headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
        try:
            async with self._http.stream(
                "GET", "/_fake/stream", params=params, headers=headers, timeout=None
            ) as answer:
                if not answer.is_success:
                    await answer.aread()
                    Call("GET", "/_fake/stream").read(answer)
                async for found in _server_sent(answer.aiter_lines()):
                    yield found
        except httpx.TransportError as error:
            raise unreachable(str(self._http.base_url), error) from error


async def _server_sent(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str, Any]]:
    """Parse the lines of an event stream; comments and unknown fields are passed over."""
    name, kind, data = "", "message", list[str]()
    async for line in lines:
        if not line:
            if data:
                yield name, kind, orjson.loads("\n".join(data))
            kind, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "id":
            name = value
        elif field == "event":
            kind = value
        elif field == "data":
            data.append(value)
