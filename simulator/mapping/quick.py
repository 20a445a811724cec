"""The quick way through a message: attributes and notes, no account of every leaf. Pure.

It takes what nearly every message is made of. At anything out of the ordinary (a cut, a clash, a secret, a renamed key,
a number no double holds) it raises :class:`Unusual`, and :mod:`simulator.mapping.account` does the message over. Both
give the same event and the same notes; a property test holds them to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.mapping.numbers import javascript_text

if TYPE_CHECKING:
    from contracts.violations import Violation
    from simulator.mapping.tree import Node, Tree

_LARGEST_EXACT = 2**53


class Unusual(Exception):  # noqa: N818 - a way out, no error
    """The message holds something the quick way does not take."""


def take_by_type(
    value: dict[str, Any],
    node: Node,
    labels: dict[str, str],
    numbers: dict[str, Any],
    notes: list[Violation],
    limit: int,
) -> None:
    """Put what is inside an object into ``labels`` and ``numbers`` by JSON type.

    Raises:
        Unusual: See the module.
    """
    children = node.children
    for key, item in value.items():
        child = children.get(key) or _grown(node, key)
        kind = item.__class__
        if kind is str:
            if item:
                labels[child.name] = item
            else:
                notes.append(child.note("empty_value"))
        elif kind is int:
            if not -_LARGEST_EXACT <= item <= _LARGEST_EXACT:
                raise Unusual
            numbers[child.name] = item
        elif kind is float:
            if item - item != 0.0:  # infinite or not a number
                raise Unusual
            numbers[child.name] = item
        elif kind is bool:
            labels[child.name] = "true" if item else "false"
        elif item is None:
            notes.append(child.note("null_value"))
        elif kind is dict:
            if item:
                take_by_type(item, child, labels, numbers, notes, limit)
            else:
                notes.append(child.note("empty_value"))
        elif kind is list:
            if item:
                if len(item) > limit:
                    raise Unusual
                take_by_type(dict(enumerate(item)), child, labels, numbers, notes, limit)  # type: ignore[arg-type]
            else:
                notes.append(child.note("empty_value"))
        else:
            raise Unusual


def take_as_text(value: dict[str, Any], node: Node, labels: dict[str, str], notes: list[Violation], limit: int) -> None:
    """Put what is inside an object into ``labels``, numbers as JavaScript's text.

    Raises:
        Unusual: See the module.
    """
    children = node.children
    for key, item in value.items():
        child = children.get(key) or _grown(node, key)
        kind = item.__class__
        if kind is str:
            if item:
                labels[child.name] = item
            else:
                notes.append(child.note("empty_value"))
        elif kind is bool:
            labels[child.name] = "true" if item else "false"
        elif kind is int:
            if not -_LARGEST_EXACT <= item <= _LARGEST_EXACT:
                raise Unusual
            labels[child.name] = str(item)
        elif kind is float:
            if item - item != 0.0:
                raise Unusual
            labels[child.name] = javascript_text(item)
        elif item is None:
            notes.append(child.note("null_value"))
        elif kind is dict:
            if item:
                take_as_text(item, child, labels, notes, limit)
            else:
                notes.append(child.note("empty_value"))
        elif kind is list:
            if item:
                if len(item) > limit:
                    raise Unusual
                take_as_text(dict(enumerate(item)), child, labels, notes, limit)  # type: ignore[arg-type]
            else:
                notes.append(child.note("empty_value"))
        else:
            raise Unusual


def refuse_collisions(payload: dict[str, Any], tree: Tree, labels: dict[str, str], numbers: dict[str, Any]) -> None:
    """Raise where two places of this message made the same name, or names that differ only by case.

    Most names are made by one place only; the tree knows the others.

    Raises:
        Unusual: There is such a pair, or too many to tell cheaply.
    """
    for name, places in tree.contested.items():
        if (name in labels or name in numbers) and sum(_holds(payload, place.tokens) for place in places) > 1:
            raise Unusual
    for names in tree.spellings.values():
        if sum(name in labels or name in numbers for name in names) > 1:
            raise Unusual


def first_taken(value: Any, node: Node) -> Node | None:
    """Return the place of the first leaf in ``value`` that became an attribute, or ``None`` where none did."""
    if isinstance(value, (dict, list)):
        pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            found = first_taken(item, node.child(key))
            if found is not None:
                return found
        return None
    return node if value is not None and value != "" else None


def _grown(node: Node, key: str | int) -> Node:
    child = node.child(key)
    if key not in node.children:
        raise Unusual
    return child


def _holds(payload: Any, tokens: tuple[str | int, ...]) -> bool:
    for token in tokens:
        if isinstance(payload, dict):
            if token not in payload:
                return False
            payload = payload[token]
        elif isinstance(payload, list):
            index = int(token)
            if index >= len(payload):
                return False
            payload = payload[index]
        else:
            return False
    return True
