"""A JSON Schema document, its dialect, and what its references mean. Pure: nothing is ever fetched."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from urllib.parse import unquote, urldefrag, urljoin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Schema: TypeAlias = "dict[str, Any] | bool"
Accepts: TypeAlias = "Callable[[Any, Any], bool]"
"""``accepts(schema, instance)``: a real validator's verdict."""

_DIALECTS = ("draft-03", "draft-04", "draft-06", "draft-07", "2019-09", "2020-12")
_LAST_OLD = "draft-07"
_SINCE: dict[str, str] = {
    **dict.fromkeys(("const", "contains", "propertyNames"), "draft-06"),
    **dict.fromkeys(("if", "then", "else"), "draft-07"),
    **dict.fromkeys(("dependentRequired", "dependentSchemas", "minContains", "maxContains"), "2019-09"),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems", "$recursiveRef"), "2019-09"),
    **dict.fromkeys(("prefixItems", "$dynamicRef"), "2020-12"),
}
"""The first dialect that knows a keyword, where that is not the first of all; dialects before it pass over it."""
OPAQUE = frozenset({"unevaluatedProperties", "unevaluatedItems", "$dynamicRef", "$recursiveRef", "extends", "disallow"})
"""Keywords that decide something this package does not reason about, or not always."""


class UnresolvableError(ValueError):
    """A reference that leads nowhere, or out of the document."""


class Document:
    """One schema resource: what ``#/...`` inside it means. A resource inside a document (``$id``) is one of its own.

    Args:
        root: The whole schema.
        library: Other schemas it may refer to, by their absolute ``$id``; nothing is ever fetched.
        accepts: A validator, asked what a single keyword says of a text where that is not reasoned about.
        parent: The document it stands in; what is not given is the parent's.

    Attributes:
        dialect: Such as ``draft-07``, ``2020-12``.
        unknown: Keywords the dialect passes over, as later ones brought them.
        old: ``$ref`` hides its siblings (draft-07 and before).
        fourth: draft-04, where ``exclusiveMinimum`` is a boolean.
    """

    def __init__(
        self,
        root: Schema,
        library: Mapping[str, Schema] | None = None,
        accepts: Accepts | None = None,
        parent: Document | None = None,
    ) -> None:
        self.root = root
        named = root.get("$schema") if isinstance(root, dict) else None
        self._accepts = accepts
        self._named: dict[str, Any] = parent._named if parent is not None else {}  # noqa: SLF001 - its own kind
        self.dialect: str = parent.dialect if parent is not None else _DIALECTS[-1]
        if isinstance(named, str):
            self._named = {"$schema": named}
            self.dialect = next((one for one in _DIALECTS if one in named), _DIALECTS[-1])
        self.unknown = frozenset(word for word, first in _SINCE.items() if _is_before(self.dialect, first))
        self.old: bool = not _is_before(_LAST_OLD, self.dialect)
        self.fourth: bool = self.dialect in ("draft-03", "draft-04")
        self.uri: str = urljoin(parent.uri if parent is not None else "", _own_id(root, self.fourth) or "")
        self._library = library or {}
        self._resources: dict[str, Document] = {}
        if parent is not None:
            self._resources = parent._resources  # noqa: SLF001 - its own kind
        self._inner: dict[int, Document] = {}
        self._anchors: dict[str, Schema] = {}
        self._held: dict[tuple[str, str, str], bool] = {}
        self._texts: dict[int, tuple[Schema, str]] = {}
        self._resources.setdefault(self.uri, self)
        if isinstance(root, dict):
            for key, inner in root.items():
                self._index(key, inner)
            self._note_anchors(root)

    def at(self, schema: Schema) -> Document:
        """Return the resource whose rules hold inside ``schema``, which stands in this one."""
        return self._inner.get(id(schema), self)

    def known(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Return ``schema`` without the keywords its dialect does not know."""
        if self.unknown.isdisjoint(schema):
            return schema
        return {word: value for word, value in schema.items() if word not in self.unknown}

    def holds(self, keyword: str, value: str, text: str) -> bool | None:
        """Say what the validator says of ``text`` under one keyword; ``None`` where there is no validator to ask."""
        if self._accepts is None:
            return None
        asked = (keyword, value, text)
        if asked not in self._held:
            self._held[asked] = self._accepts({**self._named, keyword: value}, text)
        return self._held[asked]

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
            document = Document(self._library[uri], self._library, self._accepts)
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
                self._inner[id(node)] = Document(node, self._library, self._accepts, self)
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


def _is_before(dialect: str, other: str) -> bool:
    return _DIALECTS.index(dialect) < _DIALECTS.index(other)


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
        return (id(self.document) if "Ref" in text or "$ref" in text else 0, self.document.dialect + text, self.wanted)

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
