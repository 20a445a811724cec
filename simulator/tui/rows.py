"""One line of the message list, made from a Trace. Pure.

A :class:`Row` is what the list, the counters and the quick terms of the filter need; the Trace itself may be packed
away by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING, Any

from simulator.segment.message import Admitted, Discarded
from simulator.trace import Outcome
from simulator.tui.signs import State

if TYPE_CHECKING:
    from simulator.trace import Trace

_STATES = {
    Outcome.DELIVERED: State.DELIVERED,
    Outcome.DUPLICATE: State.DUPLICATE,
    Outcome.REJECTED: State.REJECTED,
    Outcome.EXPIRED: State.EXPIRED,
    Outcome.DISCARDED: State.DISCARDED,
}


@dataclass(frozen=True, slots=True)
class Row:
    """What is shown of a message in the list.

    Attributes:
        number: Its number in the run.
        state: Where it stands.
        warned: It was accepted with warnings, or its check found some.
        merged: It merged an actor (the merge log names it).
        clock: Event time, ``14:02:40``, UTC; of a discarded message the arrival; ``""`` where there is none.
        call: ``track``, ``identify``, or what was sent as ``type``.
        title: The event type, or the discard code in its place.
        user_id: As sent, ``""`` where absent.
        anonymous_id: The same.
        answer: The last answer: a status, ``net`` for no answer, ``""`` before the first.
        attempts: How many attempts there were.
        name: The messageId, or ``#n``.
        codes: Every code of its violations, warnings, notes, drops and its discard.
    """

    number: int
    state: State
    warned: bool
    merged: bool
    clock: str
    call: str
    title: str
    user_id: str
    anonymous_id: str
    answer: str
    attempts: int
    name: str
    codes: frozenset[str]

    @property
    def failed(self) -> bool:
        """Whether ``e`` stops here: refused, expired, or discarded for a fault of the message."""
        return self.state in (State.REJECTED, State.EXPIRED) or (
            self.state is State.DISCARDED and self.title not in _NO_FAULT
        )


_NO_FAULT = frozenset({"UNSUPPORTED_EVENT_TYPE", "FILTERED_BY_INTEGRATIONS_OBJECT", "duplicate_message_id"})
"""Discards that are meant to happen."""

_CODE_SETS: dict[frozenset[str], frozenset[str]] = {}
"""Runs know a handful of different sets of codes; rows share them."""


def state_of(trace: Trace) -> State:
    """Return where ``trace`` stands."""
    if isinstance(trace.admission, Discarded):
        return State.DISCARDED
    return State.WAITING if trace.outcome is None else _STATES[trace.outcome]


def codes_of(trace: Trace) -> frozenset[str]:
    """Return every code a trace carries, of whatever stage."""
    found = {note.code for note in trace.notes}
    found.update(item.code for item in trace.violations)
    found.update(item.code for item in trace.warnings)
    if trace.mapped is not None:
        found.update(drop.code for drop in trace.mapped.dropped)
    if isinstance(trace.admission, Discarded):
        found.add(trace.admission.code)
    for attempt in trace.attempts:
        body = attempt.body
        if isinstance(body, dict) and isinstance(body.get("violations"), list):
            found.update(str(item.get("code")) for item in body["violations"] if isinstance(item, dict))
    codes = frozenset(found)
    return _CODE_SETS.setdefault(codes, codes) if len(_CODE_SETS) < 5_000 else codes


def row_of(trace: Trace, number: int, *, merged: bool = False) -> Row:
    """Return the list's row of ``trace``."""
    admission = trace.admission
    state = state_of(trace)
    last = trace.attempts[-1] if trace.attempts else None
    if isinstance(admission, Admitted):
        user, anonymous = admission.user_id or "", admission.anonymous_id or ""
        title, clock = admission.event, admission.time[11:19]
        call: str = admission.call
    else:
        payload = trace.received.payload
        user, anonymous = _text(payload, "userId"), _text(payload, "anonymousId")
        title, call = admission.code, admission.call or "?"
        clock = _arrival(trace.received.received_at) or _clock(_text(payload, "timestamp"))
    answer = "" if last is None else "net" if last.status is None else str(last.status)
    return Row(
        number=number,
        state=state,
        warned=bool(trace.warnings) or any(item.severity == "warning" for item in trace.violations),
        merged=merged,
        clock=clock,
        call=intern(call),
        title=intern(title),
        user_id=intern(user),
        anonymous_id=intern(anonymous),
        answer=intern(answer),
        attempts=len(trace.attempts),
        name=intern(trace.name),
        codes=codes_of(trace),
    )


def _text(payload: Any, key: str) -> str:
    value = payload.get(key) if isinstance(payload, dict) else None
    return value if isinstance(value, str) else ""


def _arrival(micros: int | None) -> str:
    if micros is None:
        return ""
    seconds = micros // 1_000_000 % 86_400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _clock(text: str) -> str:
    part = text[11:19]
    return part if len(part) == 8 and part[2] == part[5] == ":" else ""
