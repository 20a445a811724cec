"""Messages from files: JSON Lines, a JSON array, one JSON object, a batch body, each optionally gzipped.

JSON Lines are streamed, a line at a time, or cut into blocks of whole lines for several processes to read; the other
forms are one document and are read whole. UTF-8, with or without BOM. What cannot be read raises
:class:`~simulator.errors.InputError` with file and line. A line that is too long to be read is no message; it stands in
the run as ``None`` with the note ``line_too_long``.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import orjson

from contracts.codes import violation
from contracts.not_json import BOM, NotJsonError
from contracts.violations import pointer
from simulator.errors import InputError
from simulator.segment.batching import batch_messages, is_batch
from simulator.segment.decoding import decode
from simulator.segment.message import Received
from simulator.segment.opening import (
    BROKEN_GZIP,
    LONGEST_LINE,
    STDIN,
    broken_gzip,
    lines_of,
    opened,
    pass_over_line,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from contracts.violations import Violation
    from simulator.segment.blocks import Block
    from simulator.segment.extent import Extent

LARGEST_MESSAGE = 32 * 1024
"""Bytes Segment takes for one message; a file's larger ones get a warning, nothing more."""

Read: TypeAlias = "tuple[Any, str, tuple[Violation, ...]]"
"""A message's JSON value, its origin, and what reading it had to say: what is known before its position is."""

_HALF_PAIR = re.compile("[\ud800-\udfff]")


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
        with opened(path, stdin, extent) as (name, stream):
            for value, origin, notes in _documents(stream, lines_of(stream), name, 1):
                yield Received(index, value, origin, None, notes)
                index += 1


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
    if block.unread:
        return iter((_unread(f"{block.name}:{block.line}", block.unread),))
    stream = io.BytesIO(block.data)
    return _documents(stream, stream, block.name, block.line)


def received_from(messages: Iterable[Any], origin: str = "") -> Iterator[Received]:
    """Yield JSON values that are at hand already as received messages, numbered, with the same note on size.

    Raises:
        ValueError: A text holds half a surrogate pair, which no file could bring: UTF-8 cannot write it.
    """
    for index, message in enumerate(messages):
        yield Received(index, message, origin, None, _written_size_note(message))


def _documents(stream: io.BufferedIOBase, lines: Iterable[bytes], name: str, begin: int) -> Iterator[Read]:
    """Yield what a stream and its lines, which begin at line ``begin`` of their input, hold."""
    is_first = begin == 1
    number = begin - 1
    try:
        for number, line in enumerate(lines, begin):
            if is_first:
                line = line.removeprefix(BOM)  # noqa: PLW2901 - the same line without its mark
            if line.isspace() or not line:
                continue
            where = f"{name}:{number}"
            if len(line) > LONGEST_LINE:
                is_first = False
                yield _unread(where, len(line) + pass_over_line(stream, line))
                continue
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
    except BROKEN_GZIP as error:
        raise broken_gzip(name, max(number, begin) if is_first else number + 1, error) from error


def _unread(where: str, size: int) -> Read:
    """Return what stands in the run for a line that is too long to be read."""
    words = f"the line has {size:,} bytes and was not read; at most {LONGEST_LINE:,} are"
    return None, where, (violation("line_too_long", "", words),)


def _whole(first: bytes, stream: io.BufferedIOBase, name: str, number: int, error: NotJsonError) -> Iterator[Read]:
    """Read a document of several lines, whose first line alone is no JSON."""
    rest = stream.read(LONGEST_LINE + 1 - len(first))
    if len(first) + len(rest) > LONGEST_LINE:
        text = (
            f"{error}; as one document it is too large: at most {LONGEST_LINE:,} bytes are read at once. "
            "Write one message a line; jq -c '.[]' makes such lines of an array"
        )
        raise InputError(f"{name}:{number}", text) from error
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
        half = next(_half_pairs(message), None)
        if half is not None:
            words = "holds half a surrogate pair, which is no text; give both halves, or none"
            raise ValueError(f"{half}: {words}") from None
        return ()


def _half_pairs(message: Any) -> Iterator[str]:
    """Yield where in a message half a surrogate pair stands; for one in a key, the place of its object."""
    waiting, seen = [("", message)], set()
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, str) and _HALF_PAIR.search(value):
            yield place
        if not isinstance(value, dict | list | tuple) or id(value) in seen:
            continue
        seen.add(id(value))  # a value that holds itself would never end
        if isinstance(value, dict) and any(isinstance(key, str) and _HALF_PAIR.search(key) for key in value):
            yield place or "/"
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        waiting.extend((place + pointer(key), one) for key, one in inner)


def _size_note(size: int) -> tuple[Violation, ...]:
    if size <= LARGEST_MESSAGE:
        return ()
    words = f"the message has {size:,} bytes; Segment takes {LARGEST_MESSAGE:,}"
    return (violation("message_too_large", "", words),)


__all__ = ["LARGEST_MESSAGE", "STDIN", "read_messages", "received_from"]
