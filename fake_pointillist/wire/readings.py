"""What is asked of a tenant's events: the summary, pages of events, one event, the merge log, the reasons.

Every function reads what is settled and gives the JSON of :mod:`fake_pointillist.wire.answers`. Callers hold the
server's lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

import orjson

from contracts.instants import format_ms
from fake_pointillist.identity.attribution import IdEvent
from fake_pointillist.records import ACCEPTED, EVENT_COLUMNS, REFUSED, StoredEvent
from fake_pointillist.storage.identifiers import OF_IDENTIFIERS, among
from fake_pointillist.storage.store import row_of, seq_of

if TYPE_CHECKING:
    from fake_pointillist.identity.attribution import ActorIds, Attribution
    from fake_pointillist.identity.merge_log import Merge
    from fake_pointillist.tenant import Tenant
    from fake_pointillist.wire.answers import (
        AttributionJson,
        ClaimJson,
        MergeJson,
        StoredEventJson,
        SummaryJson,
    )

_FROM = f"SELECT {EVENT_COLUMNS} FROM event LEFT JOIN body USING (row)"  # noqa: S608 - our own columns
STATUSES = {"accepted": ACCEPTED, "refused": REFUSED}
FEW = 2_000
"""Events of an actor that are found by its ids and put in order; those of one who has more are met soon enough."""


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
        *(stored.seq, name, stored.time_us, stored.user_id, stored.anonymous_id, event_type == "identify", event_type),
        stored.others,
    )


def find(tenant: Tenant, *, after: int = 0, limit: int = 100, message_id: str | None = None) -> list[StoredEvent]:
    """Return events of a tenant, oldest first.

    Args:
        tenant: Whose.
        after: Only those with a larger ``seq``.
        limit: At most so many.
        message_id: The message id.
    """
    return wanted(tenant, Wanted(message_id=message_id), after, tenant.seq, limit)


class Wanted(NamedTuple):
    """Which events are asked for; each condition is exact, ``None`` is none.

    Attributes:
        status: ``accepted`` or ``refused``.
        event_type: The event type.
        message_id: The message id.
        actor: Whom they belong to.
    """

    status: str | None = None
    event_type: str | None = None
    message_id: str | None = None
    actor: ActorIds | None = None

    @property
    def is_looked_up(self) -> bool:
        """Whether an index finds them sooner than a look at every row does: it gives them in another order."""
        return self.message_id is not None or (self.actor is not None and self.actor.events <= FEW)


def wanted(tenant: Tenant, asked: Wanted, after: int, until: int, limit: int) -> list[StoredEvent]:
    """Return those of the events behind ``after`` up to ``until`` that may be wanted, oldest first.

    Of an actor they are those that carry one of its ids: whether they belong to it, identity says.
    """
    where = ["event.row > ?", "event.row <= ?", "status < 2"]
    values: list[Any] = [row_of(tenant.number, max(after, tenant.floor)), row_of(tenant.number, until)]
    for column, value in (
        ("status", None if asked.status is None else STATUSES[asked.status]),
        ("type", asked.event_type),
        ("message_id", asked.message_id),
    ):
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    if asked.actor is not None:
        plus = "" if asked.is_looked_up else "+"  # keeps SQLite from an index
        ids = (("user_id", asked.actor.user_ids), ("anonymous_id", asked.actor.anonymous_ids))
        one_of = f"({plus}tenant = ? AND {plus}{{}} IN (SELECT value FROM json_each(?)))"  # noqa: S608
        carried = [one_of.format(column) for column, _ in ids]
        for _, some in ids:
            values += [tenant.number, orjson.dumps(list(some)).decode()]
        if asked.actor.identifiers:
            carried.append(f"{plus}event.row IN ({OF_IDENTIFIERS})")
            values += [orjson.dumps(asked.actor.identifiers).decode(), tenant.number]
        where.append(f"({' OR '.join(carried)})")
    statement = f"{_FROM} WHERE {' AND '.join(where)} ORDER BY event.row LIMIT ?"
    rows = tenant.store.read(statement, (*values, limit))
    others = among(tenant.store, [row[0] for row in rows])
    return [StoredEvent._make((seq_of(row[0]), *row[1:], others.get(row[0], ()))) for row in rows]


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
