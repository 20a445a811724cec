"""What Segment does with a message before a destination sees it: admit it, or discard it with its own code. Pure.

The questions, their order and their answers are the admission table of ``interface.md`` section 4: the first row that
applies gives the code. The clock is an argument.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from sys import intern
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from contracts.codes import violation
from contracts.wording import described, shown
from simulator.segment.fingerprints import Fingerprints
from simulator.segment.integrations import switched_off
from simulator.segment.message import Admitted, Discarded
from simulator.segment.times import event_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.violations import Violation
    from simulator.segment.message import Call

_MISSPELT = {"anonymousID": "anonymousId", "userID": "userId", "user_id": "userId", "anonymous_id": "anonymousId"}
"""Keys that look like ids at the top level and are none; Segment ignores them."""

_LIKE_BATCH = frozenset({"batch", "messages"})
"""Keys without which a message is complete: whoever sends them meant a batch."""
_LONGEST_MESSAGE_ID = 100
_MIN_INT, _MAX_INT = -(2**63), 2**64 - 1
_CALLS: dict[str, Call] = {"identify": "identify", "track": "track"}
_BODIES: dict[Call, str] = {"identify": "traits", "track": "properties"}
_IDENTIFY_LENGTH = len("identify")


class Seen(Protocol):
    """The message ids admitted so far: a ``set`` will do."""

    def __contains__(self, message_id: object, /) -> bool: ...

    def add(self, message_id: str, /) -> None:
        """Remember an id."""


class Remembered:
    """The last ``limit`` message ids; the oldest is forgotten first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._ids: set[str] = set()
        self._order: deque[str] = deque()  # a dict keeps order as well, but finds its oldest key ever more slowly

    def __contains__(self, message_id: object) -> bool:
        return message_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, message_id: str) -> None:
        """Remember an id, and forget the oldest where there are too many."""
        if message_id in self._ids:
            return
        message_id = intern(message_id)  # whoever lists the messages has it as well: kept once
        self._ids.add(message_id)
        self._order.append(message_id)
        if len(self._order) > self._limit:
            self._ids.remove(self._order.popleft())


class Admission:
    """Admits or discards the messages of one run, in the order they come."""

    def __init__(self, now: Callable[[], int], seen: Seen | None = None, remember: int | None = None) -> None:
        """Start a run.

        Args:
            now: The clock, microseconds since the epoch, UTC; asked only for a message without any time.
            seen: The message ids admitted before; by default none.
            remember: How many message ids to remember where ``seen`` is not given; ``None`` is all of them, as
                :class:`~simulator.segment.fingerprints.Fingerprints`.
        """
        self._now = now
        self._is_new: Callable[[str], bool] = Fingerprints().is_new
        if seen is not None or remember is not None:
            self._is_new = partial(_is_new, seen if seen is not None else Remembered(remember or 0))

    def admit(self, payload: Any, received_at: int | None = None) -> Admitted | Discarded:
        """Return the message as Segment delivers it, or why it does not.

        Only an admitted message's id is remembered: a mended resend of a discarded message works.

        Args:
            payload: The message, any JSON value.
            received_at: Arrival at a live source, microseconds since the epoch; ``None`` for a message from a file.
        """
        if not isinstance(payload, dict):
            return Discarded(
                "message_not_object", "", f"a message is a JSON object, not {described(payload)}", None, None
            )
        notes: list[Violation] = []
        message_id = payload.get("messageId")
        if message_id.__class__ is not str or not 0 < len(message_id) <= _LONGEST_MESSAGE_ID:
            message_id = _message_id(message_id, notes)
        answer = self._answer(payload, received_at, message_id, notes)
        if isinstance(answer, _Refusal):
            kind = payload.get("type")
            call = kind.lower() if isinstance(kind, str) else None
            return Discarded(answer.code, answer.path, answer.text, message_id, call, tuple(notes))
        return answer

    def _answer(
        self, payload: dict[str, Any], received_at: int | None, message_id: str | None, notes: list[Violation]
    ) -> Admitted | _Refusal:
        """Ask the table's questions in the table's order.

        What nearly every message answers well is asked here; the functions below are for everything else.
        """
        get = payload.get
        kind = get("type")
        call = _CALLS.get(kind) if kind.__class__ is str else None
        if call is None:
            call = _call(payload, notes)
            if call is None:
                return _unsupported(payload)
        if not payload.keys().isdisjoint(_MISSPELT):
            _misspelt(payload, notes)
        user_id: str | _Refusal | None = get("userId")
        if user_id is not None and (user_id.__class__ is not str or not user_id):
            user_id = _identifier(payload, "userId", notes)
            if isinstance(user_id, _Refusal):
                return user_id
        anonymous_id: str | _Refusal | None = get("anonymousId")
        if anonymous_id is not None and (anonymous_id.__class__ is not str or not anonymous_id):
            anonymous_id = _identifier(payload, "anonymousId", notes)
            if isinstance(anonymous_id, _Refusal):
                return anonymous_id
        if user_id is None and anonymous_id is None:
            return _Refusal("no_user_anon_id", "", "the message has neither userId nor anonymousId")
        event = _event(payload, notes) if call == "track" else "identify"
        if isinstance(event, _Refusal):
            return event
        body = _BODIES[call]
        content = get(body)
        if content is not None and not isinstance(content, dict):
            return _Refusal(f"{body}_not_object", f"/{body}", f"{body} is {described(content)}, not an object")
        context = get("context")
        if context is not None and not isinstance(context, dict):
            text = f"context is {described(context)}, not an object; treated as absent"
            notes.append(violation("context_not_object", "/context", text))
        integrations = get("integrations")
        if integrations is not None and integrations != {}:
            flag = switched_off(integrations, notes)
            if flag is not None:
                text = f"{flag} is false, so the message is not meant for Pointillist"
                return _Refusal("FILTERED_BY_INTEGRATIONS_OBJECT", flag, text)
        if message_id is not None and not self._is_new(message_id):
            text = f"messageId {shown(message_id)} was admitted before; the first one counts"
            return _Refusal("duplicate_message_id", "/messageId", text)
        when = event_time(payload, received_at, self._now, notes)
        return Admitted(call, message_id, user_id, anonymous_id, event, when.ms, when.source, when.text, tuple(notes))


