"""What is asked of a tenant's people: pages of actors, one actor, the events of one.

Attribution is derived, so an actor's events are found by its ids and kept where identity says they are its.
"""

from __future__ import annotations

from collections import Counter
from heapq import merge
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import orjson

from contracts.instants import format_ms
from fake_pointillist.attribution import IdEvent
from fake_pointillist.readings import merge_json
from fake_pointillist.store import row_of, seq_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fake_pointillist.answers import ActorJson, ActorsJson
    from fake_pointillist.attribution import ActorIds
    from fake_pointillist.tenant import Tenant

NEWEST = 200
"""Events an actor's labels, numbers, warnings and message ids are read from, the newest by event time."""
IDENTIFIES = 50
"""Further identify events they are read from: a name told long ago is still a name."""

_COLUMNS = "row, time_us, user_id, anonymous_id, type, message_id, violations"


class _Sighting(NamedTuple):
    time_us: int
    seq: int
    message_id: str | None
    violations: str | None


def actors(
    tenant: Tenant, *, kind: Literal["known", "anonymous"] | None, search: str | None, after: str | None, limit: int
) -> ActorsJson:
    """Return a page of the actors that have events, in the order of their ids.

    Args:
        tenant: Whose.
        kind: ``known`` or ``anonymous``; ``None`` for both.
        search: Text that one of the actor's ids holds, without case.
        after: Only actors whose id sorts behind this one.
        limit: At most so many.
    """
    shown: list[ActorJson] = []
    for actor in tenant.identity.actors(kind, contains=search or "", after=after, limit=limit + 1):
        if len(shown) == limit:
            return {"actors": shown, "next": shown[-1]["actorId"]}
        shown.append(actor_json(tenant, actor))
    return {"actors": shown, "next": None}


def actor_with_merges(tenant: Tenant, actor_id: str) -> ActorJson | None:
    """Return one actor with its rows of the merge log, or ``None`` where there is none of that id."""
    actor = tenant.identity.actor(actor_id)
    if actor is None or not actor.events:
        return None
    record = actor_json(tenant, actor)
    record["merges"] = [merge_json(tenant, merge) for merge in tenant.merges.of(actor_id)]
    return record


def actor_json(tenant: Tenant, actor: ActorIds) -> ActorJson:
    """Return one actor as it is shown."""
    newest = list(_first(NEWEST, _sightings(tenant, actor, "DESC")))
    oldest = list(_first(1, _sightings(tenant, actor, "ASC")))
    told = {sighting.seq: sighting for sighting in newest}
    for sighting in _first(IDENTIFIES, _sightings(tenant, actor, "DESC", "AND type = 'identify'")):
        told[sighting.seq] = sighting
    in_time = sorted(told.values())
    labels, numbers = _latest(tenant, in_time)
    warnings: Counter[str] = Counter()
    for sighting in in_time:
        if sighting.violations:
            warnings.update(found["code"] for found in orjson.loads(sighting.violations))
    record: ActorJson = {
        "actorId": actor.actor,
        "userId": actor.user_id,
        "anonymousIds": list(actor.anonymous_ids),
        "events": actor.events,
        "messageIds": [
            sighting.message_id
            for sighting in sorted(in_time, key=lambda sighting: sighting.seq)
            if sighting.message_id is not None
        ],
        "firstSeen": format_ms(oldest[0].time_us // 1_000) if oldest else None,
        "lastSeen": format_ms(newest[0].time_us // 1_000) if newest else None,
        "labels": labels,
        "numbers": numbers,
        "warnings": dict(warnings),
    }
    if len(actor.user_ids) > 1:
        record["userIds"] = list(actor.user_ids)
    return record


def _sightings(tenant: Tenant, actor: ActorIds, order: str, more: str = "") -> Iterator[_Sighting]:
    """Yield an actor's kept events by event time, read in steps along the indexes."""
    found: list[Iterator[_Sighting]] = []
    for column, ids in (("user_id", actor.user_ids), ("anonymous_id", actor.anonymous_ids)):
        found.extend(_of_id(tenant, actor.actor, column, one, order, more) for one in ids)
    yield from _merged(found, descending=order == "DESC")


def _of_id(  # noqa: PLR0917 - one call, in one place
    tenant: Tenant, actor: str, column: str, one: str, order: str, more: str
) -> Iterator[_Sighting]:
    statement = (
        f"SELECT {_COLUMNS} FROM event WHERE tenant = ? AND {column} = ? AND row > ? AND status = 1 {more} "  # noqa: S608
        f"ORDER BY time_us {order}, row {order} LIMIT ? OFFSET ?"
    )
    floor = row_of(tenant.number, tenant.floor)
    offset, size = 0, 16
    while rows := tenant.store.read(statement, (tenant.number, one, floor, size, offset)):
        for row, time_us, user_id, anonymous_id, event_type, message_id, violations in rows:
            event = IdEvent(seq_of(row), "", time_us, user_id, anonymous_id, event_type == "identify", event_type)
            if tenant.identity.attribute(event).actor == actor:
                yield _Sighting(time_us, event.seq, message_id, violations)
        if len(rows) < size:
            return
        offset += size
        size = min(size * 4, 4_096)


def _merged(sources: list[Iterator[_Sighting]], *, descending: bool) -> Iterator[_Sighting]:
    """Merge sorted sources; an event both of whose ids are the actor's stands in two of them and is given once."""
    last = None
    for sighting in merge(*sources, reverse=descending, key=lambda one: (one.time_us, one.seq)):
        if sighting.seq != last:
            yield sighting
        last = sighting.seq


def _first(limit: int, sightings: Iterable[_Sighting]) -> Iterator[_Sighting]:
    for _, sighting in zip(range(limit), sightings, strict=False):
        yield sighting


def _latest(tenant: Tenant, in_time: list[_Sighting]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return each label's and number's latest value by event time."""
    labels: dict[str, str] = {}
    numbers: dict[str, Any] = {}
    statement = "SELECT row, event FROM body WHERE row IN (SELECT value FROM json_each(?))"
    rows = orjson.dumps([row_of(tenant.number, sighting.seq) for sighting in in_time]).decode()
    bodies = dict(tenant.store.read(statement, (rows,)))
    for sighting in in_time:
        body = bodies.get(row_of(tenant.number, sighting.seq))
        if body is None:
            continue
        event = orjson.loads(body)
        labels.update(event.get("labels", {}))
        numbers.update(event.get("numbers", {}))
    return labels, numbers
