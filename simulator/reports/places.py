"""Where a message stands, read from its origin: ``events.jsonl:17`` is a file and a line."""

from __future__ import annotations

import re
from typing import NamedTuple

STANDARD_INPUT = re.compile(r"<stdin>(?::(?P<line>[0-9]+))?(?: .*|\[.*)?")
"""The origin of what was piped in, with the line from 1 where it is known."""
_LINE = re.compile(r"(?P<file>[^<].*?):(?P<line>[0-9]+)(?: .*|\[.*)?")
_FILE = re.compile(r"(?P<file>[^<\[ ].*?)(?: \[[0-9]+\]|\[[0-9]+\])?")


class Place(NamedTuple):
    """A file, and a line of it from 1 where it is known."""

    file: str
    line: int | None


def place(origin: str) -> Place | None:
    """Return the file and line of ``origin``; ``None`` for standard input, a request, or the generator."""
    if not origin or origin.startswith(("<", "POST ", "-")) or origin == "generator":
        return None
    match = _LINE.fullmatch(origin)
    if match is not None:
        return Place(match["file"], int(match["line"]) or None)
    match = _FILE.fullmatch(origin)
    return Place(match["file"], None) if match is not None else None
