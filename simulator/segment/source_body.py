"""A request's body, read and unpacked within limits; what would expand beyond them is never expanded."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LONGEST_MESSAGE = 32 * 1024
"""Bytes of one message (``facts/segment.md`` 2.3)."""
LONGEST_BATCH = 500 * 1024
"""Bytes of one request's body, after unpacking."""
MOST_IN_BATCH = 2_500
"""Messages in one batch."""
LONGEST_MESSAGE_ID = 100
"""Characters of a messageId."""

BEFORE_ITS_TURN = 64 * 1024
"""Bytes of a body that are read before the request's turn: what a server holds of a body that nobody reads."""


class BodyError(Exception):
    """A body that is not taken.

    Attributes:
        status: The HTTP status to answer with.
        code: ``bad_request``, ``message_too_large`` or ``batch_too_large``.
    """

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code


async def first_part(chunks: AsyncIterator[bytes]) -> bytes:
    """Read a body to its end, or until ``BEFORE_ITS_TURN`` bytes of it are there; the rest stays in ``chunks``."""
    raw = bytearray()
    async for chunk in chunks:
        raw += chunk
        if len(raw) >= BEFORE_ITS_TURN:
            break
    return bytes(raw)


async def read_body(begun: bytes, chunks: AsyncIterator[bytes], encoding: str, limit: int, code: str) -> bytes:
    """Read a body, unpacked where it is gzip, of at most ``limit`` bytes.

    Args:
        begun: What has been read of it.
        chunks: The rest as it arrives.
        encoding: The ``Content-Encoding`` header; ``""`` for none.
        limit: Bytes, both as sent and unpacked.
        code: The code of an over-size body.

    Raises:
        BodyError: Too large, no gzip, or an encoding nobody sends.
    """
    raw = bytearray(begun)
    while len(raw) <= limit and (chunk := await anext(chunks, None)) is not None:
        raw += chunk
    if len(raw) > limit:
        raise BodyError(400, code, f"the body is larger than {limit} bytes")
    kind = encoding.strip().lower()
    if kind in ("", "identity"):
        return bytes(raw)
    if kind in ("gzip", "x-gzip"):
        return gunzip(bytes(raw), limit, code)
    raise BodyError(415, "bad_request", "the Content-Encoding must be gzip or absent")


def gunzip(raw: bytes, limit: int, code: str = "batch_too_large") -> bytes:
    """Unpack gzip, several members included, without ever holding more than ``limit`` bytes and one.

    Raises:
        BodyError: Damaged or cut gzip (``bad_request``), or more than ``limit`` bytes (``code``).
    """
    parts, room = [], limit + 1
    while True:
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(raw, room)
        except zlib.error as error:
            raise BodyError(400, "bad_request", f"the body is not gzip: {error}") from error
        parts.append(part)
        room -= len(part)
        if room <= 0:
            raise BodyError(400, code, f"the body expands to more than {limit} bytes")
        if not member.eof:
            raise BodyError(400, "bad_request", "the gzip body ends too early")
        raw = member.unused_data
        if not raw:
            return b"".join(parts)
