"""``POST /event`` as a plain ASGI endpoint: one request is one event, and this is the path that has to be fast.

No request object, no log line, no header but the two that are read. The event is judged, stored, counted and
attributed before the answer begins; with a durable store the answer waits for the commit that holds it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import orjson

from fake_pointillist.attribution import IdEvent
from fake_pointillist.bodies import parse, read_body
from fake_pointillist.errors import RefusedError, StoreError
from fake_pointillist.intake import Refused, judge
from fake_pointillist.problems import JSON, PROBLEM_JSON, problem_bytes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from fake_pointillist.faults import Effect
    from fake_pointillist.records import Taken
    from fake_pointillist.tenant import Tenant
    from fake_pointillist.tenants import Tenants

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

_BODILESS = frozenset({204, 205, 304})
_VISIBLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")
MAX_MESSAGE_ID = 1_000
"""Characters of ``X-Simulator-Message-Id``; a longer one is refused."""


class EventEndpoint:
    """The endpoint.

    Args:
        tenants: Whose events come in.
        max_body: Bytes of a body, before and after decompression.
    """

    def __init__(self, tenants: Tenants, max_body: int) -> None:
        self._tenants = tenants
        self._max_body = max_body
        self._now = tenants.rules.now

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] != "POST":
            detail = "/event takes POST only"
            await answer(send, 405, problem_bytes(405, detail), PROBLEM_JSON, ((b"allow", b"POST"),))
            return
        headers = dict(scope["headers"])
        try:
            tenant = self._tenants.of(headers.get(b"apitoken"))
            effect = tenant.faults.strike() if tenant.faults else None
            if effect is not None and await self._strike(effect, scope, receive, send):
                return
            broken: RefusedError | None = None
            try:
                body = await read_body(headers, receive, self._max_body)
            except RefusedError as error:
                if error.status != 400 or not error.violations:  # nobody is there any more, or it is no event at all
                    raise
                body, broken = b"", error
            wants_actor = b"x-simulator-actor" in headers
            taken, actor = self._take(tenant, body, headers.get(b"x-simulator-message-id"), wants_actor, broken=broken)
            if not tenant.store.is_settled:
                await tenant.store.settled(taken.ticket)
        except RefusedError as error:
            more = ((b"accept-encoding", b"gzip"),) if error.status == 415 else ()
            content = problem_bytes(error.status, str(error), error.violations)
            await answer(send, error.status, content, PROBLEM_JSON, more)
            return
        except StoreError as error:
            self._tenants.recover()
            await answer(send, 503, problem_bytes(503, str(error)), PROBLEM_JSON)
            return
        tenant.bell.ring()
        if effect is not None and effect.drop == "after":
            await cut(scope, receive)
            return
        await _tell(send, taken, actor)

    def _take(
        self, tenant: Tenant, body: bytes, header: bytes | None, wants_actor: bool, *, broken: RefusedError | None
    ) -> tuple[Taken, str | None]:
        """Take one event; return its answer, and whom it belongs to where that was asked for.

        ``broken``: why the body could not be unpacked; the refusal is kept like any other.
        """
        message_id = None
        if header:
            # Percent-encoded, since an id may hold what no header can; plain ids stand as they are.
            message_id = unquote(header.decode("latin-1"), errors="replace")
            if len(message_id) > MAX_MESSAGE_ID:
                raise RefusedError(400, f"X-Simulator-Message-Id is longer than {MAX_MESSAGE_ID} characters")
        try:
            if broken is not None:
                raise broken
            verdict = judge(parse(body))
        except RefusedError as error:
            verdict = Refused(error.violations, None)
        with self._tenants.lock:
            taken = tenant.take(verdict, message_id, self._now(), body)
            if not wants_actor or isinstance(verdict, Refused):
                return taken, None
            ids = (verdict.user_id, verdict.anonymous_id)
            event = IdEvent(tenant.seq, "", verdict.time_us, *ids, documented=False)
            return taken, tenant.identity.attribute(event).actor

    async def _strike(self, effect: Effect, scope: Message, receive: Receive, send: Send) -> bool:
        """Carry out a fault; say whether the request is done with."""
        if effect.latency_ms:
            await asyncio.sleep(effect.latency_ms / 1_000)
        if effect.drop == "before":
            await cut(scope, receive)
            return True
        if effect.status is None:
            return False
        extra: tuple[tuple[bytes, bytes], ...] = ()
        if effect.retry_after is not None:
            extra = ((b"retry-after", f"{effect.retry_after:g}".encode()),)
        if effect.body is None:
            content = problem_bytes(effect.status, "a fault was asked for on /_fake/faults")
            await answer(send, effect.status, content, PROBLEM_JSON, extra)
        else:
            await answer(send, effect.status, orjson.dumps(effect.body), JSON, extra)
        return True


async def _tell(send: Send, taken: Taken, actor: str | None) -> None:
    extra = ((b"x-simulator-actor", quote(actor, safe=_VISIBLE).encode()),) if actor is not None else ()
    if taken.status == "refused":
        found = orjson.loads(taken.findings)
        detail = found[0]["message"] if len(found) == 1 else f"the event breaks {len(found)} rules"
        await answer(send, 400, problem_bytes(400, detail, found, eventId=taken.event_id), PROBLEM_JSON)
    elif taken.status == "duplicate":
        await answer(send, 200, b'{"status":"duplicate","eventId":"%s"}' % taken.event_id.encode(), JSON, extra)
    else:
        content = b'{"status":"%s","eventId":"%s","warnings":%s}'
        values = (taken.status.encode(), taken.event_id.encode(), taken.findings)
        await answer(send, 200, content % values, JSON, extra)


async def answer(
    send: Send, status: int, content: bytes, kind: bytes, extra: tuple[tuple[bytes, bytes], ...] = ()
) -> None:
    """Send a whole answer; where HTTP allows no body, none."""
    if status in _BODILESS:
        await send({"type": "http.response.start", "status": status, "headers": list(extra)})
        await send({"type": "http.response.body", "body": b""})
        return
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
