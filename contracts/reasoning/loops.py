"""References that go round without going into the instance: ``{"not": {"$ref": "#"}}``. Pure.

JSON Schema leaves undefined what such a schema means, and validators differ: some recurse without end, some call it
valid. Nothing can be proved about it, so nobody here tries.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from contracts.reasoning.documents import UnresolvableError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.reasoning.documents import Document, Schema

_SAME_VALUE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "dependencies")
"""Keywords whose schemas are asked about the very value the keyword is asked about."""
_PARTS = ("properties", "patternProperties", "additionalProperties", "propertyNames", "items", "prefixItems",
          "additionalItems", "contains", "unevaluatedProperties", "unevaluatedItems")  # fmt: skip
"""Keywords whose schemas are asked about a part of the value: going round through one of these comes to an end."""
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})


def loops(document: Document) -> bool:
    """Tell whether some reference in the document's root, or in what it uses, leads back to itself at one value."""
    finished: set[int] = set()
    waiting = [(document, document.root)]
    while waiting:
        if _goes_round(*waiting.pop(), [], finished, waiting):
            return True
    return False


def _goes_round(
    document: Document,
    schema: Schema,
    above: list[int],
    finished: set[int],
    waiting: list[tuple[Document, Schema]],
) -> bool:
    """Follow the schemas of one value; those of its parts are put into ``waiting``."""
    if not isinstance(schema, dict) or id(schema) in finished:
        return False
    if id(schema) in above:
        return True
    document = document.at(schema)
    above.append(id(schema))
    around = any(_goes_round(*inner, above, finished, waiting) for inner in _of_the_same_value(document, schema))
    above.pop()
    finished.add(id(schema))
    if not ("$ref" in schema and document.old):
        waiting.extend((document, inner) for keyword in _PARTS for inner in _schemas(schema, keyword))
    return around


def _of_the_same_value(document: Document, schema: dict[str, Any]) -> Iterator[tuple[Document, Schema]]:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        with suppress(UnresolvableError):  # whoever follows it says so
            yield document.resolve(reference)
        if document.old:
            return
    for keyword in _SAME_VALUE:
        for inner in _schemas(schema, keyword):
            yield document, inner


def _schemas(schema: dict[str, Any], keyword: str) -> list[dict[str, Any]]:
    """Return the schemas of a keyword, which has one, a list of them, or one a name."""
    value = schema.get(keyword)
    if isinstance(value, dict):
        value = list(value.values()) if keyword in _BY_NAME else [value]
    return [inner for inner in value if isinstance(inner, dict)] if isinstance(value, list) else []
