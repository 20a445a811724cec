"""The tree of names: for every place in a message, what its leaf is called and what becomes of it. Pure.

Senders send the same keys over and over, so flattening a name, escaping its pointer and wording its notes is done once
a place and kept. The tree is bounded (users send arbitrary keys): past :data:`MAX_SIZE` it starts afresh.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.codes import CODES, violation
from simulator.mapping.result import Drop, Step

if TYPE_CHECKING:
    from contracts.violations import Basis, Violation
    from simulator.mapping.rules import Rule, Settings

MAX_SIZE = 20_000
"""Nodes of one tree; a node with a long path counts more than once."""

_LONG_PATH = 256
_BARE = (("traits",), ("properties",), ("context", "traits"))
"""Parts whose names carry no prefix in the table, so neither where a user's rule reaches into them alone."""


class Node:
    """One place in a message below a mapping's rule.

    Attributes:
        tree: Where the names of one call are kept.
        rule: The rule that owns the place; ``None`` where no rule takes it.
        pointer: JSON Pointer into the message.
        tokens: The same as keys.
        depth: Levels below the root.
        name: The attribute's name; meaningless for the root of a rule with a prefix.
        stem: What stands before the names inside.
        fate: Why a leaf here is dropped whatever it is, or ``None``.
        renamed: The note that a key was changed to fit, or ``None``.
        children: Ordinary places inside, by key or index.
        unusual: Places inside that the quick way leaves to the accounting one.
        as_label: Provenance of a text here that became a label, once made by :meth:`step`.
        as_number: Provenance of a number here that stayed one.
    """

    __slots__ = (
        "_drops",
        "_notes",
        "_steps",
        "as_label",
        "as_number",
        "children",
        "depth",
        "fate",
        "name",
        "pointer",
        "renamed",
        "rule",
        "stem",
        "tokens",
        "tree",
        "unusual",
    )

    def __init__(
        self, tree: Tree, rule: Rule | None, tokens: tuple[str | int, ...], *, pointer: str, name: str, stem: str
    ) -> None:
        self.tree = tree
        self.rule = rule
        self.tokens = tokens
        self.depth = 0
        self.pointer = pointer
        self.name = name
        self.stem = stem
        self.fate: str | None = None if rule is not None and rule.target != "nothing" else "not_mapped"
        self.renamed: Violation | None = None
        self.children: dict[str | int, Node] = {}
        self.unusual: dict[str | int, Node] = {}
        self._notes: dict[str, Violation] = {}
        self._steps: dict[str, Step] = {}
        self.as_label: Step | None = None
        self.as_number: Step | None = None
        self._drops: dict[str, Drop] = {}

    def child(self, key: str | int) -> Node:
        """Return the place at ``key``, made on first use."""
        return self.children.get(key) or self.unusual.get(key) or self.tree.grow(self, key)

    def step(self, bucket: str, *, converted: bool = False) -> Step:
        """Return the provenance of a leaf here that went to ``bucket``."""
        key = bucket + "~" if converted else bucket
        step = self._steps.get(key)
        if step is None:
            assert self.rule is not None
            target = f"/{bucket}/{_escaped(self.name)}"
            step = self._steps[key] = Step(self.pointer, target, self.rule.name, self.rule.basis, converted)
            if key == "labels":
                self.as_label = step
            elif key == "numbers":
                self.as_number = step
        return step

    def drop(self, code: str) -> Drop:
        """Return the record of a leaf here dropped for ``code``."""
        drop = self._drops.get(code)
        if drop is None:
            drop = self._drops[code] = Drop(self.pointer, code, self.drop_basis(code))
        return drop

    def drop_basis(self, code: str) -> Basis:
        """Return what dropping for ``code`` rests on: the user's rule where one says ``nothing``."""
        if code == "not_mapped" and self.rule is not None and self.rule.target == "nothing":
            return self.rule.basis
        return CODES[code].basis

    def note(self, code: str) -> Violation:
        """Return the note about this place; the words depend on nothing but the place."""
        note = self._notes.get(code)
        if note is None:
            basis = self.rule.basis if code == "inferred_mapping" and self.rule else self.drop_basis(code)
            note = self._notes[code] = violation(code, self.pointer, self._words(code), basis=basis)
        return note

    def _words(self, code: str) -> str:
        rule = self.rule
        if code == "inferred_mapping" and rule is not None:
            return rule.note or f"rule {rule.name!r} is not in Segment's table; it is our reading of the evidence"
        if code == "not_mapped" and rule is not None:
            if rule.prefix is not None and rule.target != "nothing":
                return f"{self.pointer} is not an object; nothing of it is taken"
            if rule.note:
                return rule.note
        return f"{self.pointer}: {CODES[code].sentence}"


