"""A tracking plan from observed messages, marked as inferred: what was seen, not what is right; a start to edit.

One rule an event: the types each property had, at every level, and as required what every message had. Values are not
looked at, so no enumerations are guessed. Memory is bounded by the number of different names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_FOR_REQUIRED = 5
"""Messages of an event that must have come before "every message had it" makes a property required."""
MAX_EVENTS = 2_000
MAX_NAMES = 300
"""Different names of one object; beyond it the keys are data, not names, and only their values' types are kept."""
_DEPTH = 8
_DRAFT = "http://json-schema.org/draft-07/schema#"
_PAYLOAD = {
    "track": "properties",
    "identify": "traits",
    "page": "properties",
    "screen": "properties",
    "group": "traits",
}


class _Shape:
    """What values stood at one place."""

    __slots__ = ("count", "fields", "items", "objects", "open", "types")

    def __init__(self) -> None:
        self.count = 0
        self.objects = 0
        self.types: set[str] = set()
        self.fields: dict[str, _Shape] = {}
        self.items: _Shape | None = None
        self.open = False

    def see(self, value: Any, depth: int = 0) -> None:
        self.count += 1
        kind = _type(value)
        self.types.add(kind)
        if kind == "object":
            self.objects += 1
        if depth >= _DEPTH:
            return
        if kind == "object":
            for name, inner in value.items():
                shape = self.fields.get(name)
                if shape is None:
                    if len(self.fields) >= MAX_NAMES:
                        self.open = True
                        continue
                    shape = self.fields[name] = _Shape()
                shape.see(inner, depth + 1)
        elif kind == "array":
            self.items = self.items or _Shape()
            for inner in value:
                self.items.see(inner, depth + 1)

    def schema(self) -> dict[str, Any]:
        types = sorted(self.types - ({"integer"} if "number" in self.types else set()))
        made: dict[str, Any] = {"type": types[0] if len(types) == 1 else types} if types else {}
        if self.fields and not self.open:
            made["properties"] = {name: self.fields[name].schema() for name in sorted(self.fields)}
            if self.objects >= MIN_FOR_REQUIRED:
                always = sorted(name for name, shape in self.fields.items() if shape.count == self.objects)
                if always:
                    made["required"] = always
        if self.items is not None and self.items.count:
            made["items"] = self.items.schema()
        return made


def infer(messages: Iterable[Any]) -> dict[str, Any]:
    """Return a tracking plan for ``messages``.

    Args:
        messages: Segment messages; what has no type or, as a track, no event name is passed over.

    Returns:
        ``{"inferred": true, "unplanned": "warn", "rules": [...]}``, rules sorted by type and event.
    """
    shapes: dict[tuple[str, str | None], _Shape] = {}
    for message in messages:
        place = _place(message)
        if place is None or (place not in shapes and len(shapes) >= MAX_EVENTS):
            continue
        payload = message.get(_PAYLOAD[place[0]])
        shapes.setdefault(place, _Shape()).see(payload if isinstance(payload, dict) else {})
    rules = []
    for (call, event), shape in sorted(shapes.items(), key=lambda row: (row[0][0], row[0][1] or "")):
        key = _PAYLOAD[call]
        inner = shape.schema()
        schema: dict[str, Any] = {
            "$schema": _DRAFT,
            "description": f"inferred from {shape.count} message{'s' if shape.count > 1 else ''}",
            "type": "object",
            "properties": {key: inner},
        }
        if inner.get("required"):
            schema["required"] = [key]
        named = {} if event is None else {"key": event}
        rules.append({"type": call.upper(), **named, "version": 1, "jsonSchema": schema})
    return {"inferred": True, "unplanned": "warn", "rules": rules}


def _place(message: Any) -> tuple[str, str | None] | None:
    kind = message.get("type") if isinstance(message, dict) else None
    call = kind.lower() if isinstance(kind, str) else None
    if call not in _PAYLOAD:
        return None
    if call == "track":
        event = message.get("event")
        return ("track", event) if isinstance(event, str) and event.strip() else None
    return call, None


def _type(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "string" if isinstance(value, str) else "object" if isinstance(value, dict) else "array"
