"""The quick way through a message, for what nearly every message is made of. Pure.

At anything out of the ordinary (a cut, a clash, a rule inside another, a number no double holds) it raises
:class:`Unusual`, and :mod:`simulator.mapping.account` does the message over, by the same rules without the short cuts.
Both give the same event, notes, provenance and drops; a property test holds them to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.mapping.numbers import javascript_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.violations import Violation
    from simulator.mapping.result import Drop, Step
    from simulator.mapping.tree import Node, Tree

_LARGEST_EXACT = 2**53
_SMALLEST_EXACT = -_LARGEST_EXACT
"""A larger number may be an integer no double holds; it goes the other way."""
_CONTAINERS = (str, dict, list)


class Unusual(Exception):  # noqa: N818 - a way out, no error
    """The message holds something the quick way does not take."""


class Taken:
    """What was taken from a message so far.

    Attributes:
        limit: Items of one array; more is unusual.
        labels: Names to text.
        numbers: Names to numbers.
        notes: What there is to say.
        steps: Provenance of every attribute, or ``None`` where nobody asks.
        drops: Leaves that were dropped; kept only with ``steps``.
    """

    __slots__ = ("drops", "labels", "limit", "notes", "numbers", "steps")

    def __init__(self, limit: int, *, explain: bool) -> None:
        self.limit = limit
        self.labels: dict[str, str] = {}
        self.numbers: dict[str, Any] = {}
        self.notes: list[Violation] = []
        self.steps: list[Step] | None = [] if explain else None
        self.drops: list[Drop] = []

    def drop(self, node: Node, code: str) -> None:
        """Take note that the leaf at ``node`` is dropped."""
        self.notes.append(node.note(code))
        if self.steps is not None:
            self.drops.append(node.drop(code))


def take_by_type(value: dict[Any, Any], node: Node, taken: Taken) -> None:
    """Take what is inside an object, by JSON type: numbers as numbers, everything else as labels.

    Raises:
        Unusual: See the module.
    """
    children = node.children
    labels, numbers, steps = taken.labels, taken.numbers, taken.steps
    for key, item in value.items():
        child = children.get(key) or _grown(node, key, item, taken)
        if child is None:
            continue
        kind = item.__class__
        if kind is str and item:
            labels[child.name] = item
            if steps is not None:
                steps.append(child.as_label or child.step("labels"))
        elif (kind is int or kind is float) and _SMALLEST_EXACT <= item <= _LARGEST_EXACT:
            numbers[child.name] = item
            if steps is not None:
                steps.append(child.as_number or child.step("numbers"))
        elif kind is dict and item:
            take_by_type(item, child, taken)
        else:
            _take_other(item, child, taken, take_by_type)


def take_as_text(value: dict[Any, Any], node: Node, taken: Taken) -> None:
    """Take what is inside an object as labels, numbers as JavaScript's text.

    Raises:
        Unusual: See the module.
    """
    children = node.children
    labels, steps = taken.labels, taken.steps
    for key, item in value.items():
        child = children.get(key) or _grown(node, key, item, taken)
        if child is None:
            continue
        kind = item.__class__
        if kind is str and item:
            labels[child.name] = item
            if steps is not None:
                steps.append(child.as_label or child.step("labels"))
        elif (kind is int or kind is float) and _SMALLEST_EXACT <= item <= _LARGEST_EXACT:
            labels[child.name] = javascript_text(item)
            if steps is not None:
                steps.append(child.step("labels", converted=True))
        elif kind is dict and item:
            take_as_text(item, child, taken)
        else:
            _take_other(item, child, taken, take_as_text)


def _take_other(item: Any, child: Node, taken: Taken, take: Callable[[dict[Any, Any], Node, Taken], None]) -> None:
    """Take what is no text, ordinary number or object with something in it."""
    kind = item.__class__
    if kind is bool:
        taken.labels[child.name] = "true" if item else "false"
        if taken.steps is not None:
            taken.steps.append(child.step("labels", converted=True))
    elif item is None:
        taken.drop(child, "null_value")
    elif kind is list and 0 < len(item) <= taken.limit:
        for index, inner in enumerate(item):
            if inner.__class__ is dict and inner:
                place = child.children.get(index) or _grown(child, index, inner, taken)
                if place is not None:
                    take(inner, place, taken)
            else:
                take({index: inner}, child, taken)
    elif kind in _CONTAINERS and not item:
        taken.drop(child, "empty_value")
    else:
        raise Unusual


def refuse_collisions(payload: dict[str, Any], tree: Tree, taken: Taken) -> None:
    """Raise where two places of this message made the same name, or names that differ only by case.

    Most names are made by one place only; the tree knows the others.

    Raises:
        Unusual: There may be such a pair.
    """
    labels, numbers, contested = taken.labels, taken.numbers, tree.contested
    if not (labels.keys().isdisjoint(contested) and numbers.keys().isdisjoint(contested)):
        for name, places in contested.items():
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
    return node if node.fate is None and value is not None and value != "" else None


def _grown(node: Node, key: str | int, item: Any, taken: Taken) -> Node | None:
    """Return a place that is new, or one with a key that was changed to fit; ``None`` where a secret was dropped.

    Every phone's ``context.device.token`` is such a secret, and many senders have keys with dots.

    Raises:
        Unusual: Another place that is out of the ordinary, or a secret with more inside.
    """
    child = node.child(key)
    if key in node.children:
        return child
    if child.fate is None and child.rule is node.rule:
        if child.renamed is not None:
            taken.notes.append(child.renamed)
        return child
    if child.fate == "secret_like" and node.fate is None and not isinstance(item, (dict, list)):
        taken.drop(child, "secret_like")
        return None
    raise Unusual


def _holds(payload: Any, tokens: tuple[str | int, ...]) -> bool:
    for token in tokens:
        if isinstance(payload, dict):
            if token not in payload:
                return False
            payload = payload[token]
        elif isinstance(payload, list):
            if not isinstance(token, int) or token >= len(payload):  # an object elsewhere, a list here
                return False
            payload = payload[token]
        else:
            return False
    return True
