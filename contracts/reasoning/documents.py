"""A JSON Schema document, its dialect, and what its references mean. Pure: nothing is ever fetched."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

Schema: TypeAlias = "dict[str, Any] | bool"

OLD_DIALECTS = ("draft-03", "draft-04", "draft-06", "draft-07")
"""Dialects in which ``$ref`` hides its siblings, and ``items`` may be an array."""

OPAQUE = frozenset({"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef", "extends", "disallow"})
"""Keywords that decide something this package does not reason about."""


class UnresolvableError(ValueError):
    """A reference that leads nowhere, or out of the document."""


class Document:
    """One schema document.

    Args:
        root: The whole schema.

    Attributes:
        old: ``$ref`` hides its siblings (draft-07 and before).
        fourth: draft-04, where ``exclusiveMinimum`` is a boolean.
    """

    def __init__(self, root: Schema) -> None:
        self.root = root
        dialect = root.get("$schema", "") if isinstance(root, dict) else ""
        dialect = dialect if isinstance(dialect, str) else ""
        self.old = any(name in dialect for name in OLD_DIALECTS)
        self.fourth = "draft-04" in dialect or "draft-03" in dialect
        self._anchors: dict[str, Schema] = {}
        self._index(root, "")

    def resolve(self, reference: str) -> Schema:
        """Return the schema ``reference`` means.

        Raises:
            UnresolvableError: Nothing of that name is in the document.
        """
        if reference in self._anchors:
            return self._anchors[reference]
        base, fragment = urldefrag(reference)
        root = self.root if not base else self._anchors.get(base)
        if root is not None and (not fragment or fragment.startswith("/")):
            return _follow(root, unquote(fragment), reference)
        if base + "#" + fragment in self._anchors:
            return self._anchors[base + "#" + fragment]
        raise UnresolvableError(reference)

    def _index(self, node: Any, base: str) -> None:
        """Remember every ``$id`` and ``$anchor``, also as references relative to the root would write them."""
        if isinstance(node, list):
            for inner in node:
                self._index(inner, base)
            return
        if not isinstance(node, dict):
            return
        own = node.get("$id", node.get("id") if self.fourth else None)
        if isinstance(own, str) and "enum" not in node:
            absolute = urljoin(base, own) if base else own
            for name in {own, absolute, urldefrag(absolute)[0]} - {""}:
                self._anchors.setdefault(name, node)
            if not own.startswith("#"):
                base = absolute
        for key in ("$anchor", "$dynamicAnchor"):
            anchor = node.get(key)
            if isinstance(anchor, str):
                self._anchors.setdefault("#" + anchor, node)
                self._anchors.setdefault(base + "#" + anchor, node)
        for key, inner in node.items():
            if key not in ("enum", "const", "default", "examples"):
                self._index(inner, base)


def _follow(node: Any, fragment: str, reference: str) -> Schema:
    for part in fragment.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        elif isinstance(node, dict) and key in node:
            node = node[key]
        else:
            raise UnresolvableError(reference)
    if not isinstance(node, (dict, bool)):
        raise UnresolvableError(reference)
    return node


class Goal(NamedTuple):
    """A schema an instance must pass (``wanted``) or fail."""

    document: Document
    schema: Schema
    wanted: bool

    def key(self) -> tuple[int, str, bool]:
        """Return what makes two goals the same."""
        text = json.dumps(self.schema, sort_keys=True)
        return (id(self.document) if "Ref" in text or "$ref" in text else 0, self.dialect() + text, self.wanted)

    def dialect(self) -> str:
        """Return what of the dialect can change the meaning of a schema without references."""
        return "4" if self.document.fourth else "7" if self.document.old else ""

    def flipped(self) -> Goal:
        """Return the opposite goal."""
        return self._replace(wanted=not self.wanted)


def same(first: Any, second: Any) -> bool:
    """Compare as JSON Schema does: ``1`` is ``1.0``, ``true`` is not ``1``."""
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, (int, float)) and isinstance(second, (int, float)):
        return first == second
    if type(first) is not type(second):
        return False
    if isinstance(first, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[key], second[key]) for key in first)
    return bool(first == second)


def type_of(value: Any) -> str:
    """Return the JSON type; every number is ``number``."""
    names = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}
    return names.get(type(value), "number")
