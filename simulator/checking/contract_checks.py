"""The contract check of every stage: Segment message, tracking plans, Pointillist event, and the run as a whole.

A check never computes what a Trace already says: admission's and mapping's notes stand in the Trace, the hard rules and
the warnings of the wire are the fake's own (:mod:`fake_pointillist.intake`), the plan's rules are the plan's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.checker import Checker
from contracts.codes import CODES, violation
from contracts.conformance import PlanChecker
from contracts.resources import load
from contracts.violations import pointer
from contracts.wording import shown
from fake_pointillist.event_warnings import TypeFlips, name_warnings, value_warnings
from fake_pointillist.identity.blocked import is_blocked
from fake_pointillist.intake import Refused, judge
from simulator.checking.consistency import MAX_NAMES, Consistency, Shape
from simulator.segment.message import Discarded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.conformance import Coverage
    from contracts.plan import Plan
    from contracts.violations import Severity, Violation
    from simulator.mapping.result import Mapped
    from simulator.segment.message import Admitted
    from simulator.trace import Trace

HARMLESS_DISCARDS = frozenset({"UNSUPPORTED_EVENT_TYPE", "FILTERED_BY_INTEGRATIONS_OBJECT"})
"""Discards that are nobody's mistake: info. Every other discard is an error (``interface.md`` 8)."""

_NUMERIC = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?").fullmatch
_AFTER_DIGITS = ":"
"""Sorts after every text that begins with a digit or a minus sign, and before nearly all other text."""
_LONGEST_NUMERIC = 40
_DEEPEST = 64
"""Levels that are looked at; the mapping drops what is deeper."""
_REMEMBERED_IDS = 50_000
_REMEMBERED_SHAPES = 5_000
_PAYLOAD = {"track": "properties", "identify": "traits"}


class Checked(NamedTuple):
    """What one message shows by itself, and what has to be compared with the other messages of its run.

    Attributes:
        violations: What the contracts have against it.
        shape: The names of its event; ``None`` where there is no event, or one the wire refuses.
        email: The event type, the e-mail label, and the user it stands on, where there are both.
    """

    violations: list[Violation]
    shape: Shape | None = None
    email: tuple[str, str, str] | None = None


class ContractChecks:
    """Checks the traces of one run, one after the other; memory does not grow with their number.

    Args:
        plans: Tracking plans every message is held against.
        now: The present, microseconds since the epoch, for ``future_time``; ``None`` leaves that question out.

    Raises:
        ContractFileError: A plan's rule holds no JSON Schema.
    """

    def __init__(self, plans: Sequence[Plan] = (), *, now: Callable[[], int] | None = None) -> None:
        self._single = MessageChecks(plans, now=now)
        self._run = Consistency()
        self._flips = TypeFlips(max_names=MAX_NAMES)

    def check(self, trace: Trace) -> tuple[Violation, ...]:
        """Return everything the contracts have against ``trace`` that its own notes do not already say.

        Paths point into the message for the Segment stage and the plans, into the event for what concerns the event.
        """
        checked = self._single.check(trace)
        found = checked.violations
        if checked.shape is not None:
            # Traces are shown as they come, so what can be said is that a type flipped, not which one is the rare one.
            found += self._flips.of(checked.shape.labels, checked.shape.numbers)
            found += self._run.check(checked.shape)
        if checked.email is not None:
            found += self._run.check_email(*checked.email[1:])
        return tuple(found)


