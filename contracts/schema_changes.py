"""What is different between two JSON Schemas, keyword by keyword, and a schema with only one of the changes made. Pure.

Annotations and key order are no difference: titles, descriptions, examples, defaults, comments.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.reasoning.documents import same
from contracts.violations import pointer

if TYPE_CHECKING:
    from contracts.reasoning.documents import Schema

ANNOTATIONS = frozenset(
    {"title", "description", "default", "examples", "example", "$comment", "deprecated", "readOnly", "writeOnly",
     "$id", "id", "contentMediaType", "contentEncoding", "contentSchema", "labels", "eventMetadata"}
)  # fmt: skip
"""Keywords that never decide whether an instance passes."""
_BY_NAME = frozenset({"properties", "patternProperties", "dependentSchemas", "definitions", "$defs"})
_ONE = frozenset(
    {"additionalProperties", "propertyNames", "items", "additionalItems", "contains", "not", "if", "then", "else",
     "unevaluatedProperties", "unevaluatedItems"}
)  # fmt: skip
_SEVERAL = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items"})
_CONTAINERS = frozenset({"definitions", "$defs"})
ABSENT: Any = type("Absent", (), {"__repr__": lambda _: "ABSENT"})()
"""Stands for "is not there", which ``null`` is not."""


class Change(NamedTuple):
    """One difference.

    Attributes:
        keys: Where, as keys from the root of the schema.
        kind: ``<keyword>_added``, ``_removed`` or ``_changed``; a property is ``property_added``, ``property_removed``.
        old: The old value, or :data:`ABSENT`.
        new: The new one.
        member: Of the list at ``keys`` only this member came or went.
    """

    keys: tuple[str | int, ...]
    kind: str
    old: Any
    new: Any
    member: bool = False

    @property
    def path(self) -> str:
        """JSON Pointer of the place."""
        return pointer(*self.keys)

    def made_in(self, root: Schema, *, back: bool) -> Schema:
        """Return a copy of ``root`` with this change made; ``back``: from the new value to the old one."""
        wanted, given = (self.old, self.new) if back else (self.new, self.old)
        if not self.keys:
            return copy.deepcopy(wanted)  # type: ignore[no-any-return]  # a schema stands at the root
        whole: Any = copy.deepcopy(root)
        place = whole
        for key in self.keys[:-1]:
            place = place[key]
        last: Any = self.keys[-1]
        if self.member:
            kept = [one for one in place.get(last, []) if one != given]
            place[last] = kept if wanted is ABSENT else [*kept, wanted]
        elif wanted is ABSENT:
            del place[last]
        else:
            place[last] = copy.deepcopy(wanted)
        return whole  # type: ignore[no-any-return]  # as above


def changes(old: Any, new: Any) -> list[Change]:
    """Return every difference that can matter, in the order of the old schema, then of the new one."""
    found: list[Change] = []
    _schema(old, new, (), found)
    return found


def _schema(old: Any, new: Any, keys: tuple[str | int, ...], found: list[Change]) -> None:
    if not isinstance(old, dict) or not isinstance(new, dict):
        if not same(old, new):
            found.append(Change(keys, "schema_changed", old, new))
        return
    for keyword in [*old, *(key for key in new if key not in old)]:
        if keyword in ANNOTATIONS:
            continue
        _keyword(keyword, old.get(keyword, ABSENT), new.get(keyword, ABSENT), (*keys, keyword), found)


def _keyword(keyword: str, old: Any, new: Any, keys: tuple[str | int, ...], found: list[Change]) -> None:
    both = old is not ABSENT and new is not ABSENT
    if keyword in _BY_NAME and isinstance(old, dict) and isinstance(new, dict):
        word = "property" if keyword == "properties" else keyword
        for name in [*old, *(one for one in new if one not in old)]:
            before, after = old.get(name, ABSENT), new.get(name, ABSENT)
            if before is not ABSENT and after is not ABSENT:
                _schema(before, after, (*keys, name), found)
            elif keyword not in _CONTAINERS:
                found.append(Change((*keys, name), f"{word}_{_verb(before, after)}", before, after))
    elif keyword in _CONTAINERS:
        return  # what is defined and never used decides nothing; where it is used, the reference has changed
    elif keyword in _ONE and both and not isinstance(old, list) and not isinstance(new, list):
        _schema(old, new, keys, found)
    elif keyword in _SEVERAL and isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (before, after) in enumerate(zip(old, new, strict=True)):
            _schema(before, after, (*keys, place), found)
    elif keyword == "required" and both and isinstance(old, list) and isinstance(new, list):
        found += [Change(keys, "required_removed", name, ABSENT, True) for name in old if name not in new]
        found += [Change(keys, "required_added", ABSENT, name, True) for name in new if name not in old]
    elif keyword in ("enum", "type") and isinstance(old, list) and isinstance(new, list):
        if not _same_set(old, new):
            found.append(Change(keys, f"{keyword}_changed", old, new))
    elif keyword == "$schema" and both and str(old).rstrip("#") == str(new).rstrip("#"):
        return
    elif not both or not same(old, new):
        found.append(Change(keys, f"{keyword}_{_verb(old, new)}", old, new))


def _same_set(old: list[Any], new: list[Any]) -> bool:
    return all(any(same(one, other) for other in new) for one in old) and all(
        any(same(one, other) for other in old) for one in new
    )


def _verb(old: Any, new: Any) -> str:
    return "added" if old is ABSENT else "removed" if new is ABSENT else "changed"
