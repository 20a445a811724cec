"""Text from outside, made safe to show. Everything a message, a file or an answer holds is hostile until then."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: escape sequences, bells, line ends
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # bidirectional marks, zero width, line separators
    "\ud800-\udfff]"  # lone surrogates: no terminal can print them
)
"""One character that must not reach a terminal."""


def visible(text: str) -> str:
    r"""Return ``text`` with control characters as visible escapes (``\u001b``), so that it cannot steer a terminal."""
    return UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def cells(text: str) -> int:
    """Return how many terminal cells ``text`` takes: wide characters count two, combining ones none."""
    if text.isascii():  # nearly all text from outside, and ten times quicker
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415 - most commands never show text that is not ASCII

    return cell_len(text)


def _head(text: str, width: int) -> str:
    """Return the longest beginning of ``text`` that fits into ``width`` cells."""
    taken = text[: max(width, 0)]
    while taken and cells(taken) > width:
        taken = taken[:-1]
    if taken.isascii():
        return taken
    for character in text[len(taken) :]:  # combining characters belong to the letter before them
        if cells(character):
            break
        taken += character
    return taken


def _tail(text: str, width: int) -> str:
    """Return the longest end of ``text`` that fits into ``width`` cells and does not begin with half a letter."""
    taken = text[len(text) - width :] if 0 < width < len(text) else text if width > 0 else ""
    while taken and (cells(taken) > width or not cells(taken[0])):
        taken = taken[1:]
    return taken


def shorten_middle(text: str, width: int) -> str:
    """Cut an id in the middle to ``width`` cells: ``3f1c…012``; both ends tell ids apart."""
    if cells(text) <= width:
        return text
    if width < 3:
        return shorten_end(text, width)
    head = width // 2
    return _head(text, head) + "…" + _tail(text, width - head - 1)


def shorten_front(text: str, width: int) -> str:
    """Cut a path at the front to ``width`` cells: ``…erties/revenue``; the end says more."""
    if cells(text) <= width:
        return text
    return "…" + _tail(text, width - 1) if width > 0 else ""


def shorten_end(text: str, width: int) -> str:
    """Cut other text at the end to ``width`` cells."""
    if cells(text) <= width:
        return text
    return _head(text, width - 1) + "…" if width > 0 else ""


def packed(head: str, words: Sequence[str], between: str = " ", width: int = 80) -> list[str]:
    """Return ``words`` behind ``head`` in lines of at most ``width`` cells, aligned below the first, none broken."""
    lines: list[str] = []
    line = ""
    for number, word in enumerate(words, 1):
        told = word if number == len(words) else word + between
        if line and cells(head + line + told.rstrip()) > width:
            lines.append(f"{head}{line}".rstrip())
            head, line = " " * cells(head), ""
        line += told
    return [*lines, head + line]
