"""A JSON document laid out in lines, as the detail panes show it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.comparing.differing import json_type
from simulator.reports.values import BASIS_WORDS, Missing, at, bare, short

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BASIS_WORDS", "Missing", "at", "bare", "flattened", "json_type", "short"]


def flattened(
    value: Any, indent: int = 0, name: str | None = None, last: bool = True
) -> Iterator[tuple[int, str, str, str]]:
    """Yield a document's lines as ``(indent, key text, value text, type)``, laid out as JSON.

    A loop over a stack, since the depth is the sender's choice.
    """
    stack: list[tuple[int, str | None, Any, bool, str | None]] = [(indent, name, value, last, None)]
    while stack:
        level, key, item, final, closing = stack.pop()
        comma = "" if final else ","
        if closing is not None:
            yield level, "", closing + comma, "mark"
            continue
        label = "" if key is None else short(key) + ": "
        if isinstance(item, (dict, list)) and item:
            opening, close = ("{", "}") if isinstance(item, dict) else ("[", "]")
            yield level, label, opening, "mark"
            stack.append((level, None, None, final, close))
            pairs: list[tuple[str | None, Any]] = (
                list(item.items()) if isinstance(item, dict) else [(None, entry) for entry in item]
            )
            for place in range(len(pairs) - 1, -1, -1):
                child, entry = pairs[place]
                stack.append((level + 1, child, entry, place == len(pairs) - 1, None))
        else:
            yield level, label, short(item) + comma, json_type(item)
