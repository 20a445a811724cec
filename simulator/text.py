"""Text from outside, made safe to show. Everything a message, a file or an answer holds is hostile until then."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1: escape sequences, bells, line ends
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # bidirectional marks, zero width, line separators
    "\ud800-\udfff]"  # lone surrogates: no terminal can print them
)


def visible(text: str) -> str:
    r"""Return ``text`` with control characters as visible escapes (``\u001b``), so that it cannot steer a terminal."""
    return _UNSAFE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def shorten_middle(text: str, width: int) -> str:
    """Cut an id in the middle to ``width`` characters: ``3f1c…012``; both ends tell ids apart."""
    if len(text) <= width:
        return text
    if width < 3:
        return text[: max(width - 1, 0)] + "…"
    head = width // 2
    return text[:head] + "…" + text[len(text) - (width - head - 1) :]


def shorten_front(text: str, width: int) -> str:
    """Cut a path at the front to ``width`` characters: ``…erties/revenue``; the end says more."""
    return text if len(text) <= width else "…" + text[len(text) - width + 1 :] if width > 0 else ""


def shorten_end(text: str, width: int) -> str:
    """Cut other text at the end to ``width`` characters."""
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"
