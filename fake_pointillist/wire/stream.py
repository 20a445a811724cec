"""``GET /_fake/stream``: what happens, as server-sent events, for as long as the client listens.

A stream is a cursor over the store, not a queue: each listener reads on from the last ``seq`` it was sent. So a slow
client costs nothing but its own cursor (one that stops reading is cut off by its connection), and ``Last-Event-ID``
resumes after any pause without a gap. A stream ends when the server stops, and when its store fails.

Events: ``accepted``, ``refused`` (data: the event as ``/_fake/events`` shows it), ``merge`` (a row of the merge log),
``conflict`` (the warning, with its event's id), ``reset``, ``policy``. The last of each ``seq`` has the ``id``
``<generation>-<seq>``, those before it ``<generation>-<seq>.<place>``: one can resume behind any of them.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import StreamingResponse

from fake_pointillist.errors import RefusedError, StoreError
from fake_pointillist.wire.operations import Answer, Call, Operation, Parameter
from fake_pointillist.wire.readings import event_json, find, merge_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.responses import Response

    from fake_pointillist.identity.merge_log import Merge
    from fake_pointillist.records import StoredEvent
    from fake_pointillist.tenant import Tenant

PAGE = 200
"""Events read at once."""
HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent, so that a dead connection is noticed."""
_CONFLICTS = {"conflicting_claim", "users_merged", "late_claim"}


def stream(call: Call) -> Response:
    """Answer with a stream of what happens from here on, or from ``Last-Event-ID`` on."""
    tenant = call.tenant
    after, told = _after(call, tenant)
    call.service.open_stream()
    return _Stream(call, _lines(call, tenant, after, told))


class _Stream(StreamingResponse):
    """A streaming answer that is counted."""

    def __init__(self, call: Call, lines: AsyncIterator[bytes]) -> None:
        super().__init__(lines, media_type="text/event-stream", headers={"cache-control": "no-store"})
        self._service = call.service

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._service.close_stream()


_ID = re.compile(r"(?:(\d{1,12})-)?(\d{1,12})(?:\.(\d{1,6}))?", re.ASCII)


def _after(call: Call, tenant: Tenant) -> tuple[int, int]:
    """Return the ``seq`` to begin behind, and how much of the next one was told already.

    The header counts, then the parameter; without both it is the newest. A bare ``seq`` in the
    header, as ``/_fake/events`` shows it, means this generation.
    """
    header = call.headers.get(b"last-event-id")
    if header is not None:
        match = _ID.fullmatch(header.decode("latin-1"))
        if match is None:
            raise RefusedError(400, "Last-Event-ID is none this stream gave, such as 0-12, nor a seq")
        generation, seq, place = match[1] or str(tenant.generation), int(match[2]), int(match[3] or 0)
        if generation != str(tenant.generation) or seq > tenant.seq:  # told before a reset, or by an earlier server
            return 0, 0
        return (max(seq - 1, 0), place) if place else (seq, 0)
    after: int | None = call["after"]
    return (tenant.seq if after is None else after), 0


async def _lines(call: Call, tenant: Tenant, after: int, told: int) -> AsyncIterator[bytes]:
    cursor = _Cursor(tenant, after, told)
    yield b": listening\n\n"
    while not call.service.closing:
        with tenant.bell.listening() as rung:
            try:
                await call.service.tenants.settled(tenant)
                with call.service.tenants.lock:
                    lines = cursor.read()
            except StoreError:  # what was lost was never told; who resumes goes on behind what was
                call.service.tenants.recover()
                return
            if lines:
                yield lines
                continue
            done, _ = await asyncio.wait((rung,), timeout=HEARTBEAT)
        if not done:
            yield b": still here\n\n"


class _Cursor:
    """How far one listener has read: events by ``seq``, and the merge log by its own numbers.

    Args:
        tenant: What is listened to.
        after: The last ``seq`` that was told in full.
        told: How much of the next one was told.
    """

    def __init__(self, tenant: Tenant, after: int, told: int = 0) -> None:
        self._tenant = tenant
        self._after = after
        self._told = told
        self._generation = tenant.generation
        self._log = tenant.merges
        self._merged = tenant.merges.place(after)

    def read(self) -> bytes:
        """Return the lines of what came next, ``b""`` where nothing did."""
        tenant = self._tenant
        lines: list[bytes] = []
        if tenant.generation != self._generation:
            self.__init__(tenant, 0)  # type: ignore[misc]  # everything begins anew
            lines.append(_line("reset", {"generation": tenant.generation}, None))
        elif tenant.merges is not self._log:
            self._log, self._merged = tenant.merges, len(tenant.merges)
            lines.append(_line("policy", {"policy": tenant.policy, "options": tenant.options.to_json()}, None))
        for stored in find(tenant, after=self._after, limit=PAGE):
            lines += self._group(stored)[self._told :]
            self._told = 0
            self._after = stored.seq
        lines += [_line("merge", merge_json(tenant, merge), None) for merge in self._merges(self._after)]
        return b"".join(lines)

    def _group(self, stored: StoredEvent) -> list[bytes]:
        tenant = self._tenant
        record = event_json(tenant, stored)
        group: list[tuple[str, Any]] = [(record["status"], record)]
        group += [("merge", merge_json(tenant, merge)) for merge in self._merges(stored.seq)]
        group += [
            ("conflict", {**violation, "eventId": record["eventId"]})
            for violation in record["violations"]
            if violation["code"] in _CONFLICTS
        ]
        number = f"{tenant.generation}-{stored.seq}"
        return [
            _line(kind, data, number if place == len(group) else f"{number}.{place}")
            for place, (kind, data) in enumerate(group, start=1)
        ]

    def _merges(self, until: int) -> list[Merge]:
        """Return the rows of the merge log not told yet, up to those of event ``until``."""
        first, self._merged = self._merged, self._log.place(until, self._merged)
        return self._log.between(first, self._merged)


def _line(kind: str, data: Any, number: str | None) -> bytes:
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {kind}\ndata: ".encode() + orjson.dumps(data) + b"\n\n"


OPERATIONS = (
    Operation(
        *("GET", "/_fake/stream", stream, "What happens, live (server-sent events)"),
        (Answer(200, "a stream that ends when either side closes it", str, "text/event-stream"),),
        parameters=(Parameter("after", int, "begin behind this seq; left out: from now on", least=0, most=2**40 - 1),),
    ),
)