class Tree:
    """The places of one call under one mapping, and which of their names could collide.

    Attributes:
        contested: Names that more than one place makes, with those places.
        spellings: Names that differ only by case, by their folded form.
    """

    def __init__(self, rules: dict[tuple[str, ...], Rule], settings: Settings) -> None:
        """Start empty.

        Args:
            rules: The rules that take something from a message, by the keys of their source.
            settings: Depth and array length decide the fate of places.
        """
        self._rules = rules
        self._settings = settings
        self._roots: list[Node] = []
        self._size = 0
        self._names: dict[str, Node] = {}
        self._folded: dict[str, str] = {}
        self.contested: dict[str, list[Node]] = {}
        self.spellings: dict[str, set[str]] = {}

    def root(self, tokens: tuple[str, ...], rule: Rule | None) -> Node:
        """Return the place where ``rule`` begins, outside any other rule."""
        name = tokens[-1].replace(".", "_") or "_"
        pointer = "".join(f"/{_escaped(token)}" for token in tokens)
        node = Node(self, rule, tokens, pointer=pointer, name=name, stem=f"{name}_")
        if rule is not None:
            _begin(node, rule)
            if node.name == name != tokens[-1] and rule.prefix is None and node.fate is None:
                node.renamed = violation("renamed", node.pointer, f"the name {tokens[-1]!r} became {name!r}")
        elif tokens in _BARE:
            node.stem = ""
        self._roots.append(node)
        if node.fate is None and (rule is None or rule.prefix is None):
            self._enter(node)
        return node

    def trim(self) -> None:
        """Start afresh where senders have sent too many different keys; call it between two messages."""
        if self._size <= MAX_SIZE:
            return
        self._size = 0
        for names in (self._names, self._folded, self.contested, self.spellings):
            names.clear()
        for root in self._roots:
            root.children.clear()
            root.unusual.clear()
            if root.fate is None and (root.rule is None or root.rule.prefix is None):
                self._enter(root)

    def grow(self, parent: Node, key: str | int) -> Node:
        """Make the place at ``key`` inside ``parent``."""
        is_index = isinstance(key, int)
        text = str(key + 1) if isinstance(key, int) else key.replace(".", "_") or "_"
        tokens = (*parent.tokens, key)
        name = parent.stem + text
        pointer = f"{parent.pointer}/{key if is_index else _escaped(str(key))}"
        node = Node(self, parent.rule, tokens, pointer=pointer, name=name, stem=f"{name}_")
        node.fate = parent.fate
        own = self._rules.get(tuple(map(str, tokens))) if self._rules else None
        if own is not None and own is not parent.rule:
            node.rule = own
            node.fate = "not_mapped" if own.target == "nothing" else None
            _begin(node, own)
        rule = node.rule
        node.depth = parent.depth + 1
        if node.fate != "not_mapped":
            if parent.fate == "secret_like" or (own is None and rule and key in rule.never and _is_root(parent)):
                node.fate = "secret_like"
            elif node.depth > self._settings.max_depth:
                node.fate = "too_deep"
            elif parent.fate == "array_cut" or (isinstance(key, int) and key >= self._settings.max_array_items):
                node.fate = "array_cut"
        if not is_index and text != key and node.fate is None:
            words = f"the name {key!r} became {text!r}"
            node.renamed = violation("renamed", pointer, words)
        if node.fate == "array_cut":  # not kept: a cut array may have any length
            return node
        self._size += 1 + len(pointer) // _LONG_PATH
        plain = own is None and node.fate is None and node.renamed is None
        (parent.children if plain else parent.unusual)[key] = node
        if node.fate is None:
            self._enter(node)
        return node

    def _enter(self, node: Node) -> None:
        """Take note of the name, and of whether another place makes it as well, or one that differs only by case."""
        other = self._names.setdefault(node.name, node)
        if other is not node:
            self.contested.setdefault(node.name, [other]).append(node)
            return
        folded = node.name.casefold()
        spelling = self._folded.setdefault(folded, node.name)
        if spelling != node.name:
            self.spellings.setdefault(folded, {spelling}).add(node.name)


def _begin(node: Node, rule: Rule) -> None:
    """Name the place where a rule begins."""
    if rule.alias is not None:
        node.name = rule.alias
    node.stem = rule.prefix if rule.prefix is not None else f"{node.name}_"


def _is_root(node: Node) -> bool:
    return node.rule is not None and node.rule.tokens == tuple(map(str, node.tokens))


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def leaves_below(value: Any, pointer: str) -> list[str]:
    """Return the pointers of every leaf (scalar, null, empty container) in ``value``, in document order.

    However deep: it does not recurse.
    """
    found: list[str] = []
    stack: list[tuple[Any, str]] = [(value, pointer)]
    while stack:
        item, place = stack.pop()
        if isinstance(item, dict) and item:
            stack.extend((item[key], f"{place}/{_escaped(key)}") for key in reversed(item))
        elif isinstance(item, (list, tuple)) and item:
            stack.extend((item[index], f"{place}/{index}") for index in range(len(item) - 1, -1, -1))
        else:
            found.append(place)
    return found
