"""Where two JSON values differ, field by field: one function behind every failure text. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.violations import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "(absent)"})()
"""Stands for "is not there", which ``null`` is not."""


class Field(NamedTuple):
    """One field that differs: its JSON Pointer, and both values (:data:`ABSENT` where it is not there)."""

    path: str
    expected: Any
    actual: Any

    @property
    def kind(self) -> str:
        """``added``, ``gone``, ``retyped`` or ``changed``."""
        if self.expected is ABSENT:
            return "added"
        if self.actual is ABSENT:
            return "gone"
        return "changed" if json_type(self.expected) == json_type(self.actual) else "retyped"


def difference(expected: Any, actual: Any) -> list[Field]:
    """Return every field in which ``actual`` differs from ``expected``; empty where they are the same JSON value.

    Numbers are compared by value (``25`` is ``25.0``), booleans are no numbers, the order of keys does not matter.
    """
    return list(_walk(expected, actual, ""))


def _walk(expected: Any, actual: Any, path: str) -> Iterator[Field]:
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in [*expected, *(name for name in actual if name not in expected)]:
            yield from _walk(expected.get(key, ABSENT), actual.get(key, ABSENT), path + pointer(key))
    elif isinstance(expected, list) and isinstance(actual, list):
        for index in range(max(len(expected), len(actual))):
            first = expected[index] if index < len(expected) else ABSENT
            second = actual[index] if index < len(actual) else ABSENT
            yield from _walk(first, second, path + pointer(index))
    elif json_type(expected) != json_type(actual) or expected != actual:
        yield Field(path, expected, actual)


def json_type(value: Any) -> str:
    """Return the JSON type of ``value``; whole and broken numbers are one type."""
    if value is ABSENT:
        return "absent"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"
