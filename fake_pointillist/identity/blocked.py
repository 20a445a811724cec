"""Ids that identify nobody: placeholders that broken code sends in place of an id (R4, R5; ``ours``).

A blocked id stays in the payload but is not an identifier. The list is the union of what PostHog, Segment's suggested
values, Tealium, Heap and Snowplow block (``facts/identity.md`` 2); it can be replaced. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

BLOCKED_WORDS = frozenset(
    {
        *(
            "null",
            "none",
            "nil",
            "undefined",
            "nan",
            "true",
            "false",
            "anonymous",
            "guest",
            "unknown",
            "not set",
            "n/a",
        ),
        *("id", "email", "distinctid", "distinct_id", "not_authenticated", "[object object]", "-1"),
    }
)
"""Whole values, compared trimmed, without one pair of quotes, and without case."""

_ZEROS = re.compile(r"[0-]+\Z")
"""0, 0000, the nil UUID."""

_QUOTES = ('"', "'", "`")


def is_blocked(value: str) -> bool:
    """Whether ``value`` is blank or a placeholder, and so no identifier."""
    return _blocked(value, BLOCKED_WORDS)


def blocker(words: Iterable[str]) -> Callable[[str], bool]:
    """Return an ``is_blocked`` for a list of one's own; blank values and zeros are blocked by every list."""
    own = frozenset(_bare(word) for word in words)
    return lambda value: _blocked(value, own)


def _blocked(value: str, words: frozenset[str]) -> bool:
    bare = _bare(value)
    return not bare or bare in words or _ZEROS.match(bare) is not None


def _bare(value: str) -> str:
    text = value.strip()
    if len(text) >= 2 and text[0] in _QUOTES and text[0] == text[-1]:
        text = text[1:-1].strip()
    return text.lower()
