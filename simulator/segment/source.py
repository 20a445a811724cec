"""The Segment source: what real SDKs post to, answered as Segment answers.

Every path of the Tracking API, long and short, JSON under any Content-Type, gzip, a write key in Basic auth or in the
body, CORS for browsers, and the settings route that analytics.js, Swift and Kotlin ask first (``facts/segment.md`` 2).
Faithful mode says 200 to nearly all and shows what was discarded; strict mode answers 4xx with the code.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING, Any, Protocol

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.not_json import NotJsonError
from simulator.segment.decoding import decode
from simulator.segment.source_answers import full, problem, strict_answer, success
from simulator.segment.source_body import BodyError, first_part, read_body
from simulator.segment.source_unpacking import CALLS, Parcel, limit_of, refuse, unpack_batch, unpack_single

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from simulator.trace import Trace

MOST_AT_ONCE = 64
"""Requests unpacked at once; of further ones only the first part is read, so that senders cannot fill the memory."""

PATIENCE = 30.0
"""Seconds a large body may take once it is its turn: a sender that stands still would keep the others waiting."""

ALLOWED_HEADERS = ("authorization", "content-type", "x-retry-count")


class FullError(Exception):
    """The way behind the source has no room, and the sender shall not wait: 429."""


class Take(Protocol):
    """The way behind the source. Raises FullError where it took nothing."""

    async def __call__(self, parcels: Sequence[Parcel]) -> Sequence[Trace]:
        """Take messages; returning means they may be acknowledged."""


class Source:
    """The routes.

    Args:
        take: Where messages go; awaited before the answer is sent.
        write_key: The only key taken; ``None`` takes any, and none at all.
        strict: Answer 4xx to what is discarded.
        new_id: Makes a messageId for a message without one, as Segment's API does.
        on_refused: Told of each request refused whole: where, the code, and why.
        patience: Seconds the rest of a large body may take.
    """

    def __init__(
        self,
        take: Take,
        *,
        new_id: Callable[[], str],
        write_key: str | None = None,
        strict: bool = False,
        on_refused: Callable[[str, str, str], None] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._take = take
        self._new_id = new_id
        self._write_key = write_key
        self._strict = strict
        self._on_refused = on_refused
        self._patience = patience
        self._gate = asyncio.Semaphore(MOST_AT_ONCE)

    def app(self) -> Starlette:
        """Return the ASGI application."""
        cors = Middleware(
            CORSMiddleware,
            allow_origins=["*"],
            allow_methods=["GET", "POST", "OPTIONS"],
            allow_headers=ALLOWED_HEADERS,
            expose_headers=["Retry-After", "X-RateLimit-Reset"],
            allow_private_network=True,
        )
        return Starlette(
            routes=[
                Route("/v1/projects/{key}/settings", _settings, methods=["GET"]),
                Route("/v1/{call}", self._post, methods=["POST"]),
                Route("/v1/{call}", _options, methods=["OPTIONS"]),
                Route("/", _index, methods=["GET"]),
            ],
            middleware=[cors],
            exception_handlers={HTTPException: _http_problem, Exception: _defect},
        )

    async def _post(self, request: Request) -> Response:
        path = request.url.path
        call = CALLS.get(request.path_params["call"])
        if call is None:
            known = ", ".join(sorted(CALLS))
            return problem(404, "not_found", f"no such call here: {path}; known below /v1/: {known}")
        chunks = request.stream()
        try:
            # Most bodies are there whole after this; who sends half of one and stops keeps nobody else waiting.
            begun = await first_part(chunks)
            async with self._gate:
                return await self._taken(request, await self._read(request, call, begun, chunks), call, path)
        except BodyError as error:
            return self._refused(path, error.status, error.code, str(error))
        except FullError:
            return full()
        except ClientDisconnect:
            # Half a request: nothing was taken, and nobody is there to read an answer.
            return problem(400, "bad_request", "the request ended before its body")

    async def _read(self, request: Request, call: str, begun: bytes, chunks: AsyncIterator[bytes]) -> bytes:
        limit, code = limit_of(call)
        try:
            async with asyncio.timeout(self._patience):
                return await read_body(begun, chunks, request.headers.get("content-encoding", ""), limit, code)
        except TimeoutError:
            text = f"the body was not there within {self._patience:g} s"
            raise BodyError(408, "bad_request", text) from None

    async def _taken(self, request: Request, raw: bytes, call: str, path: str) -> Response:
        try:
            body, notes = decode(raw, writable=True)  # the journal writes it down
        except NotJsonError as error:
            raise BodyError(400, "bad_request", str(error)) from error
        if call == "metrics":  # analytics.js counts itself; no message of anybody's
            return success()
        if call == "batch":
            if not isinstance(body, dict) or not isinstance(body.get("batch"), list):
                raise BodyError(400, "bad_request", 'a batch must be an object with a list "batch"')
            parcels = list(unpack_batch(body, path, self._new_id, notes))
            if not parcels:
                return self._empty(path)
        else:
            parcels = [unpack_single(body, call, path, self._new_id, notes)]
        wrong = self._wrong_key(request, body)
        if wrong is not None:
            parcels = [refuse(parcel, "unknown_source", wrong) for parcel in parcels]
        traces = await self._take(parcels)
        return strict_answer(traces) if self._strict else success()

    def _wrong_key(self, request: Request, body: Any) -> str | None:
        """Return what is wrong with the write key, or ``None``. Segment's edge checks nothing and says 200."""
        if self._write_key is None:
            return None
        keys = [key for key in (_basic_user(request.headers.get("authorization", "")), _body_key(body)) if key]
        if not keys:
            return "the request carries no write key"
        if self._write_key not in keys:
            return "the write key is not this source's"
        return None

    def _empty(self, path: str) -> Response:
        text = "the batch holds no messages"
        if self._strict:
            return self._refused(path, 400, "empty_batch", text)
        if self._on_refused is not None:
            self._on_refused(f"POST {path}", "empty_batch", text)
        return success()

    def _refused(self, path: str, status: int, code: str, text: str) -> Response:
        if self._on_refused is not None:
            self._on_refused(f"POST {path}", code, text)
        unread = status == 408 or "too_large" in code
        return problem(status, code, text, headers={"Connection": "close"} if unread else None)


