"""The hard rules of ``POST /event``: a JSON value becomes an accepted event, or every rule it breaks. Pure.

Written by hand, because this runs for every request: the bulk checks are single calls into C over all labels and all
numbers, and only where one of them fails is the value looked at leaf by leaf. The same rules as data are
``contracts/pointillist/event.schema.json``; a test holds the two together.

Rules and their sources are in ``interface.md`` 3.1 and ``facts/pointillist.md`` 1 and 2.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from contracts.codes import violation
from contracts.instants import parse_event_time, parse_iso
from contracts.violations import Violation, pointer
from contracts.wording import shown, told
from fake_pointillist.event_identifiers import read_identifiers
from fake_pointillist.event_warnings import blank_labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.identity.attribution import Identifiers

KNOWN_KEYS = frozenset({"eventSource", "eventType", "eventTime", "actors", "labels", "numbers", "location"})
"""The seven keys of the documented payload."""
MAX_DEPTH = 64
"""Nesting a ``location`` or an unknown key may have; deeper counts as unreadable."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LONGEST_NUMBER = 400
_NO_LABELS: dict[str, Any] = {}
_NUMERIC: tuple[set[type], ...] = ({int}, {float}, {int, float}, set())


class Accepted(NamedTuple):
    """An event that breaks no hard rule.

    Attributes:
        event: As sent, numbers that came as text turned into numbers.
        is_as_sent: Whether no number came as text.
        event_type: Verbatim.
        time_us: The event time, microseconds since the epoch, UTC.
        user_id: The customer's ``userId`` as sent; ``None`` where absent, ``null`` or empty.
        anonymous_id: The same for ``anonymousId``.
        notes: What was noticed on the way: ``number_as_text``, ``unknown_key``, ``misspelt_id``, ``event_source``,
            ``unjoined_identifier``, ``blank_value``.
        others: The customer's other identifiers, as (name, value), by name.
    """

    event: dict[str, Any]
    is_as_sent: bool
    event_type: str
    time_us: int
    user_id: str | None
    anonymous_id: str | None
    notes: tuple[Violation, ...]
    others: Identifiers = ()


class Refused(NamedTuple):
    """An event that breaks at least one hard rule.

    Attributes:
        violations: Every broken rule.
        event_type: As sent where it is text, else ``None``; for lists and filters.
    """

    violations: tuple[Violation, ...]
    event_type: str | None


Verdict: TypeAlias = Accepted | Refused


def judge(value: Any) -> Verdict:
    """Hold a JSON value against every hard rule.

    Args:
        value: What the parser made of the body: ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool``, ``None``.
    """
    if type(value) is not dict:
        found = violation("not_object", "", f"the event is {told(value)}, not an object")
        return Refused((found,), None)
    broken: list[Violation] = []
    notes: list[Violation] = []
    sent = value
    event_type = value.get("eventType")
    if type(event_type) is not str or not event_type or event_type.isspace():
        broken.append(_wrong_type(value))
    raw_time = value.get("eventTime")
    time_us = _time(raw_time) if type(raw_time) is str else None
    if time_us is None:
        broken.append(_wrong_time(value))
    user_id, anonymous_id, others = read_identifiers(value.get("actors"), "actors" in value, broken, notes)
    labels = value.get("labels", _NO_LABELS)
    if type(labels) is not dict or not _are_words(labels.values()):
        _labels(labels, broken, notes)
    numbers = value.get("numbers", ())
    if type(numbers) is not dict or set(map(type, numbers.values())) not in _NUMERIC:
        value = _numbers(value, broken, notes)
    if type(value.get("eventSource", "")) is not str:
        notes.append(
            violation("event_source", "/eventSource", f"eventSource is {told(value['eventSource'])}, not text")
        )
    if not value.keys() <= KNOWN_KEYS:
        notes.extend(_unknown(value))
        _depth(value, broken)
    if "location" in value:
        if type(value["location"]) is not dict:
            broken.append(violation("location_type", "/location", f"location is {told(value['location'])}"))
        _depth(value, broken)
    if broken:
        return Refused(tuple(broken), event_type if type(event_type) is str else None)
    assert type(event_type) is str
    assert time_us is not None
    return Accepted(value, value is sent, event_type, time_us, user_id, anonymous_id, tuple(notes), others)


