"""What a mapping says, as records: its rules, one a row, and its settings. Pure.

How they are written down is ``contracts/mapping.schema.json``; reading and refusing files is
:mod:`simulator.mapping.loading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from contracts.violations import Basis
    from simulator.segment.message import Call

Bucket: TypeAlias = Literal["labels", "numbers", "attributes", "nothing"]
"""Where attributes go: ``labels`` as text, ``numbers`` as they are, ``attributes`` by JSON type, ``nothing``."""

BUCKETS: tuple[Bucket, ...] = ("labels", "numbers", "attributes", "nothing")
ENVELOPE = ("eventSource", "eventType", "eventTime")
"""Targets outside the attributes; beside them stand ``actors.<type>.<identifier>``."""

ACCOUNTED = (
    ("traits",),
    ("properties",),
    ("context", "traits"),
    ("context", "location"),
    ("context", "campaign"),
    ("context", "device"),
)
"""The parts of a message whose every leaf is accounted for, whether a rule takes it or not (``interface.md`` 4)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of a mapping.

    Attributes:
        name: Unique in its mapping; provenance names it.
        target: A :data:`Bucket`, one of :data:`ENVELOPE`, or ``actors.<type>.<identifier>``.
        calls: The calls it holds for.
        basis: What it rests on; ``plan`` in users' own mappings unless they say otherwise.
        source: JSON Pointer into the message, or ``None`` for a constant.
        value: The constant, or ``None``.
        prefix: Takes what is inside an object and puts this before each name; ``None`` takes the value itself.
        alias: The name of the value itself (``as`` in the file); ``None`` is the name it would have anyway.
        never: Keys directly inside that are secrets and never sent.
        note: One sentence for people, or ``""``.
    """

    name: str
    target: str
    calls: tuple[Call, ...]
    basis: Basis
    source: str | None = None
    value: str | None = None
    prefix: str | None = None
    alias: str | None = None
    never: frozenset[str] = frozenset()
    note: str = ""

    @property
    def tokens(self) -> tuple[str, ...]:
        """The unescaped keys of :attr:`source`."""
        if not self.source:
            return ()
        return tuple(key.replace("~1", "/").replace("~0", "~") for key in self.source[1:].split("/"))


@dataclass(frozen=True, slots=True)
class Settings:
    """How much of a message is taken.

    Attributes:
        max_array_items: Items of one array; the rest is ``array_cut``.
        max_attributes: Labels and numbers of one event; the rest is ``attributes_cut``.
        max_depth: Levels of nesting; what lies deeper is ``too_deep``.
    """

    max_array_items: int = 10
    max_attributes: int = 250
    max_depth: int = 64
