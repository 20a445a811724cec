"""What changed: between two mappings over the same messages, between two files of events, between two contracts.

Changes are counted key by key with one example each, so that a million events make a page, not a million pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from simulator.comparing.differing import ABSENT, difference
from simulator.pipeline import trace_one
from simulator.segment.admission import Admission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.mapping import Mapping
    from simulator.mapping.result import Mapped
    from simulator.segment.message import Received

_ORDER = ("gone", "renamed", "retyped", "changed", "added")


@dataclass(slots=True)
class _Count:
    count: int
    example: dict[str, Any]


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key that changed.

    Attributes:
        path: JSON Pointer into the event; of the old event where it was there. ``""`` is the whole event.
        kind: ``added``, ``gone``, ``renamed``, ``retyped`` (label became number, or another JSON type), ``changed``.
        count: In how many events.
        example: The first: ``{"message", "old", "new"}`` and, for what was renamed or moved, ``"to"``.
    """

    path: str
    kind: str
    count: int
    example: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return ``{"path", "kind", "count", "example"}``."""
        return {"path": self.path, "kind": self.kind, "count": self.count, "example": self.example}


@dataclass(frozen=True, slots=True)
class KeyChanges:
    """Every key that changed.

    Attributes:
        compared: How many events were compared.
        changed: How many of them differ.
        keys: What is gone first, then by path.
    """

    compared: int
    changed: int
    keys: tuple[KeyChange, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the pinned object ``{"changed", "keys"}``, and how many were compared."""
        return {"changed": self.changed, "compared": self.compared, "keys": [key.to_json() for key in self.keys]}


class _Tally:
    def __init__(self) -> None:
        self._keys: dict[tuple[str, str], _Count] = {}
        self.compared = 0
        self.changed = 0

    def add(self, path: str, kind: str, example: dict[str, Any]) -> None:
        counted = self._keys.setdefault((path, kind), _Count(0, example))
        counted.count += 1

    def result(self) -> KeyChanges:
        keys = [KeyChange(path, kind, counted.count, counted.example) for (path, kind), counted in self._keys.items()]
        keys.sort(key=lambda key: (_ORDER.index(key.kind), key.path))
        return KeyChanges(self.compared, self.changed, tuple(keys))


def diff_mappings(old: Mapping, new: Mapping, messages: Iterable[Received], now: Callable[[], int]) -> KeyChanges:
    """Map every message twice and say, key by key, what became different.

    Provenance tells a renamed key from one gone and one added: both came from the same value of the message.

    Args:
        old: The mapping before.
        new: The mapping after.
        messages: Segment messages; discarded ones are passed over.
        now: The clock, microseconds since the epoch.
    """
    tally = _Tally()
    admission = Admission(now)
    for received in messages:
        trace = trace_one(received, admission=admission, mapping=old, explain=True)
        if trace.mapped is None or not hasattr(trace.admission, "call"):
            continue
        after = new.apply(received.payload, trace.admission, explain=True)  # type: ignore[arg-type]  # admitted: mapped
        tally.compared += 1
        if _compare_mapped(trace.mapped, after, trace.name, tally):
            tally.changed += 1
    return tally.result()


def _compare_mapped(before: Mapped, after: Mapped, name: str, tally: _Tally) -> bool:
    fields = {field.path: field for field in difference(before.event, after.event)}
    if not fields:
        return False
    sources = {step.target: step.source for step in before.provenance if step.source is not None}
    targets: dict[str, list[str]] = {}
    for step in after.provenance:
        if step.source is not None:
            targets.setdefault(step.source, []).append(step.target)
    moved: set[str] = set()
    for path, field in fields.items():
        if field.actual is not ABSENT or path not in sources:
            continue
        other = next((one for one in targets.get(sources[path], ()) if one in fields and one not in moved), None)
        if other is None:
            continue
        moved |= {path, other}
        same_name = path.rpartition("/")[2] == other.rpartition("/")[2]
        example = {"message": name, "old": field.expected, "new": fields[other].actual, "to": other}
        tally.add(path, "retyped" if same_name else "renamed", example)
    for path, field in fields.items():
        if path not in moved:
            tally.add(path, field.kind, _example(name, field.expected, field.actual))
    return True


def diff_events(old: Iterable[Any], new: Iterable[Any]) -> KeyChanges:
    """Compare two files of events, by messageId where both have one, by position otherwise.

    Args:
        old: Decoded lines: events, or objects that hold one under ``event`` (``transform``, ``/_fake/events``).
        new: The same of the other file.
    """
    tally = _Tally()
    first, second = [_named(line) for line in old], [_named(line) for line in new]
    by_name = _all_named(first) and _all_named(second)
    if by_name:
        names = dict.fromkeys([name for name, _ in first] + [name for name, _ in second])
        before, after = dict(first), dict(second)
        rows = [(str(name), before.get(name, ABSENT), after.get(name, ABSENT)) for name in names]
    else:
        pairs = zip_longest((event for _, event in first), (event for _, event in second), fillvalue=ABSENT)
        rows = [(f"#{number}", one, other) for number, (one, other) in enumerate(pairs, 1)]
    for name, one, other in rows:
        tally.compared += 1
        fields = difference(one, other)
        for field in fields:
            tally.add(field.path, field.kind, _example(name, field.expected, field.actual))
        tally.changed += bool(fields)
    return tally.result()


def _named(line: Any) -> tuple[str | None, Any]:
    if isinstance(line, dict) and "event" in line and "eventType" not in line:
        name = line.get("messageId")
        return (name if isinstance(name, str) else None), line["event"]
    return None, line


def _all_named(rows: list[tuple[str | None, Any]]) -> bool:
    names = [name for name, _ in rows]
    return None not in names and len(set(names)) == len(names)


def _example(name: str, old: Any, new: Any) -> dict[str, Any]:
    example: dict[str, Any] = {"message": name}
    if old is not ABSENT:
        example["old"] = old
    if new is not ABSENT:
        example["new"] = new
    return example
