"""Why bytes are no JSON, for people: what they are instead, or what is wrong and where. Said alike of every file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import orjson

BOM: Final = b"\xef\xbb\xbf"
"""What some write at the beginning of UTF-8."""

_FOREIGN: Final = (
    (re.compile(rb"\xff\xfe\0\0|\0\0\xfe\xff"), "UTF-32 text; save it as UTF-8"),
    (re.compile(rb"\xff\xfe|\xfe\xff|[^\0]\0[^\0]\0|\0[^\0]\0[^\0]"), "UTF-16 text; save it as UTF-8"),
    (re.compile(rb"PK\x03\x04"), "a zip archive; unpack it first"),
    (re.compile(rb"\x1f\x8b"), "compressed by gzip; unpack it first"),
    (re.compile(rb"BZh[1-9]"), "compressed by bzip2; unpack it first"),
    (re.compile(rb"\xfd7zXZ\0"), "compressed by xz; unpack it first"),
    (re.compile(rb"\x28\xb5\x2f\xfd"), "compressed by zstd; unpack it first"),
)
"""How what is no JSON at all begins, and what it is. Where gzip is read, it is one inside another."""
_POSITION: Final = re.compile(r": line (\d+) column (\d+) \(char \d+\)$")


class NotJsonError(ValueError):
    """The bytes are not JSON. ``str()`` is one line without the place, such as ``not JSON: unexpected end of data``.

    Attributes:
        line: From 1, inside the bytes given.
        column: From 1.
    """

    def __init__(self, what: str, line: int, column: int) -> None:
        super().__init__(f"not JSON: {what}")
        self.line = line
        self.column = column


def explained(error: orjson.JSONDecodeError, raw: bytes) -> NotJsonError:
    """Return what a person is told of bytes that orjson refused with ``error``."""
    for begins, name in _FOREIGN:
        if begins.match(raw):
            return NotJsonError(name, 1, 1)
    if not raw.strip():
        return NotJsonError("empty", 1, 1)
    what = _POSITION.sub("", str(error))
    if what.startswith("str is not valid UTF-8") or "surrogates not allowed" in what:
        return _not_utf8(raw)
    if what.startswith("number is infinity"):
        what = "a number beyond 1.8e308, the largest double"
    elif re.match(rb"\s*[-\[{:,\s]*(NaN|-?Infinity)", raw[max(error.pos - 1, 0) :]):
        what = "NaN and Infinity are not JSON"
    line, column = error.lineno, error.colno
    text = raw.decode("utf-8", errors="replace").rstrip()
    if error.pos >= len(text):  # it ends too early: the place is its end, not the start of an empty line after it
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    return NotJsonError(f"{what} (column {column})", line, column)


def _not_utf8(raw: bytes) -> NotJsonError:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return NotJsonError(f"not UTF-8: {error.reason} at byte {error.start + 1}; save it as UTF-8", line, 1)
    return NotJsonError("not UTF-8", 1, 1)
