"""What ``unevaluatedProperties`` and ``unevaluatedItems`` speak of, where that can be said without an instance. Pure.

They speak of what no keyword of their schema, or of one applied beside it, has looked at. What is always applied
(``allOf``, ``$ref``) looks at the same names in every instance that passes: all of them together are those of an
``additionalProperties``. Where it depends on the instance what is applied, and that looks at anything, nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.reasoning.documents import UnresolvableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.reasoning.documents import Document, Schema

SAYS_AS: dict[str, str] = {"unevaluatedProperties": "additionalProperties", "unevaluatedItems": "items"}
"""The keyword that says the same once it is known what was looked at."""
_DEPTH = 20
_SOMETIMES = ("anyOf", "oneOf", "if", "then", "else", "dependentSchemas", "dependencies")
_UNKNOWN = ("$dynamicRef", "$recursiveRef", "extends")


@dataclass(slots=True)
class _Looked:
    """What a schema looks at: property names, patterns of names, so many first items; or everything."""

    names: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    items: int = 0
    everything: bool = False

    def add(self, other: _Looked) -> None:
        self.names |= other.names
        self.patterns |= other.patterns
        self.items = max(self.items, other.items)
        self.everything = self.everything or other.everything


def looked_at(keyword: str, schema: dict[str, Any], document: Document) -> dict[str, Any] | bool | None:
    """Return the schema beside which :data:`SAYS_AS` says what an unevaluated keyword says in ``schema``.

    Returns:
        ``{"properties", "patternProperties"}`` or ``{"prefixItems"}``; ``True`` where everything is looked at;
        ``None`` where it depends on the instance.
    """
    looked = _looked(keyword, schema, document, 0)
    if looked is None or looked.everything:
        return None if looked is None else True
    if keyword == "unevaluatedItems":
        return {"prefixItems": [True] * looked.items}
    return {"properties": dict.fromkeys(looked.names, True), "patternProperties": dict.fromkeys(looked.patterns, True)}


def _looked(keyword: str, schema: Schema, document: Document, depth: int) -> _Looked | None:
    if not isinstance(schema, dict):
        return _Looked()
    document = document.at(schema)
    schema = document.known(schema)
    if depth > _DEPTH or any(word in schema for word in _UNKNOWN):
        return None
    looked = _own(keyword, schema)
    if looked is None or looked.everything:
        return looked
    if depth and keyword in schema:  # it has looked at whatever was left
        return _Looked(everything=True)
    try:
        always = [(document, inner) for inner in schema.get("allOf", ())]
        if "$ref" in schema:
            always.append(document.resolve(schema["$ref"]))
    except UnresolvableError:
        return None
    for home, inner in always:
        more = _looked(keyword, inner, home, depth + 1)
        if more is None:
            return None
        looked.add(more)
    if any(_looked(keyword, inner, document, depth + 1) != _Looked() for inner in _sometimes(schema)):
        return None
    return looked


def _own(keyword: str, schema: dict[str, Any]) -> _Looked | None:
    """Return what the keywords of one schema look at by themselves."""
    if keyword == "unevaluatedProperties":
        everything = "additionalProperties" in schema
        return _Looked({*schema.get("properties", ())}, {*schema.get("patternProperties", ())}, everything=everything)
    if "contains" in schema:  # it looks at what it contains
        return None
    items = schema.get("items")
    first = items if isinstance(items, list) else schema.get("prefixItems", ())
    rest = "additionalItems" if isinstance(items, list) else "items"
    return _Looked(items=len(first), everything=rest in schema)


def _sometimes(schema: dict[str, Any]) -> Iterator[Schema]:
    """Yield the schemas that are applied to some instances only."""
    for keyword in _SOMETIMES:
        value = schema.get(keyword, ())
        if keyword.startswith("depend"):
            yield from (inner for inner in dict(value).values() if not isinstance(inner, list))
        elif isinstance(value, list):
            yield from value
        elif value != ():
            yield value
