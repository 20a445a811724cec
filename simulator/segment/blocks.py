"""Inputs cut into blocks of whole lines, for several processes to read."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final, NamedTuple

from contracts.not_json import BOM, NotJsonError
from simulator.segment.decoding import decode
from simulator.segment.opening import BROKEN_GZIP, LONGEST_LINE, broken_gzip, opened, pass_over_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from simulator.segment.extent import Extent

BLOCK: Final = 1 << 20
"""Bytes of a block, and a line more: some hundred messages."""


class Block(NamedTuple):
    """Whole lines of an input, or all of one that is no JSON Lines.

    Attributes:
        name: The input's, for people.
        line: The number of its first line.
        data: The bytes, out of their gzip.
        unread: Bytes of its one line, where that is too long to be read and ``data`` is empty.
    """

    name: str
    line: int
    data: bytes
    unread: int = 0


def read_blocks(
    paths: Sequence[str], *, stdin: BinaryIO | None = None, size: int = BLOCK, extent: Extent | None = None
) -> Iterator[Block]:
    """Cut several inputs into blocks of ``size`` bytes and the rest of a line, in order.

    An input whose first line alone is no JSON, such as an indented array, is one block. A line that is too long to be
    read is a block of its own, without its bytes.

    Raises:
        InputError: A file cannot be opened or read; after what could be read of it.
    """
    for path in paths:
        with opened(path, stdin, extent) as (name, stream):
            yield from _cut(stream, name, size)


def _cut(stream: io.BufferedIOBase, name: str, size: int) -> Iterator[Block]:
    line = 1
    held = bytearray()
    try:
        while _gather(stream, size, held):
            begun = len(held) - held.rfind(b"\n") - 1
            rest = stream.readline(LONGEST_LINE + 1)
            unread = 0
            if begun + len(rest) > LONGEST_LINE:
                del held[len(held) - begun :]
                unread = begun + len(rest) + pass_over_line(stream, rest)
            else:
                held += rest
                if line == 1 and not _begins_lines(bytes(held)):
                    held += stream.read(max(LONGEST_LINE + 1 - len(held), 0))
            if held:
                yield Block(name, line, bytes(held))
                line += held.count(b"\n")
                held.clear()
            if unread:
                yield Block(name, line, b"", unread)
                line += 1
    except BROKEN_GZIP as error:
        del held[held.rfind(b"\n") + 1 :]
        if line == 1 and not _begins_lines(bytes(held)):  # of one document nothing can be read
            held.clear()
        if held:
            yield Block(name, line, bytes(held))
        raise broken_gzip(name, line + held.count(b"\n"), error) from error


def _gather(stream: io.BufferedIOBase, size: int, held: bytearray) -> bool:
    """Read up to ``size`` bytes into ``held``, a piece at a time, so that they are there when the next one fails."""
    while len(held) < size and (piece := stream.read1(size - len(held))):
        held += piece
    return bool(held)


def _begins_lines(data: bytes) -> bool:
    """Say whether an input that begins so is read a line at a time: its first line with anything on it is JSON."""
    first = next((line for line in io.BytesIO(data.removeprefix(BOM)) if not line.isspace()), b"")
    try:
        decode(first)
    except NotJsonError:
        return False  # or nothing but blank lines so far, after which anything may begin
    return True