def _basic_user(header: str) -> str | None:
    """Return the user of Basic auth, where Segment's write key stands."""
    kind, _, coded = header.partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(coded.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, ValueError):
        return None


def _body_key(body: Any) -> str | None:
    key = body.get("writeKey") if isinstance(body, dict) else None
    return key if isinstance(key, str) else None


async def _settings(request: Request) -> Response:
    """What analytics.js, Swift and Kotlin fetch first: send everything to this source, load nothing else."""
    key = request.path_params["key"]
    return JSONResponse({"integrations": {"Segment.io": {"apiKey": key}}, "plan": {}, "edgeFunction": {}})


async def _options(_request: Request) -> Response:
    """An OPTIONS that is no CORS preflight."""
    return Response(status_code=204, headers={"Allow": "POST, OPTIONS"})


async def _index(_request: Request) -> Response:
    """Say what this is to whoever opens the address in a browser."""
    return JSONResponse(
        {"service": "Segment source of pointillist-simulator", "post": [f"/v1/{name}" for name in CALLS]}
    )


async def _http_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "bad_request")
    path, detail = request.url.path, str(error.detail)
    if error.status_code == 404:
        detail = f"there is no {path}; GET / lists what there is"
    elif error.status_code == 405:
        detail = f"{path} takes {(error.headers or {}).get('Allow', 'other methods')}, not {request.method}"
    return problem(error.status_code, code, detail, headers=error.headers)


async def _defect(_request: Request, _error: Exception) -> Response:
    """A defect of ours: the sender keeps its messages (500 is retried), the traceback goes to the server's log."""
    return problem(500, "internal", "the source failed; nothing of this request may be taken for granted")
