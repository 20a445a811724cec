"""Values and paths of a JSON document, as the detail panes show them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

BASIS_WORDS = {
    "seed": "Segment's Pointillist page says so",
    "fact": "seen in another public source",
    "inferred": "our reading of the evidence",
    "ours": "a choice of this product",
    "plan": "your own plan or mapping",
}
"""What a basis means, for the line below a selected row."""


class Missing:
    """Nothing is at that path."""


def at(document: Any, path: str) -> Any:
    """Return the value at a JSON Pointer, or :class:`Missing`."""
    value = document
    for raw in path.split("/")[1:]:
        key = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and key in value:
            value = value[key]
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return Missing
    return value


def short(value: Any) -> str:
    """Return a value as one line: text in quotes, so that ``"10"`` and ``10`` can be told apart."""
    if value is Missing:
        return ""
    try:
        return orjson.dumps(value).decode()
    except (TypeError, orjson.JSONEncodeError):  # integers beyond 64 bits, lone surrogates
        return repr(value)


def bare(value: Any) -> str:
    """Return a value as one line, text without quotes."""
    return value if isinstance(value, str) else short(value)


def kind(value: Any) -> str:
    """Return the JSON type of ``value`` in a word."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


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
            yield level, label, short(item) + comma, kind(item)
