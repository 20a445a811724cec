"""The contract check of every stage: Segment message, tracking plans, Pointillist event, and the run as a whole.

A check never computes what a Trace already says: admission's and mapping's notes stand in the Trace, the hard rules and
the warnings of the wire are the fake's own (:mod:`fake_pointillist.intake`), the plan's rules are the plan's.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson

from contracts.checker import Checker
from contracts.codes import CODES, violation
from contracts.conformance import PlanChecker
from contracts.resources import load
from contracts.violations import pointer
from contracts.wording import shown
from fake_pointillist.blocked import is_blocked
from fake_pointillist.event_warnings import EventWarnings
from fake_pointillist.intake import Refused, judge
from simulator.consistency import Consistency
from simulator.segment.message import Discarded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from contracts.plan import Plan
    from contracts.violations import Severity, Violation
    from simulator.mapping.result import Mapped
    from simulator.segment.message import Admitted
    from simulator.trace import Trace

MAX_MESSAGE_BYTES = 32_768
"""What Segment takes at most as one message (``fact``)."""
MAX_MESSAGE_ID = 100
"""What Segment takes at most as a messageId, in characters (``fact``)."""

HARMLESS_DISCARDS = frozenset({"UNSUPPORTED_EVENT_TYPE", "FILTERED_BY_INTEGRATIONS_OBJECT"})
"""Discards that are nobody's mistake: info. Every other discard is an error (``interface.md`` 8)."""

_NUMERIC = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NUMERIC_START = frozenset("-0123456789")
_LONGEST_NUMERIC = 40
_PAYLOAD = {"track": "properties", "identify": "traits"}


class ContractChecks:
    """Checks the traces of one run, one after the other; memory does not grow with their number.

    Args:
        plans: Tracking plans every message is held against.
        now: The present, microseconds since the epoch, for ``future_time``; ``None`` leaves that question out.

    Raises:
        ContractFileError: A plan's rule holds no JSON Schema.
    """

    def __init__(self, plans: Sequence[Plan] = (), *, now: Callable[[], int] | None = None) -> None:
        self._plans = PlanChecker(plans) if plans else None
        self._now = now
        self._message = {call: Checker(load(f"segment/{call}")) for call in _PAYLOAD}
        self._warnings = EventWarnings()
        self._run = Consistency()

    @property
    def coverage(self) -> dict[str, Any] | None:
        """What of the plans came and what came unplanned, so far; ``None`` without a plan."""
        return self._plans.coverage.to_json() if self._plans is not None else None

    def check(self, trace: Trace) -> tuple[Violation, ...]:
        """Return everything the contracts have against ``trace`` that its own notes do not already say.

        Paths point into the message for the Segment stage and the plans, into the event for what concerns the event.
        """
        admission = trace.admission
        payload = trace.received.payload
        found: list[Violation] = []
        if isinstance(payload, dict):
            found += _sizes(payload, trace)
        if isinstance(admission, Discarded):
            found.append(discard_violation(admission))
            if self._plans is not None and isinstance(payload, dict) and admission.code != "duplicate_message_id":
                found += self._plans.check(payload, admission.call or "")
            return tuple(found)
        found += self._segment(payload, trace)
        if self._plans is not None:
            found += self._plans.check(payload, admission.call)
        _numeric_strings(payload.get(_PAYLOAD[admission.call]), "/" + _PAYLOAD[admission.call], found)
        _ids(admission, found)
        if admission.call == "track" and admission.event.casefold() == "identify":
            found.append(violation("event_named_identify", "/event", f"a track is named {shown(admission.event)}"))
        if trace.mapped is not None:
            self._event(trace.mapped, admission, found)
        return tuple(found)

    def _segment(self, payload: Any, trace: Trace) -> list[Violation]:
        """Hold the message against Segment's schema; what a note says at the same place is not said twice."""
        found = self._message[trace.admission.call or "track"].violations(payload)
        if not found:
            return []
        said = {note.path for note in trace.notes}
        return [broken for broken in found if broken.path not in said]

    def _event(self, mapped: Mapped, admitted: Admitted, found: list[Violation]) -> None:
        verdict = judge(mapped.event)
        if isinstance(verdict, Refused):
            found.extend(verdict.violations)
            return
        time_us = admitted.time_ms * 1_000
        said = {note.code for note in mapped.notes}
        found.extend(
            warning
            for warning in self._warnings.of(mapped.event, time_us, time_us if self._now is None else self._now())
            if warning.code != "case_clash" or "case_clash" not in said
        )
        found.extend(self._run.check(mapped.event, admitted))


def discard_violation(discarded: Discarded) -> Violation:
    """Return a discard as a violation: ``info`` where it is nobody's mistake, an error otherwise."""
    severity: Severity = "info" if discarded.code in HARMLESS_DISCARDS else "error"
    return violation(
        discarded.code, discarded.path, discarded.message, severity=severity, basis=CODES[discarded.code].basis
    )


def _sizes(payload: dict[str, Any], trace: Trace) -> list[Violation]:
    found: list[Violation] = []
    size = _size(payload)
    said = {note.code for note in trace.notes}
    if size > MAX_MESSAGE_BYTES and "message_too_large" not in said:
        found.append(
            violation("message_too_large", "", f"the message has {size:,} bytes; Segment takes {MAX_MESSAGE_BYTES:,}")
        )
    message_id = payload.get("messageId")
    if isinstance(message_id, str) and len(message_id) > MAX_MESSAGE_ID and "message_id_too_long" not in said:
        found.append(
            violation(
                "message_id_too_long",
                "/messageId",
                f"the messageId has {len(message_id):,} characters; Segment takes {MAX_MESSAGE_ID}",
            )
        )
    return found


def _size(payload: dict[str, Any]) -> int:
    try:
        return len(orjson.dumps(payload))
    except TypeError:  # integers beyond 64 bits, which Python reads and orjson does not write
        return len(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def _ids(admitted: Admitted, found: list[Violation]) -> None:
    for name, value in (("userId", admitted.user_id), ("anonymousId", admitted.anonymous_id)):
        if value is None:
            continue
        if is_blocked(value):
            found.append(violation("blocked_id", pointer(name), f"{name} {shown(value)} is a placeholder, not an id"))
        elif value != value.strip():
            found.append(
                violation("whitespace_in_id", pointer(name), f"{name} {shown(value)} begins or ends with white space")
            )


def _numeric_strings(value: Any, path: str, found: list[Violation], depth: int = 0) -> None:
    items = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    for key, inner in items:
        kind = type(inner)
        if kind is str:
            if (
                inner[:1] in _NUMERIC_START
                and inner
                and len(inner) <= _LONGEST_NUMERIC
                and _NUMERIC.fullmatch(inner) is not None
            ):
                text = f"{shown(inner)} is a number sent as text; it becomes a label"
                found.append(violation("numeric_string", path + pointer(key), text))
        elif (kind is dict or kind is list) and depth < 64:
            _numeric_strings(inner, path + pointer(key), found, depth + 1)
