"""What is asked of a tenant's events: the summary, pages of events, one event, the merge log, the reasons.

Every function reads what is settled and gives the JSON of :mod:`fake_pointillist.wire.answers`. Callers hold the
server's lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import orjson

from contracts.instants import format_ms
from fake_pointillist.identity.attribution import IdEvent
from fake_pointillist.records import ACCEPTED, EVENT_COLUMNS, REFUSED, StoredEvent
from fake_pointillist.storage.store import row_of, seq_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_pointillist.identity.attribution import Attribution
    from fake_pointillist.identity.merge_log import Merge
    from fake_pointillist.tenant import Tenant
    from fake_pointillist.wire.answers import (
        AttributionJson,
        ClaimJson,
        EventsJson,
        MergeJson,
        StoredEventJson,
        SummaryJson,
    )

_FROM = f"SELECT {EVENT_COLUMNS} FROM event LEFT JOIN body USING (row)"  # noqa: S608 - our own columns
STATUSES = {"accepted": ACCEPTED, "refused": REFUSED}


def summary(tenant: Tenant) -> SummaryJson:
    """Return the tenant in figures."""
    identity = tenant.identity
    return {
        "events": {
            "accepted": tenant.accepted,
            "refused": tenant.refused,
            "duplicates": tenant.duplicates,
            "dropped": tenant.floor,
        },
        "by_type": dict(tenant.by_type),
        "actors": {"known": identity.known, "anonymous": identity.anonymous},
        "merges": len(tenant.merges),
        "conflicts": identity.conflicts,
        "warnings": dict(tenant.warnings),
    }


def id_event(tenant: Tenant, stored: StoredEvent) -> IdEvent:
    """Return what identity knows of an accepted event."""
    assert stored.time_us is not None
    name = stored.message_id or tenant.event_id(stored.seq)
    event_type = stored.type or ""
    return IdEvent(
        *(stored.seq, name, stored.time_us, stored.user_id, stored.anonymous_id, event_type == "identify", event_type)
    )


def find(
    tenant: Tenant,
    *,
    after: int = 0,
    limit: int = 100,
    status: str | None = None,
    event_type: str | None = None,
    message_id: str | None = None,
    ids: tuple[Sequence[str], Sequence[str]] | None = None,
) -> list[StoredEvent]:
    """Return events of a tenant, oldest first, each condition exact.

    Args:
        tenant: Whose.
        after: Only those with a larger ``seq``.
        limit: At most so many.
        status: ``accepted`` or ``refused``.
        event_type: The event type.
        message_id: The message id.
        ids: Those carrying one of these userIds or one of these anonymousIds.
    """
    where = ["event.row > ?", "event.row <= ?", "status < 2"]
    values: list[Any] = [
        row_of(tenant.number, max(after, tenant.floor)),
        row_of(tenant.number, tenant.seq),
    ]
    for column, wanted in (
        ("status", None if status is None else STATUSES[status]),
        ("type", event_type),
        ("message_id", message_id),
    ):
        if wanted is not None:
            where.append(f"{column} = ?")
            values.append(wanted)
    if ids is not None:
        users, anons = ids
        marks = ["(tenant = ? AND user_id IN (SELECT value FROM json_each(?)))"] * bool(users)
        marks += ["(tenant = ? AND anonymous_id IN (SELECT value FROM json_each(?)))"] * bool(anons)
        where.append(f"({' OR '.join(marks) or '0'})")
        for wanted_ids in (users, anons):
            if wanted_ids:
                values += [tenant.number, orjson.dumps(list(wanted_ids)).decode()]
    statement = f"{_FROM} WHERE {' AND '.join(where)} ORDER BY event.row LIMIT ?"
    rows = tenant.store.read(statement, (*values, limit))
    return [StoredEvent(seq_of(row[0]), *row[1:]) for row in rows]


def ids_of(actor_id: str, tenant: Tenant) -> tuple[Sequence[str], Sequence[str]] | None:
    """Return the userIds and anonymousIds of an actor, or ``None`` where there is no such actor."""
    actor = tenant.identity.actor(actor_id)
    if actor is None:
        return None
    return actor.user_ids, actor.anonymous_ids


def events(
    tenant: Tenant,
    *,
    after: int,
    limit: int,
    status: str | None,
    event_type: str | None,
    message_id: str | None,
    actor: str | None,
) -> EventsJson:
    """Return a page of events."""
    ids = None
    if actor is not None:
        ids = ids_of(actor, tenant)
        if ids is None:
            return {"events": [], "next": None}
    shown: list[StoredEventJson] = []
    while True:
        page = find(
            tenant,
            after=after,
            limit=limit + 1,
            status=status,
            event_type=event_type,
            message_id=message_id,
            ids=ids,
        )
        for stored in page:
            if len(shown) == limit:
                return {"events": shown, "next": shown[-1]["seq"]}
            record = event_json(tenant, stored)
            if actor is None or record["actor"] == actor:
                shown.append(record)
            after = stored.seq
        if len(page) <= limit:
            return {"events": shown, "next": None}


def event_json(tenant: Tenant, stored: StoredEvent) -> StoredEventJson:
    """Return one event as it is shown."""
    attribution: Attribution | None = None
    if stored.status != REFUSED:
        attribution = tenant.identity.attribute(id_event(tenant, stored))
    record: dict[str, Any] = {
        "eventId": tenant.event_id(stored.seq),
        "seq": stored.seq,
        "status": "refused" if stored.status == REFUSED else "accepted",
    }
    if stored.message_id is not None:
        record["messageId"] = stored.message_id
    record["receivedAt"] = format_ms(stored.received_us // 1_000)
    record["event"] = orjson.loads(stored.event) if stored.event is not None else None
    if stored.raw is not None:
        record["raw"] = stored.raw.decode("utf-8", "replace")
    record["violations"] = orjson.loads(stored.violations) if stored.violations else []
    record["actor"] = attribution.actor if attribution is not None else None
    record["attribution"] = _attribution_json(tenant, attribution) if attribution is not None else None
    return cast("StoredEventJson", record)


def _attribution_json(tenant: Tenant, attribution: Attribution) -> AttributionJson:
    claim = attribution.claim
    shown: ClaimJson | None = None
    if claim is not None:
        shown = _claim_json(tenant, claim.seq, claim.message, claim.time_us, documented=claim.documented)
        shown["userId"] = claim.user_id
    return {"kind": attribution.kind, "rule": attribution.rule, "was": attribution.was, "claim": shown}


def _claim_json(tenant: Tenant, seq: int, name: str, time_us: int | None, *, documented: bool) -> ClaimJson:
    """Return a claim by its event; one that came without a message id is named by its event id."""
    when = format_ms((time_us or 0) // 1_000)
    if name == tenant.event_id(seq):
        return {"eventId": name, "eventTime": when, "documented": documented}
    return {"messageId": name, "eventTime": when, "documented": documented}


def merge_json(tenant: Tenant, merge: Merge) -> MergeJson:
    """Return one row of the merge log."""
    move = merge.move
    claim = None
    if move.message is not None:
        claim = _claim_json(tenant, merge.after_seq, move.message, move.time_us, documented=move.documented)
    return {
        "seq": merge.seq,
        "eventSeq": merge.after_seq,
        "anonymousId": move.anonymous_id,
        "from": move.from_,
        "to": move.to,
        "eventsMoved": move.events_moved,
        "claim": claim,
    }
