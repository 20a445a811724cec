"""Messages from files: JSON Lines, a JSON array, one JSON object, a batch body, each optionally gzipped.

JSON Lines are streamed, a line at a time, or cut into blocks of whole lines for several processes to read; the other
forms are one document and are read whole. UTF-8, with or without BOM. What cannot be read raises
:class:`~simulator.errors.InputError` with file and line.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, TypeAlias, cast

import orjson

from contracts.codes import violation
from simulator.errors import InputError
from simulator.segment.batching import batch_messages, is_batch
from simulator.segment.decoding import NotJsonError, decode
from simulator.segment.message import Received

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contracts.violations import Violation
    from simulator.segment.extent import Extent

STDIN = "-"
LARGEST_MESSAGE = 32 * 1024
"""Bytes Segment takes for one message; a file's larger ones get a warning, nothing more."""

BLOCK = 1 << 20
"""Bytes of a block, and a line more: some hundred messages."""

Read: TypeAlias = "tuple[Any, str, tuple[Violation, ...]]"
"""A message's JSON value, its origin, and what reading it had to say: what is known before its position is."""

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class Block(NamedTuple):
    """Whole lines of an input, or all of one that is no JSON Lines.

    Attributes:
        name: The input's, for people.
        line: The number of its first line.
        data: The bytes, out of their gzip.
    """

    name: str
    line: int
    data: bytes


def read_messages(
    paths: Sequence[str], *, stdin: BinaryIO | None = None, extent: Extent | None = None
) -> Iterator[Received]:
    """Yield the messages of several inputs in order, numbered through.

    Args:
        paths: Files; ``-`` is standard input.
        stdin: What ``-`` reads; the process's own by default.
        extent: Is told how far the reading has come.

    Raises:
        InputError: A file cannot be opened or read, or is not JSON: ``events.jsonl:17: not JSON: ...``.
    """
    index = 0
    for path in paths:
        with _opened(path, stdin, extent) as (name, stream):
            for value, origin, notes in _documents(stream, name, 1):
                yield Received(index, value, origin, None, notes)
                index += 1


def read_blocks(
    paths: Sequence[str], *, stdin: BinaryIO | None = None, size: int = BLOCK, extent: Extent | None = None
) -> Iterator[Block]:
    """Cut several inputs into blocks of ``size`` bytes and the rest of a line, in order.

    An input whose first line alone is no JSON, such as an indented array, is one block.

    Raises:
        InputError: A file cannot be opened or read.
    """
    for path in paths:
        with _opened(path, stdin, extent) as (name, stream):
            line = 1
            while data := stream.read(size):
                data += stream.readline()
                if line == 1 and not _begins_lines(data):
                    data += stream.read()
                yield Block(name, line, data)
                line += data.count(b"\n")


def messages_of(blocks: Iterable[Block]) -> Iterator[Received]:
    """Yield the messages of blocks in order, numbered through.

    Raises:
        InputError: A line is not JSON; what comes before it was yielded.
    """
    index = 0
    for block in blocks:
        for value, origin, notes in read_block(block):
            yield Received(index, value, origin, None, notes)
            index += 1


def read_block(block: Block) -> Iterator[Read]:
    """Yield the messages of a block, whose position in the run is not known yet.

    Raises:
        InputError: A line is not JSON; what comes before it was yielded.
    """
    return _documents(io.BytesIO(block.data), block.name, block.line)


def received_from(messages: Iterable[Any], origin: str = "") -> Iterator[Received]:
    """Yield JSON values that are at hand already as received messages, numbered, with the same note on size."""
    for index, message in enumerate(messages):
        yield Received(index, message, origin, None, _written_size_note(message))


@contextmanager
def _opened(path: str, stdin: BinaryIO | None, extent: Extent | None) -> Iterator[tuple[str, BinaryIO]]:
    """Open an input, out of its gzip where it has one; what goes wrong while it is read names it."""
    name = "<stdin>" if path == STDIN else path
    try:
        stream = (stdin or sys.stdin.buffer) if path == STDIN else Path(path).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise InputError(name, error.strerror or str(error)) from error
    if extent is not None:
        extent.begin(stream)
    try:
        yield name, _unzipped(stream)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise InputError(name, f"broken gzip: {error}") from error
    except OSError as error:
        raise InputError(name, error.strerror or str(error)) from error
    finally:
        if extent is not None:
            extent.end()
        if path != STDIN:
            stream.close()