def _time(text: str) -> int | None:
    if len(text) == 24 and text.endswith("Z"):
        return parse_iso(text)  # what every Segment message carries: read without the pattern of the lenient forms
    return parse_event_time(text)


def _wrong_type(value: dict[str, Any]) -> Violation:
    if "eventType" not in value:
        return violation("event_type", "/eventType", "the event has no eventType")
    found = value["eventType"]
    what = "blank" if type(found) is str else told(found)
    return violation("event_type", "/eventType", f"eventType is {what}")


def _wrong_time(value: dict[str, Any]) -> Violation:
    if "eventTime" not in value:
        return violation("event_time", "/eventTime", "the event has no eventTime")
    found = value["eventTime"]
    if type(found) is not str:
        return violation("event_time", "/eventTime", f"eventTime is {told(found)}, not text")
    return violation("event_time", "/eventTime", f"eventTime {shown(found)} is no time with an offset")


def _are_words(labels: Iterable[Any]) -> bool:
    """Say whether all are text and none is blank: one pass, in C."""
    try:
        return all(map(str.strip, labels))
    except TypeError:  # one is no text
        return False


def _labels(labels: Any, broken: list[Violation], notes: list[Violation]) -> None:
    """Name each label that is no text, or else each that is blank."""
    if type(labels) is not dict:
        broken.append(violation("label_type", "/labels", f"labels is {told(labels)}, not an object"))
        return
    wrong = [
        violation("label_type", pointer("labels", name), f"label {shown(name)} is {told(label)}")
        for name, label in labels.items()
        if type(label) is not str
    ]
    broken.extend(wrong)
    if not wrong:
        notes.extend(blank_labels(labels))


def _numbers(value: dict[str, Any], broken: list[Violation], notes: list[Violation]) -> dict[str, Any]:
    """Check each number; return the event with those that came as text turned into numbers."""
    if "numbers" not in value:
        return value
    numbers = value["numbers"]
    if type(numbers) is not dict:
        broken.append(violation("number_type", "/numbers", f"numbers is {told(numbers)}, not an object"))
        return value
    kept: dict[str, Any] = {}
    for name, number in numbers.items():
        kept[name] = number
        if type(number) in (int, float):
            continue
        path = pointer("numbers", name)
        if type(number) is not str:
            broken.append(violation("number_type", path, f"number {shown(name)} is {told(number)}"))
            continue
        read = _read_number(number)
        if read is None:
            broken.append(violation("number_type", path, f"number {shown(name)} is the text {shown(number)}"))
            continue
        kept[name] = read
        notes.append(
            violation("number_as_text", path, f"number {shown(name)} came as text {shown(number)}, kept as {read}")
        )
    return {**value, "numbers": kept}


def _read_number(text: str) -> int | float | None:
    """Read text in JSON's number grammar; ``None`` where it is none, or too large for a double."""
    if len(text) > _LONGEST_NUMBER or _NUMBER.fullmatch(text) is None:
        return None
    if text.lstrip("-").isdigit():
        whole = int(text)
        if -(2**63) <= whole < 2**64:
            return whole
    read = float(text)
    return read if math.isfinite(read) else None


def _unknown(value: dict[str, Any]) -> list[Violation]:
    return [
        violation("unknown_key", pointer(key), f"key {shown(key)} is none of the documented payload")
        for key in value
        if key not in KNOWN_KEYS
    ]


def _depth(value: dict[str, Any], broken: list[Violation]) -> None:
    """Refuse nesting that the store could not write; without recursion, since it is there to stop recursion."""
    if any(found.code == "not_json" for found in broken):
        return
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return
    broken.append(violation("not_json", "", f"the event is nested deeper than {MAX_DEPTH} levels"))
