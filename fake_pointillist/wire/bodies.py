"""Request bodies: read with a limit, decompressed with a limit, parsed as JSON."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import orjson

from contracts.codes import violation
from contracts.not_json import BOM, explained
from fake_pointillist.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

_GZIP = 16 + zlib.MAX_WBITS


async def read_body(
    headers: Mapping[bytes, bytes], receive: Callable[[], Awaitable[MutableMapping[str, Any]]], limit: int
) -> bytes:
    """Return a request's body, decompressed.

    Args:
        headers: Names in lower case.
        receive: ASGI's.
        limit: Bytes at most, before and after decompression.

    Raises:
        RefusedError: 411 without a length, 413 beyond the limit, 415 for an unknown Content-Encoding, 400 for a
            broken one or a sender that went away.
    """
    length = headers.get(b"content-length")
    if length is None:
        if b"transfer-encoding" not in headers:
            raise RefusedError(411, "the request has neither Content-Length nor Transfer-Encoding")
    elif not length.isdigit() or int(length) > limit:
        raise _too_large(limit)
    encoding = headers.get(b"content-encoding", b"").strip().lower()
    if encoding not in (b"", b"identity", b"gzip", b"x-gzip"):
        shown = encoding.decode("latin-1")[:40]
        raise RefusedError(415, f"Content-Encoding {shown} is not known; gzip and identity are")
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        pieces = [body]
        size = len(body)
        while message.get("more_body"):
            message = await receive()
            piece = message.get("body", b"")
            size += len(piece)
            if size > limit:
                raise _too_large(limit)
            pieces.append(piece)
        body = b"".join(pieces)
    if message["type"] == "http.disconnect":
        raise RefusedError(400, "the connection ended before the body did")
    if len(body) > limit:
        raise _too_large(limit)
    return _gunzip(body, limit) if encoding.endswith(b"gzip") else body


def parse(body: bytes) -> Any:
    """Return the JSON value of a body.

    Raises:
        RefusedError: 400 with ``not_json``.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        reason = explained(error, body)
    what = str(reason) if reason.line == 1 else f"line {reason.line}: {reason}"
    if body.startswith(BOM):
        what = "not JSON: the body begins with a byte order mark"
    raise RefusedError(400, what, (violation("not_json", "", what),))


def _gunzip(body: bytes, limit: int) -> bytes:
    """Decompress every member, never to more than ``limit`` bytes: a small bomb stays small."""
    pieces: list[bytes] = []
    size = 0
    rest = body
    try:
        while rest:
            member = zlib.decompressobj(_GZIP)
            piece = member.decompress(rest, limit + 1 - size)
            size += len(piece)
            pieces.append(piece)
            if size > limit:
                raise _too_large(limit)
            if not member.eof:
                raise RefusedError(400, "the gzip body ends too early", (_not_gzip("it ends too early"),))
            rest = member.unused_data
    except zlib.error as error:
        raise RefusedError(400, f"the body is not gzip: {error}", (_not_gzip(str(error)),)) from error
    return b"".join(pieces)


def _not_gzip(why: str) -> Any:
    return violation("not_json", "", f"the body cannot be decompressed: {why}")


def _too_large(limit: int) -> RefusedError:
    what = f"the body is larger than {limit} bytes"
    return RefusedError(413, what, (violation("too_large", "", what),))