class MessageChecks:
    """The checks that look at one message alone, and so may be made in any order and in any process.

    Args:
        plans: As :class:`ContractChecks`.
        now: As :class:`ContractChecks`.

    Raises:
        ContractFileError: A plan's rule holds no JSON Schema.
    """

    def __init__(self, plans: Sequence[Plan] = (), *, now: Callable[[], int] | None = None) -> None:
        self._plans = PlanChecker(plans) if plans else None
        self._now = now
        self._message = {call: Checker(load(f"segment/{call}")) for call in _PAYLOAD}
        self._wire = Checker(load("pointillist/event"))
        self._sound: set[str] = set()
        self._names: dict[Shape, tuple[Violation, ...]] = {}

    def take_coverage(self) -> Coverage | None:
        """Return what of the plans came since this was last asked; ``None`` without a plan."""
        return self._plans.take_coverage() if self._plans is not None else None

    def check(self, trace: Trace) -> Checked:
        """Return what ``trace`` shows by itself that its own notes do not already say."""
        admission = trace.admission
        payload = trace.received.payload
        found: list[Violation] = []
        if isinstance(admission, Discarded):
            found.append(discard_violation(admission))
            if self._plans is not None and isinstance(payload, dict) and admission.code != "duplicate_message_id":
                found += self._plans.check(payload, admission.call or "")
            return Checked(found)
        broken = self._message[admission.call].violations(payload)
        if broken:  # what a note says at the same place is not said twice
            said = {note.path for note in trace.notes}
            found += [one for one in broken if one.path not in said]
        if self._plans is not None:
            found += self._plans.check(payload, admission.call)
        body = _PAYLOAD[admission.call]
        content = payload.get(body)
        if content and _holds_numeric_string(content):
            _numeric_strings(content, (body,), found)
        # The same ids come again and again: what is wrong with one is worked out once.
        sound, user_id, anonymous_id = self._sound, admission.user_id, admission.anonymous_id
        if user_id is not None and user_id not in sound:
            self._id("userId", user_id, found)
        if anonymous_id is not None and anonymous_id not in sound:
            self._id("anonymousId", anonymous_id, found)
        if trace.mapped is None:
            return Checked(found)
        return self._event(trace.mapped, admission, found)

    def _id(self, name: str, value: str, found: list[Violation]) -> None:
        if is_blocked(value):
            found.append(violation("blocked_id", pointer(name), f"{name} {shown(value)} is a placeholder, not an id"))
        elif value != value.strip():
            text = f"{name} {shown(value)} begins or ends with white space"
            found.append(violation("whitespace_in_id", pointer(name), text))
        elif len(self._sound) < _REMEMBERED_IDS:
            self._sound.add(value)

    def _event(self, mapped: Mapped, admitted: Admitted, found: list[Violation]) -> Checked:
        event = mapped.event
        if not self._wire.ok(event):
            verdict = judge(event)  # the same rules, which name every one that is broken
            if isinstance(verdict, Refused):
                found.extend(verdict.violations)
                return Checked(found)
        labels: dict[str, str] = event["labels"]
        shape = Shape(admitted.event, tuple(labels), tuple(event["numbers"]))
        names = self._names.get(shape)
        if names is None:
            names = name_warnings(shape.labels, shape.numbers)
            if len(self._names) < _REMEMBERED_SHAPES:
                self._names[shape] = names
        if names:
            clashes = any(note.code == "case_clash" for note in mapped.notes)
            found.extend(warning for warning in names if not clashes or warning.code != "case_clash")
        time_us = admitted.time_ms * 1_000
        found += value_warnings(labels, time_us, time_us if self._now is None else self._now())
        user_id, email = admitted.user_id, labels.get("email")
        if email and user_id is not None and (user_id in self._sound or not is_blocked(user_id)):
            return Checked(found, shape, (admitted.event, email, user_id))
        return Checked(found, shape)


def discard_violation(discarded: Discarded) -> Violation:
    """Return a discard as a violation: ``info`` where it is nobody's mistake, an error otherwise."""
    severity: Severity = "info" if discarded.code in HARMLESS_DISCARDS else "error"
    return violation(
        discarded.code, discarded.path, discarded.message, severity=severity, basis=CODES[discarded.code].basis
    )


def _is_number(text: str) -> bool:
    """Say whether a text is a number in JSON's grammar; ids and dates, which only begin like one, are left first."""
    if not text.isdecimal() and "." not in text and "e" not in text and "E" not in text and text[:1] != "-":
        return False
    return len(text) <= _LONGEST_NUMERIC and _NUMERIC(text) is not None


def _holds_numeric_string(value: Any, depth: int = 1) -> bool:
    """Say whether an object or array holds a number sent as text: what is asked of every message, so without paths."""
    for inner in value.values() if value.__class__ is dict else value:
        kind = inner.__class__
        if kind is str:
            if inner < _AFTER_DIGITS and _is_number(inner):
                return True
        elif (kind is dict or kind is list) and depth < _DEEPEST and _holds_numeric_string(inner, depth + 1):
            return True
    return False


def _numeric_strings(value: Any, path: tuple[str | int, ...], found: list[Violation]) -> None:
    """Find numbers sent as text, at any depth."""
    if isinstance(value, dict):
        items: Any = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    else:
        if isinstance(value, str) and _is_number(value):
            text = f"{shown(value)} is a number sent as text; it becomes a label"
            found.append(violation("numeric_string", pointer(*path), text))
        return
    for key, inner in items if len(path) <= _DEEPEST else ():
        _numeric_strings(inner, (*path, key), found)
