"""Values and paths of a JSON document, as people read them: one line each. Pure."""

from __future__ import annotations

from typing import Any

import orjson

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
