"""Inputs as streams of bytes: files and standard input, out of their gzip, and their lines, none longer than is read.

A line is held whole while it is read, and several times over as values. So there is a longest one: a longer line is
passed over in pieces, and whoever reads goes on with the next.
"""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from simulator.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.segment.extent import Extent

STDIN: Final = "-"

LONGEST_LINE: Final = 128 * 1024 * 1024
"""Bytes of the longest line, and of the largest document over several lines, that is read (``ours``): 4,096 times what
Segment takes for a message, 268 times what it takes for a batch, and some 600 MB of memory."""

BROKEN_GZIP: Final = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading a stream raises where its gzip is cut or damaged."""

_GZIP: Final = b"\x1f\x8b"
_PIECE: Final = 1 << 20


@contextmanager
def opened(path: str, stdin: BinaryIO | None, extent: Extent | None) -> Iterator[tuple[str, io.BufferedIOBase]]:
    """Open an input, out of its gzip where it has one; what goes wrong while it is read names it.

    Args:
        path: A file; ``-`` is standard input.
        stdin: What ``-`` reads; the process's own by default.
        extent: Is told how far the reading has come.

    Raises:
        InputError: It cannot be opened or read.
    """
    # A name may be no text at all, and a report in JSON can hold nothing else.
    name = "<stdin>" if path == STDIN else path.encode(errors="backslashreplace").decode()
    try:
        stream = (stdin or sys.stdin.buffer) if path == STDIN else Path(path).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise InputError(name, error.strerror or str(error)) from error
    if extent is not None:
        extent.begin(stream)
    try:
        yield name, _unzipped(stream)
    except OSError as error:
        raise InputError(name, error.strerror or str(error)) from error
    finally:
        if extent is not None:
            extent.end()
        if path != STDIN:
            stream.close()


def _unzipped(stream: BinaryIO) -> io.BufferedIOBase:
    """Return the stream, through gzip where its first bytes say so (whatever its name)."""
    buffered: Any = stream if hasattr(stream, "peek") else io.BufferedReader(stream)
    plain: io.BufferedIOBase = buffered
    return gzip.GzipFile(fileobj=buffered) if buffered.peek(2)[:2] == _GZIP else plain


def broken_gzip(name: str, line: int, error: Exception) -> InputError:
    """Return what is wrong with an input whose gzip breaks off inside a line; the lines before it were read."""
    return InputError(f"{name}:{line}", f"broken gzip: {error}; nothing can be read from this line on")


def lines_of(stream: io.BufferedIOBase) -> Iterator[bytes]:
    """Return the lines of a stream; of one that is too long its beginning, longer than ``LONGEST_LINE``."""
    return iter(partial(stream.readline, LONGEST_LINE + 1), b"")


def pass_over_line(stream: io.BufferedIOBase, begun: bytes) -> int:
    """Read to the end of the line begun, and keep nothing of it; return how many bytes that were."""
    size, piece = 0, begun
    while piece and not piece.endswith(b"\n"):
        piece = stream.readline(_PIECE)
        size += len(piece)
    return size
