"""``POST /event`` as an ASGI application: bodies that come in pieces or packed, faults, and callers in process."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson

from fake_pointillist.errors import RefusedError
from fake_pointillist.wire.bodies import read_body
from fake_pointillist.wire.event_endpoint import Reply
from fake_pointillist.wire.problems import JSON, PROBLEM_JSON, problem_bytes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from fake_pointillist.faults import Effect
    from fake_pointillist.wire.event_endpoint import EventEndpoint

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

_BODILESS = frozenset({204, 205, 304})
_PLAIN = Reply(405, problem_bytes(405, "/event takes POST only"), PROBLEM_JSON, ((b"allow", b"POST"),))


class EventApp:
    """The application.

    Args:
        endpoint: What takes the events.
    """

    def __init__(self, endpoint: EventEndpoint) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            await answer(send, _PLAIN)
            return
        try:
            reply = await self._reply(dict(scope["headers"]), receive)
        except Exception as error:  # noqa: BLE001 - told as every other error is
            reply = self._endpoint.refusal(error)
        if reply is None:
            await cut(scope, receive)
        else:
            await answer(send, reply)

    async def _reply(self, headers: dict[bytes, bytes], receive: Receive) -> Reply | None:
        """Return the answer, ``None`` where the connection is to be cut instead."""
        endpoint = self._endpoint
        tenant = await endpoint.tenants.of(headers.get(b"apitoken"))
        with endpoint.tenants.lock:
            effect = tenant.faults.strike()
        if effect is not None:
            if effect.latency_ms:
                await asyncio.sleep(effect.latency_ms / 1_000)
            if effect.drop == "before":
                return None
            if effect.status is not None:
                return _on_demand(effect.status, effect)
        broken: RefusedError | None = None
        try:
            body = await read_body(headers, receive, endpoint.max_body)
        except RefusedError as error:
            if error.status != 400 or not error.violations:  # nobody is there any more, or it is no event at all
                raise
            body, broken = b"", error
        tenant = await endpoint.tenants.of(headers.get(b"apitoken"))  # a commit may have been lost meanwhile
        reply, commit = endpoint.take(tenant, headers, body, broken)
        await commit.settled()
        tenant.bell.ring()
        return None if effect is not None and effect.drop == "after" else reply


def _on_demand(status: int, effect: Effect) -> Reply:
    extra: tuple[tuple[bytes, bytes], ...] = ()
    if effect.retry_after is not None:
        extra = ((b"retry-after", f"{effect.retry_after:g}".encode()),)
    if effect.body is None:
        return Reply(status, problem_bytes(status, "a fault was asked for on /_fake/faults"), PROBLEM_JSON, extra)
    return Reply(status, orjson.dumps(effect.body), JSON, extra)


async def answer(send: Send, reply: Reply) -> None:
    """Send a whole answer; where HTTP allows no body, none."""
    status, content, kind, extra = reply
    headers = list(extra)
    if status in _BODILESS:
        content = b""
    else:
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(content)), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


async def cut(scope: Message, receive: Receive) -> None:
    """Cut the connection without a word, and return once it is down.

    Raises:
        ConnectionResetError: There is no connection, the app is called in process; the caller sees what a client of a
            cut connection would.
    """
    transport = scope.get("fake_pointillist.transport")
    if transport is None:
        raise ConnectionResetError("the connection was cut on demand")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