def _is_new(seen: Seen, message_id: str) -> bool:
    if message_id in seen:
        return False
    seen.add(message_id)
    return True


class _Refusal(NamedTuple):
    """The first row of the table that applies: Segment's code, the place, a sentence."""

    code: str
    path: str
    text: str


def _message_id(message_id: Any, notes: list[Violation]) -> str | None:
    if message_id is None or message_id == "":
        return None
    if not isinstance(message_id, str):
        text = f"messageId is {described(message_id)}, not a string; the message goes without one"
        notes.append(violation("message_id_not_string", "/messageId", text))
        return None
    if len(message_id) > _LONGEST_MESSAGE_ID:
        text = f"messageId has {len(message_id)} characters; Segment takes {_LONGEST_MESSAGE_ID}"
        notes.append(violation("message_id_too_long", "/messageId", text))
    return message_id


def _call(payload: dict[str, Any], notes: list[Violation]) -> Call | None:
    kind = payload.get("type")
    if not isinstance(kind, str):
        return None
    call = _CALLS.get(kind)
    if call is None:
        call = _CALLS.get(kind.lower())
        if call is not None:
            notes.append(violation("type_case", "/type", f"type is {shown(kind)}; it is compared without case"))
    return call


def _unsupported(payload: dict[str, Any]) -> _Refusal:
    kind = payload.get("type")
    if kind is not None:
        text = f"Pointillist takes identify and track, not {shown(kind)}"
    elif payload.keys() & _LIKE_BATCH:
        text = 'no message but something like a batch; a batch is {"batch": [message, ...]}'
    else:
        text = "the message has no type"
    return _Refusal("UNSUPPORTED_EVENT_TYPE", "/type", text)


def _misspelt(payload: dict[str, Any], notes: list[Violation]) -> None:
    for key, right in _MISSPELT.items():
        if key in payload:
            notes.append(violation("misspelt_id", f"/{key}", f"{key!r} is ignored; the key is {right!r}"))


def _identifier(payload: dict[str, Any], key: str, notes: list[Violation]) -> str | _Refusal | None:
    value = payload.get(key)
    if isinstance(value, str):
        return value or None
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and _MIN_INT <= value <= _MAX_INT:
        notes.append(violation("non_string_id", f"/{key}", f"{key} is the number {value}; its text is used"))
        return str(value)
    return _Refusal("id_not_string", f"/{key}", f"{key} is {described(value)}, not a string")


def _event(payload: dict[str, Any], notes: list[Violation]) -> str | _Refusal:
    event = payload.get("event")
    if event is None:
        return _Refusal("event_not_defined", "/event", "the track has no event name")
    if not isinstance(event, str):
        return _Refusal("event_not_string", "/event", f"event is {described(event)}, not a string")
    if not event.strip():
        return _Refusal("event_not_defined", "/event", "the event name is blank")
    if len(event) == _IDENTIFY_LENGTH and event.lower() == "identify":
        text = f"a track named {shown(event)} cannot be told from an identify call at Pointillist"
        notes.append(violation("event_named_identify", "/event", text))
    return event
