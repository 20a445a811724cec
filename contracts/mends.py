"""How to mend what breaks a schema, where what is there tells more than the general advice of the code. Pure."""

from __future__ import annotations

import json
import re
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from contracts.wording import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.schema_engines import Breach

_PLAIN = re.compile("[^0-9a-z]")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_MOST = 200
"""Names that are compared; more are data, not names."""
_LIKE = 0.75

FORMAT_EXAMPLES = {
    "date": "2026-03-02",
    "date-time": "2026-03-02T09:15:30Z",
    "time": "09:15:30Z",
    "duration": "P3DT4H",
    "email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/path",
    "uuid": "123e4567-e89b-42d3-a456-426614174000",
}
"""A text in each of the formats that plans ask for."""


def mend(breach: Breach, key: str | None, beside: Any) -> str | None:
    """Return how to mend a breach, or ``None`` where only the code's own advice is known.

    Args:
        breach: What is wrong.
        key: The key concerned, for keywords about keys.
        beside: The schema the keyword stands in.
    """
    told = _MENDS.get(breach.keyword)
    return told(breach, key or "", beside if isinstance(beside, dict) else {}) if told is not None else None


def _missing(breach: Breach, key: str, beside: dict[str, Any]) -> str | None:
    planned = beside.get("properties", {})
    near = nearest(key, tuple(name for name in breach.instance if name not in planned))
    return near and f"{shown(near)} is there: should it be {shown(key)}?"


def _unexpected(breach: Breach, key: str, beside: dict[str, Any]) -> str | None:
    near = nearest(key, tuple(name for name in beside.get("properties", {}) if name not in breach.instance))
    return near and f"did you mean {shown(near)}?"


def _not_listed(breach: Breach, _: str, __: dict[str, Any]) -> str | None:
    if not isinstance(breach.instance, str):
        return None
    near = nearest(breach.instance, tuple(one for one in breach.wanted if isinstance(one, str)))
    return near and f"did you mean {shown(near)}?"


def _other_type(breach: Breach, _: str, __: dict[str, Any]) -> str | None:
    value, wanted = breach.instance, breach.wanted
    types = {wanted} if isinstance(wanted, str) else set(wanted)
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return f"send it as text: {json.dumps(str(value))}" if "string" in types else None
    if not isinstance(value, str):
        return None
    whole = _NUMBER.fullmatch(value)
    is_number = whole is not None and ("number" in types or ("integer" in types and not (whole[2] or whole[3])))
    is_boolean = value in ("true", "false") and "boolean" in types
    return f"send {value}, without quotes" if is_number or is_boolean else None


def _other_format(breach: Breach, _: str, __: dict[str, Any]) -> str | None:
    example = FORMAT_EXAMPLES.get(breach.wanted)
    return example and f"send a text such as {shown(example)}"


def _twice(_: Breach, __: str, ___: dict[str, Any]) -> str:
    return "send each item once"


@lru_cache(maxsize=1024)
def nearest(word: str, names: tuple[str, ...]) -> str | None:
    """Return the name ``word`` was probably meant to be: in another way of writing, or misspelt; or ``None``."""
    if len(names) > _MOST:
        return None
    plain = _PLAIN.sub("", word.lower())
    same = (name for name in names if plain and _PLAIN.sub("", name.lower()) == plain)
    return next(same, None) or next(iter(get_close_matches(word, names, 1, _LIKE)), None)


_MENDS: dict[str, Callable[[Breach, str, dict[str, Any]], str | None]] = {
    "required": _missing,
    "additionalProperties": _unexpected,
    "unevaluatedProperties": _unexpected,
    "enum": _not_listed,
    "type": _other_type,
    "format": _other_format,
    "uniqueItems": _twice,
}
