"""One accepted event, as identity reads it: made from what ``/_fake/events`` lists."""

from __future__ import annotations

from sys import intern
from typing import NamedTuple

from contracts.instants import parse_event_time, parse_iso
from fake_pointillist.identity.attribution import IdEvent


class Happening(NamedTuple):
    """One accepted event.

    Attributes:
        event: What identity reads of it.
        event_id: Its id at the fake.
        arrived_us: When it arrived, microseconds since the epoch, or ``None`` where that is not said.
    """

    event: IdEvent
    event_id: str
    arrived_us: int | None


def id_event(seq: int, record: dict[str, object]) -> Happening:
    """Return a happening of an event as ``/_fake/events`` lists it.

    The same ids come again and again, and the list of messages holds them too: each is kept once.

    Args:
        seq: Its order of arrival among the accepted, from 1.
        record: One item of ``events``.
    """
    event = record.get("event")
    from fake_pointillist.event_identifiers import others_of  # noqa: PLC0415 - start-up counts

    document = event if isinstance(event, dict) else {}
    ids = _customer(document.get("actors"))
    event_id = str(record.get("eventId", ""))
    event_type = intern(str(document.get("eventType", "")))
    return Happening(
        IdEvent(
            seq=seq,
            message=intern(str(record.get("messageId") or event_id or f"#{seq}")),
            time_us=_micros(document.get("eventTime")),
            user_id=ids.get("userId"),
            anonymous_id=ids.get("anonymousId"),
            documented=event_type == "identify",
            event_type=event_type,
            others=others_of(ids),
        ),
        event_id,
        parse_iso(str(record.get("receivedAt", ""))),
    )


def _customer(actors: object) -> dict[str, str]:
    """Return the identifiers of the actor that is stitched, as the fake's intake reads them: its type without case."""
    from fake_pointillist.event_identifiers import PRIMARY_ACTOR  # noqa: PLC0415 - start-up counts

    found: dict[str, str] = {}
    for actor_type, identifiers in actors.items() if isinstance(actors, dict) else ():
        if actor_type.lower() == PRIMARY_ACTOR and isinstance(identifiers, dict):
            for name, value in identifiers.items():
                if isinstance(value, str) and value:
                    found.setdefault(name, intern(value))
    return found


def _micros(value: object) -> int:
    found = parse_event_time(value) if isinstance(value, str) else None
    return found if found is not None else 0
