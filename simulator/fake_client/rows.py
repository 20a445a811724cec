"""The JSON the fake answers, as types (``interface.md`` 3.1)."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

Status = Literal["accepted", "refused"]


class EventCounts(TypedDict):
    """How many events ended how."""

    accepted: int
    refused: int
    duplicates: int


class ActorCounts(TypedDict):
    """How many actors there are of either kind."""

    known: int
    anonymous: int


class Summary(TypedDict):
    """``GET /_fake/summary``."""

    events: EventCounts
    by_type: dict[str, int]
    actors: ActorCounts
    merges: int
    conflicts: int
    warnings: dict[str, int]


class EventRow(TypedDict):
    """One stored event, or one refusal; ``why`` only where it was asked for alone."""

    eventId: str
    seq: int
    status: Status
    messageId: NotRequired[str]
    receivedAt: str
    event: Any
    violations: list[dict[str, Any]]
    actor: str | None
    attribution: Any
    why: NotRequired[dict[str, Any]]


class ActorRow(TypedDict):
    """One actor: ``user:U1`` or ``anon:A1``."""

    actorId: str
    userId: str | None
    anonymousIds: list[str]
    events: int
    messageIds: NotRequired[list[str]]
    firstSeen: str
    lastSeen: str
    labels: dict[str, str]
    numbers: dict[str, float]
    warnings: list[Any]
