"""The accounting way through a message: every leaf exactly once, in the event or among the dropped. Pure.

Which reason counts where a leaf could be dropped for several, which of two names wins, and what is cut is the fine
print of ``interface.md`` section 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.codes import violation
from simulator.mapping.numbers import is_exact, javascript_text
from simulator.mapping.result import Drop, Step
from simulator.mapping.tree import leaves_below

if TYPE_CHECKING:
    from contracts.violations import Violation
    from simulator.mapping.rules import Rule, Settings
    from simulator.mapping.tree import Node

_MIN_INT, _MAX_INT = -(2**63), 2**64 - 1


class Placed(NamedTuple):
    """One leaf on its way into the event: where from, which name and bucket, with what value."""

    node: Node
    bucket: str
    value: Any
    step: Step


@dataclass(slots=True)
class Account:
    """What becomes of every leaf of one message.

    Attributes:
        settings: The mapping's limits.
        placed: Leaves that became attributes, in output order.
        actors: Leaves that became actor identifiers, with their type and name.
        drops: Leaves that did not.
        notes: What there is to say about it.
    """

    settings: Settings
    placed: list[Placed] = field(default_factory=list)
    actors: list[tuple[str, str, str, Step]] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    notes: list[Violation] = field(default_factory=list)

    def take(self, value: Any, node: Node) -> None:
        """Account for ``value``, found at a rule's root or at a part of the message no rule takes."""
        if node.renamed is not None:
            self.notes.append(node.renamed)
        if node.fate == "not_mapped":
            self.notes.append(node.note("not_mapped"))
        if (node.rule is None or node.rule.prefix is not None) and not isinstance(value, dict):
            # A root is an object; anything else is one leaf, whatever is in it.
            code = node.fate or ("null_value" if value is None else "not_mapped")
            self.drops.append(node.drop(code))
            if not node.fate:
                self.notes.append(node.note(code))
            return
        self._walk(value, node)

    def _walk(self, value: Any, node: Node) -> None:
        fate = node.fate
        if isinstance(value, dict) and value:
            if fate == "too_deep":
                self._lose(value, node, fate)
                return
            for key, item in value.items():
                self._enter(item, node, node.child(key))
        elif isinstance(value, (list, tuple)) and value:
            if fate == "too_deep":
                self._lose(value, node, fate)
                return
            limit = self.settings.max_array_items
            if len(value) > limit and fate is None:
                text = f"{node.pointer} has {len(value)} items; the first {limit} are taken"
                self.notes.append(violation("array_cut", node.pointer, text))
            for index, item in enumerate(value):
                self._enter(item, node, node.child(index))
        elif fate is not None:
            self.drops.append(node.drop(fate))
        else:
            self._leaf(value, node)

    def _enter(self, value: Any, parent: Node, node: Node) -> None:
        if node.renamed is not None:
            self.notes.append(node.renamed)
        if node.fate != parent.fate and node.fate in _TOLD_ONCE:
            self.notes.append(node.note(node.fate))
        begins = node.rule is not parent.rule and node.rule is not None and node.rule.prefix is not None
        if begins and not isinstance(value, dict):
            code = node.fate or ("null_value" if value is None else "not_mapped")
            self._lose(value, node, code)
            if not node.fate:
                self.notes.append(node.note(code))
            return
        self._walk(value, node)

    def _lose(self, value: Any, node: Node, code: str) -> None:
        basis = node.drop_basis(code)
        self.drops.extend(Drop(place, code, basis) for place in leaves_below(value, node.pointer))

    def _leaf(self, value: Any, node: Node) -> None:
        """Place a leaf, or drop it for being null or empty."""
        rule = node.rule
        assert rule is not None
        if value is None or (isinstance(value, float) and not isfinite(value)):  # JavaScript writes both as null
            self._drop(node, "null_value")
            return
        if isinstance(value, (str, dict, list, tuple)) and not value:
            self._drop(node, "empty_value")
            return
        if not isinstance(value, (str, bool, int, float)):
            raise TypeError(f"{node.pointer}: not a JSON value but a {type(value).__name__}")
        if isinstance(value, int) and not isinstance(value, bool) and not is_exact(value):
            text = f"{node.pointer} is {value}, which a double cannot hold"
            self.notes.append(violation("number_precision", node.pointer, text))
            if not _MIN_INT <= value <= _MAX_INT:
                try:
                    value = float(value)
                except OverflowError:  # infinite to JavaScript, and so null in JSON
                    self._drop(node, "null_value")
                    return
        if rule.target.startswith("actors."):
            if rule.tokens == tuple(map(str, node.tokens)):
                self._identify(value, node, rule)
            else:  # an identifier is a scalar; what is inside a container is none
                self._drop(node, "not_mapped")
            return
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        bucket = rule.target if rule.target != "attributes" else "numbers" if is_number else "labels"
        converted = bucket == "labels" and not isinstance(value, str)
        if converted:
            value = text_of(value)
        self.placed.append(Placed(node, bucket, value, node.step(bucket, converted=converted)))

    def _identify(self, value: Any, node: Node, rule: Rule) -> None:
        _, kind, name = rule.target.split(".", 2)
        step = Step(
            node.pointer, actor_pointer(kind, name), rule.name, rule.basis, converted=not isinstance(value, str)
        )
        self.actors.append((kind, name, value if isinstance(value, str) else text_of(value), step))

    def _drop(self, node: Node, code: str) -> None:
        self.drops.append(node.drop(code))
        self.notes.append(node.note(code))

    def settle(self) -> list[Placed]:
        """Decide clashes, cut what is too much, warn of names that differ only by case; return what stays."""
        last = {leaf.node.name: leaf for leaf in self.placed}
        kept = self.placed
        if len(last) != len(kept):
            kept = []
            for leaf in self.placed:
                winner = last[leaf.node.name]
                if winner is leaf:
                    kept.append(leaf)
                    continue
                text = f"{winner.node.pointer} makes the name {leaf.node.name!r} as well and wins"
                self.notes.append(violation("name_clash", leaf.node.pointer, text))
                self.drops.append(leaf.node.drop("name_clash"))
        limit = self.settings.max_attributes
        if len(kept) > limit:
            text = f"the event would have {len(kept)} attributes; the first {limit} are sent"
            self.notes.append(violation("attributes_cut", kept[limit].node.pointer, text))
            self.drops.extend(leaf.node.drop("attributes_cut") for leaf in kept[limit:])
            kept = kept[:limit]
        self._compare_case(kept)
        return kept

    def _compare_case(self, kept: list[Placed]) -> None:
        spellings: dict[str, str] = {}
        for leaf in kept:
            name = leaf.node.name
            other = spellings.setdefault(name.casefold(), name)
            if other != name:
                text = f"the names {other!r} and {name!r} differ only by case; both are kept"
                self.notes.append(violation("case_clash", leaf.node.pointer, text))


_TOLD_ONCE = frozenset(("not_mapped", "secret_like", "too_deep"))
"""Fates noted once for the whole part they strike; a cut array says so itself."""


def text_of(value: bool | float) -> str:
    """Return a number or boolean as the label it becomes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return javascript_text(value)


def actor_pointer(kind: str, name: str) -> str:
    """Return the JSON Pointer of an actor identifier in an event."""
    return "/actors/" + "/".join(key.replace("~", "~0").replace("/", "~1") for key in (kind, name))
