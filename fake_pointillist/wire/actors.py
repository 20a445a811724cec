"""What is asked of a tenant's people: how an actor is shown, and its events.

Attribution is derived, so an actor's events are found by its ids and kept where identity says they are its.
"""

from __future__ import annotations

from collections import Counter
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from contracts.instants import format_ms
from fake_pointillist.identity.attribution import IdEvent
from fake_pointillist.storage.identifiers import among
from fake_pointillist.storage.store import row_of, seq_of
from fake_pointillist.wire.readings import merge_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fake_pointillist.identity.attribution import ActorIds
    from fake_pointillist.tenant import Tenant
    from fake_pointillist.wire.answers import ActorJson

NEWEST = 200
"""Events an actor's labels, numbers, warnings and message ids are read from, the newest by event time."""
IDENTIFIES = 50
"""Further identify events they are read from: a name told long ago is still a name."""

_COLUMNS = "event.row, event.time_us, user_id, anonymous_id, type, message_id, violations"
_SOURCES = {
    "user_id": ("event", "event WHERE tenant = ? AND user_id = ?"),
    "anonymous_id": ("event", "event WHERE tenant = ? AND anonymous_id = ?"),
    "identifier": (
        "identifier",
        "identifier CROSS JOIN event USING (row) WHERE identifier.tenant = ? AND name = ? AND identifier.value = ?",
    ),
}
"""Where the events with an id are found: the table whose index has them by time, and the rest of the query."""
_AT_ONCE = -(1 << 63)


class _Sighting(NamedTuple):
    time_us: int
    seq: int
    message_id: str | None
    violations: str | None


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
    if actor.identifiers:
        record["identifiers"] = [{"name": name, "value": value} for name, value in actor.identifiers]
    if len(actor.user_ids) > 1:
        record["userIds"] = list(actor.user_ids)
    return record


def _sightings(tenant: Tenant, actor: ActorIds, order: str, more: str = "") -> Iterator[_Sighting]:
    """Yield an actor's kept events by event time, an event with two of its ids once.

    An id is read once it may have the next event: of thousands of ids a page shows the events of few.
    """
    sign = -1 if order == "DESC" else 1
    bounds: list[tuple[int, str, tuple[str, ...]]] = [
        (sign * time_us, column, (one,))
        for column, ids in (("user_id", actor.user_ids), ("anonymous_id", actor.anonymous_ids))
        for one, time_us in _bounds(tenant, column, ids, order, more)
    ]
    bounds += ((_AT_ONCE, "identifier", one) for one in actor.identifiers)  # few: not worth a look ahead
    bounds.sort(reverse=True)  # the next to be read is the last
    heads: list[tuple[int, int, int, _Sighting, Iterator[_Sighting]]] = []  # the third keeps equal ones apart
    last = None
    while heads or bounds:
        while bounds and (not heads or bounds[-1][0] <= heads[0][0]):
            _, source, one = bounds.pop()
            _head(heads, sign, len(bounds), _of_id(tenant, actor.actor, source, one, order, more))
        if not heads:
            continue
        *_, number, sighting, rest = heappop(heads)
        if sighting.seq != last:
            yield sighting
        last = sighting.seq
        _head(heads, sign, number, rest)


def _head(
    heads: list[tuple[int, int, int, _Sighting, Iterator[_Sighting]]],
    sign: int,
    number: int,
    source: Iterator[_Sighting],
) -> None:
    """Put the next sighting of a source among the heads, if there is one."""
    for sighting in source:
        heappush(heads, (sign * sighting.time_us, sign * sighting.seq, number, sighting, source))
        return


def _bounds(tenant: Tenant, column: str, ids: Sequence[str], order: str, more: str) -> list[tuple[str, int]]:
    """Return each id that has events with the time none of them is beyond in this order."""
    statement = (
        f"SELECT value, (SELECT time_us FROM event WHERE tenant = ? AND {column} = value {more} "  # noqa: S608
        f"ORDER BY time_us {order} LIMIT 1) AS bound FROM json_each(?) WHERE bound IS NOT NULL"
    )
    return tenant.store.read(statement, (tenant.number, orjson.dumps(list(ids)).decode()))


def _of_id(  # noqa: PLR0917 - one call, in one place
    tenant: Tenant, actor: str, source: str, one: tuple[str, ...], order: str, more: str
) -> Iterator[_Sighting]:
    table, where = _SOURCES[source]
    statement = (
        f"SELECT {_COLUMNS} FROM {where} AND event.row > ? AND status = 1 {more} "  # noqa: S608
        f"ORDER BY {table}.time_us {order}, {table}.row {order} LIMIT ? OFFSET ?"
    )
    floor = row_of(tenant.number, tenant.floor)
    offset, size = 0, 16
    while rows := tenant.store.read(statement, (tenant.number, *one, floor, size, offset)):
        others = among(tenant.store, [row[0] for row in rows])
        for row, time_us, user_id, anonymous_id, event_type, message_id, violations in rows:
            ids = (user_id, anonymous_id)
            event = IdEvent(seq_of(row), "", time_us, *ids, event_type == "identify", event_type, others.get(row, ()))
            if tenant.identity.attribute(event).actor == actor:
                yield _Sighting(time_us, event.seq, message_id, violations)
        if len(rows) < size:
            return
        offset += size
        size = min(size * 4, 4_096)


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
