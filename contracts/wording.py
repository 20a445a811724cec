"""Values in sentences: how a JSON value is named and shown in a message for people. Pure."""

from __future__ import annotations

import json
from typing import Any

_LONGEST = 60


def json_type(value: Any) -> str:
    """Return JSON's word for the type of ``value``: ``string``, ``integer``, ``number``, ``boolean``, ``null`` ..."""
    if value is None:
        return "null"
    for types, word in _WORDS:
        if isinstance(value, types):
            return word
    return type(value).__name__


def shown(value: Any) -> str:
    """Return ``value`` as JSON on one line, cut at 60 characters; containers by their size, for they may be huge."""
    if isinstance(value, dict):
        return f"an object with {len(value)} key{'' if len(value) == 1 else 's'}" if value else "{}"
    if isinstance(value, (list, tuple)):
        return f"an array with {len(value)} item{'' if len(value) == 1 else 's'}" if value else "[]"
    if isinstance(value, str) and len(value) > _LONGEST:
        return json.dumps(value[: _LONGEST - 1], ensure_ascii=False)[:-1] + '…"'
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return f"a Python {type(value).__name__}"


def described(value: Any) -> str:
    """Return type and value: ``the string "ten"``, ``the number 42.0``, ``null``, ``an object with 3 keys``."""
    if value is None or isinstance(value, (dict, list, tuple)):
        return shown(value)
    return f"the {json_type(value)} {shown(value)}"


def told(value: Any) -> str:
    """Return a value as Pointillist's rules tell it: ``the text "ten"``, ``the number 42``, ``null``, ``an array``."""
    if value is None or isinstance(value, bool):
        return shown(value)
    if isinstance(value, (int, float)):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {shown(value)}"
    return "an array" if isinstance(value, list) else "an object"


_WORDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (dict, "object"),
    ((list, tuple), "array"),
)