def _unzipped(stream: BinaryIO) -> BinaryIO:
    """Return the stream, through gzip where its first bytes say so (whatever its name)."""
    buffered: Any = stream if hasattr(stream, "peek") else io.BufferedReader(stream)
    plain: BinaryIO = buffered
    return cast("BinaryIO", gzip.GzipFile(fileobj=buffered)) if buffered.peek(2)[:2] == _GZIP else plain


def _begins_lines(data: bytes) -> bool:
    """Say whether an input that begins so is read a line at a time: its first line with anything on it is JSON."""
    first = next((line for line in io.BytesIO(data.removeprefix(_BOM)) if not line.isspace()), b"")
    try:
        decode(first)
    except NotJsonError:
        return False  # or nothing but blank lines so far, after which anything may begin
    return True


def _documents(stream: BinaryIO, name: str, begin: int) -> Iterator[Read]:
    """Yield what a stream that begins at line ``begin`` of its input holds."""
    is_first = begin == 1
    for number, line in enumerate(stream, begin):
        if is_first:
            line = line.removeprefix(_BOM)  # noqa: PLW2901 - the same line without its mark
        if line.isspace() or not line:
            continue
        where = f"{name}:{number}"
        try:
            value, notes = decode(line)
        except NotJsonError as error:
            if not is_first:
                raise InputError(where, str(error)) from error
            yield from _whole(line, stream, name, number, error)
            return
        is_first = False
        if len(line) <= LARGEST_MESSAGE and value.__class__ is dict and "batch" not in value:
            yield value, where, notes  # the common case of JSON Lines
        else:
            yield from _messages(value, where, notes, len(line))


def _whole(first: bytes, stream: BinaryIO, name: str, number: int, error: NotJsonError) -> Iterator[Read]:
    """Read a document of several lines, whose first line alone is no JSON."""
    rest = stream.read()
    try:
        value, notes = decode(first + rest)
    except NotJsonError as broken:
        following = next((line for line in rest.split(b"\n", 20)[:20] if line.strip()), b"")
        if _stands_alone(following):  # JSON Lines after all, and the first of them is broken
            raise InputError(f"{name}:{number}", str(error)) from error
        raise InputError(f"{name}:{number + broken.line - 1}", str(broken)) from broken
    is_one = isinstance(value, dict) and not is_batch(value)  # several do not all stand on its first line
    yield from _messages(value, f"{name}:{number}" if is_one else name, notes, len(first) + len(rest))


def _stands_alone(line: bytes) -> bool:
    """Say whether a line is a JSON object or array by itself; in a document of several lines hardly any is."""
    try:
        return line.strip()[:1] == b"{" and isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _messages(value: Any, where: str, notes: tuple[Violation, ...], size: int) -> Iterator[Read]:
    """Yield the messages of one document: itself, the items of an array, the items of a batch."""
    if is_batch(value):
        below = "/batch"
        items = batch_messages(value)
    elif isinstance(value, list):
        below = ""
        items = value
    else:
        yield value, where, notes + _size_note(size)
        return
    for position, item in enumerate(items):
        start = f"{below}/{position}"
        origin = f"{where} [{position}]"
        if is_batch(item):
            for inner, (message, _, found) in enumerate(_messages(item, where, (), size)):
                yield message, f"{origin} [{inner}]", found + _inside(notes, f"{start}/batch/{inner}")
            continue
        own = _written_size_note(item) if size > LARGEST_MESSAGE else ()
        yield item, origin, own + _inside(notes, start)


def _inside(notes: tuple[Violation, ...], start: str) -> tuple[Violation, ...]:
    """Return the notes about one message of a document, with paths that begin at the message."""
    if not notes:
        return ()
    return tuple(
        violation(note.code, note.path[len(start) :], note.message)
        for note in notes
        if note.path.startswith(f"{start}/")
    )


def _written_size_note(message: Any) -> tuple[Violation, ...]:
    """Return the note on the size of a message whose own text is not at hand."""
    try:
        return _size_note(len(orjson.dumps(message)))
    except orjson.JSONEncodeError:  # no JSON, or nested too deep to be written: admission or mapping says what exactly
        return ()


def _size_note(size: int) -> tuple[Violation, ...]:
    if size <= LARGEST_MESSAGE:
        return ()
    words = f"the message has {size:,} bytes; Segment takes {LARGEST_MESSAGE:,}"
    return (violation("message_too_large", "", words),)


__all__ = ["LARGEST_MESSAGE", "STDIN", "read_messages", "received_from"]
