"""From a request to its messages: which call the path means, the batch's envelope, Segment's limits. Pure.

Segment's edge takes a request and looks at its messages later, one by one: a bad message never sinks its batch. What
the limits alone decide is marked here with its discard code; the rest is admission's business.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from contracts.codes import violation
from simulator.segment.batching import batch_messages
from simulator.segment.message import Discarded
from simulator.segment.source_body import LONGEST_BATCH, LONGEST_MESSAGE, LONGEST_MESSAGE_ID, MOST_IN_BATCH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.violations import Violation

CALLS = {
    **{name: name for name in ("identify", "track", "page", "screen", "group", "alias", "batch")},
    "i": "identify",
    "t": "track",
    "p": "page",
    "s": "screen",
    "g": "group",
    "a": "alias",
    "b": "batch",
    "import": "batch",
    "m": "metrics",
}
"""The last part of ``/v1/...``, long and short, to the call it means (``facts/segment.md`` 2.1)."""


class Parcel(NamedTuple):
    """One message on its way from a request into admission.

    Attributes:
        payload: The JSON value, envelope applied, ``type`` and ``messageId`` filled in.
        origin: For people: ``POST /v1/batch [3]``.
        notes: What was filled in or found odd.
        refused: Set where a limit has decided already that it never leaves Segment.
        recorded: Of a file or the generator, not off the wire: its clock is mended by its own ``receivedAt``, if any.
            By the moment it is played, hours of a recording would shrink to seconds and lose their order.
    """

    payload: Any
    origin: str
    notes: tuple[Violation, ...] = ()
    refused: Discarded | None = None
    recorded: bool = False


def limit_of(call: str) -> tuple[int, str]:
    """Return the most bytes a body of ``call`` may have, and the code beyond it."""
    if call in ("batch", "metrics"):
        return LONGEST_BATCH, "batch_too_large"
    return LONGEST_MESSAGE, "message_too_large"


def unpack_single(
    payload: Any, call: str, path: str, new_id: Callable[[], str], notes: tuple[Violation, ...] = ()
) -> Parcel:
    """Return the one message of ``/v1/track`` and its kin; a missing ``type`` comes from the path."""
    if isinstance(payload, dict):
        own = payload.get("type")
        if own is None:
            payload = {**payload, "type": call}
            notes += (violation("type_from_path", "/type", f"no type in the message; {path} says {call}"),)
        elif isinstance(own, str) and own.lower() != call:
            notes += (violation("type_path_mismatch", "/type", f"type {own!r} was posted to {path}; the type counts"),)
    return _finished(payload, f"POST {path}", new_id, notes)


def unpack_batch(
    body: Any, path: str, new_id: Callable[[], str], notes: tuple[Violation, ...] = ()
) -> Iterator[Parcel]:
    """Yield a batch's messages with the batch's ``context``, ``integrations`` and ``sentAt`` applied.

    ``body`` must be an object whose ``batch`` is a list; over 2,500 messages all of them are discarded, as Segment does
    behind its 200.
    """
    items = batch_messages(body)
    too_many = len(items) > MOST_IN_BATCH
    for number, (raw, item) in enumerate(zip(body["batch"], items, strict=True)):
        origin = f"POST {path} [{number}]"
        own = _notes_inside(notes, number)
        if too_many:
            text = f"a batch of {len(items)} messages; at most {MOST_IN_BATCH} are taken"
            yield Parcel(item, origin, own, _discard("batch_too_large", "", text, item))
            continue
        size = len(orjson.dumps(raw))
        if size > LONGEST_MESSAGE:
            text = f"a message of {size} bytes; at most {LONGEST_MESSAGE} are taken"
            yield Parcel(item, origin, own, _discard("message_too_large", "", text, item))
            continue
        yield _finished(item, origin, new_id, own)


def _notes_inside(notes: tuple[Violation, ...], number: int) -> tuple[Violation, ...]:
    """Return what reading noted inside one message of the batch, with paths into the message."""
    if not notes:
        return ()
    start = f"/batch/{number}"
    return tuple(
        replace(note, path=note.path.removeprefix(start)) for note in notes if f"{note.path}/".startswith(f"{start}/")
    )


def _finished(payload: Any, origin: str, new_id: Callable[[], str], notes: tuple[Violation, ...]) -> Parcel:
    if not isinstance(payload, dict):
        return Parcel(payload, origin, notes)
    message_id = payload.get("messageId")
    if message_id is None or message_id == "":
        payload = {**payload, "messageId": new_id()}
        notes += (
            violation("message_id_assigned", "/messageId", "no messageId in the message; the source gave it one"),
        )
    elif isinstance(message_id, str) and len(message_id) > LONGEST_MESSAGE_ID:
        text = f"a messageId of {len(message_id)} characters; at most {LONGEST_MESSAGE_ID} are taken"
        return Parcel(payload, origin, notes, _discard("message_id_too_long", "/messageId", text, payload))
    return Parcel(payload, origin, notes)


def refuse(parcel: Parcel, code: str, text: str) -> Parcel:
    """Return the parcel marked as never leaving Segment, by a rule of the whole source."""
    return parcel if parcel.refused else parcel._replace(refused=_discard(code, "", text, parcel.payload))


def _discard(code: str, path: str, text: str, payload: Any) -> Discarded:
    message_id = call = None
    if isinstance(payload, dict):
        message_id = payload["messageId"] if isinstance(payload.get("messageId"), str) else None
        call = payload["type"].lower() if isinstance(payload.get("type"), str) else None
    return Discarded(code, path, text, message_id, call)
