"""A JSON Schema document, its dialect, and what its references mean. Pure: nothing is ever fetched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema: TypeAlias = "dict[str, Any] | bool"

OLD_DIALECTS = ("draft-03", "draft-04", "draft-06", "draft-07")
"""Dialects in which ``$ref`` hides its siblings, and ``items`` may be an array."""

OPAQUE = frozenset({"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef", "extends", "disallow"})
"""Keywords that decide something this package does not reason about."""


class UnresolvableError(ValueError):
    """A reference that leads nowhere, or out of the document."""


class Document:
    """One schema resource: what ``#/...`` inside it means. A resource inside a document (``$id``) is one of its own.

    Args:
        root: The whole schema.
        library: Other schemas it may refer to, by their absolute ``$id``; nothing is ever fetched.

    Attributes:
        old: ``$ref`` hides its siblings (draft-07 and before).
        fourth: draft-04, where ``exclusiveMinimum`` is a boolean.
    """

    def __init__(
        self, root: Schema, library: Mapping[str, Schema] | None = None, parent: Document | None = None
    ) -> None:
        self.root = root
        dialect = root.get("$schema", "") if isinstance(root, dict) else ""
        dialect = dialect if isinstance(dialect, str) else ""
        self.old: bool = any(name in dialect for name in OLD_DIALECTS) if dialect or parent is None else parent.old
        self.fourth: bool = (
            ("draft-04" in dialect or "draft-03" in dialect) if dialect or parent is None else parent.fourth
        )
        self.uri: str = urljoin(parent.uri if parent is not None else "", _own_id(root, self.fourth) or "")
        self._library = library or {}
        self._resources: dict[str, Document] = {}
        if parent is not None:
            self._resources = parent._resources  # noqa: SLF001 - its own kind
        self._inner: dict[int, Document] = {}
        self._anchors: dict[str, Schema] = {}
        self._texts: dict[int, tuple[Schema, str]] = {}
        self._resources.setdefault(self.uri, self)
        if isinstance(root, dict):
            for key, inner in root.items():
                self._index(key, inner)
            self._note_anchors(root)

    def at(self, schema: Schema) -> Document:
        """Return the resource whose rules hold inside ``schema``, which stands in this one."""
        return self._inner.get(id(schema), self)

    def text_of(self, schema: Schema) -> str:
        """Return a schema in this document as text, key order aside; it is remembered with the schema."""
        if isinstance(self.root, bool):  # the document of schemas made on the way, which come and go
            return json.dumps(schema, sort_keys=True)
        known = self._texts.get(id(schema))
        if known is None:
            known = self._texts[id(schema)] = (schema, json.dumps(schema, sort_keys=True))
        return known[1]

    def resolve(self, reference: str) -> tuple[Document, Schema]:
        """Return the schema ``reference`` means, and the resource it stands in.

        Raises:
            UnresolvableError: Nothing of that name is in the document or the library.
        """
        uri, fragment = urldefrag(urljoin(self.uri, reference))
        if reference.startswith("#"):
            document, fragment = self, reference[1:]
        elif uri in self._resources:
            document = self._resources[uri]
        elif uri in self._library:
            document = Document(self._library[uri], self._library)
            self._resources[uri] = document
        else:
            raise UnresolvableError(reference)
        if not fragment:
            return document, document.root
        if fragment.startswith("/"):
            return document._follow(unquote(fragment), reference)
        if fragment in document._anchors:
            return document, document._anchors[fragment]
        raise UnresolvableError(reference)

    def _index(self, key: str, node: Any) -> None:
        """Remember every resource and anchor below the root."""
        if key in ("enum", "const", "default", "examples"):
            return
        if isinstance(node, list):
            for inner in node:
                self._index("", inner)
        elif isinstance(node, dict):
            if _own_id(node, self.fourth) is not None:
                self._inner[id(node)] = Document(node, self._library, self)
                return
            self._note_anchors(node)
            for name, inner in node.items():
                self._index(name, inner)

    def _note_anchors(self, node: dict[str, Any]) -> None:
        names = [node.get("$anchor"), node.get("$dynamicAnchor")]
        own = node.get("$id", node.get("id") if self.fourth else None)
        if isinstance(own, str) and own.startswith("#"):
            names.append(own[1:])
        for name in names:
            if isinstance(name, str):
                self._anchors.setdefault(name, node)

    def _follow(self, fragment: str, reference: str) -> tuple[Document, Schema]:
        node: Any = self.root
        document = self
        for part in fragment.split("/")[1:]:
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                raise UnresolvableError(reference)
            document = document.at(node)
        if not isinstance(node, (dict, bool)):
            raise UnresolvableError(reference)
        return document, node


def _own_id(node: Any, fourth: bool) -> str | None:
    """Return the ``$id`` that makes a schema a resource of its own; a mere anchor (``#name``) does not."""
    if not isinstance(node, dict) or "enum" in node:
        return None
    own = node.get("id" if fourth else "$id")
    return own if isinstance(own, str) and own and not own.startswith("#") else None


class Goal(NamedTuple):
    """A schema an instance must pass (``wanted``) or fail."""

    document: Document
    schema: Schema
    wanted: bool

    def key(self) -> tuple[int, str, bool]:
        """Return what makes two goals the same."""
        text = self.document.text_of(self.schema)
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
