"""Making a tenant's memory again from the store: after a restart, and under another identity policy.

Identity is a function of the accepted events, so it is never stored: the id columns are read back in the order of
arrival, with the unlinks where they happened.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import orjson

from fake_pointillist.attribution import IdEvent, Options
from fake_pointillist.event_warnings import EventWarnings
from fake_pointillist.identity import Identity
from fake_pointillist.records import ACCEPTED, REFUSED, Merge
from fake_pointillist.store import row_of, seq_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.attribution import Move
    from fake_pointillist.commits import Commit
    from fake_pointillist.tenant import Tenant

_IDS = (
    "SELECT row, message_id, time_us, user_id, anonymous_id, type FROM event "
    "WHERE row > ? AND row <= ? AND status > 0 ORDER BY row LIMIT 10000"
)


class Moved(NamedTuple):
    """Events of one anonymousId that changed their actor, summed up."""

    anonymous_id: str | None
    from_: str | None
    to: str | None
    events: int


def identity_events(tenant: Tenant, after: int = 0) -> Iterator[IdEvent]:
    """Yield what identity knows of every accepted event later than ``after``, oldest first."""
    last = row_of(tenant.number, tenant.seq)
    row = row_of(tenant.number, after)
    while rows := tenant.store.read(_IDS, (row, last)):
        for row, message_id, time_us, user_id, anonymous_id, event_type in rows:
            seq = seq_of(row)
            name = message_id or tenant.event_id(seq)
            yield IdEvent(seq, name, time_us, user_id, anonymous_id, event_type == "identify", event_type)


def replay(tenant: Tenant, policy: str, options: Options) -> tuple[Identity, list[Merge]]:
    """Read the tenant's events anew under a policy; return who is who then, and the merge log.

    Raises:
        UnknownPolicyError: There is no such policy.
    """
    identity = Identity(policy, options)
    statement = "SELECT after_seq, user_id, anonymous_id FROM deed WHERE tenant = ? ORDER BY number"
    deeds = tenant.store.read(statement, (tenant.number,))[::-1]
    merges: list[Merge] = []
    floor = tenant.floor
    for event in identity_events(tenant):
        while deeds and deeds[-1][0] < event.seq:
            _undo(identity, deeds.pop(), merges)
        merges.extend(Merge(len(merges) + 1, event.seq, move) for move in _moves(identity, event, floor))
    while deeds:
        _undo(identity, deeds.pop(), merges)
    return identity, merges


def _moves(identity: Identity, event: IdEvent, floor: int) -> tuple[Move, ...]:
    return identity.ingest(event, counts=event.seq > floor).moves


def _undo(identity: Identity, deed: tuple[int, str, str], merges: list[Merge]) -> None:
    after_seq, user_id, anonymous_id = deed
    merges.extend(Merge(len(merges) + 1, after_seq, move) for move in identity.unlink(user_id, anonymous_id))


def switch(tenant: Tenant, policy: str, options: Options) -> tuple[tuple[Moved, ...], Commit]:
    """Read the same events under another policy; return what moved, and the commit.

    Raises:
        UnknownPolicyError: There is no such policy; nothing has changed then.
    """
    before = tenant.identity
    after, merges = replay(tenant, policy, options)
    changes: Counter[tuple[str | None, str | None, str | None]] = Counter()
    for event in identity_events(tenant, tenant.floor):
        old, new = before.attribute(event).actor, after.attribute(event).actor
        if old != new:
            changes[event.anonymous_id, old, new] += 1
    tenant.identity, tenant.merges, tenant.policy, tenant.options = after, merges, policy, options
    moved = tuple(
        Moved(*key, events)
        for key, events in sorted(changes.items(), key=lambda item: tuple(part or "" for part in item[0]))
    )
    return moved, tenant.remember_settings()


def restore(tenant: Tenant) -> None:
    """Fill a tenant's memory from the store, as it was when the last of it was settled."""
    store = tenant.store
    found = store.read("SELECT generation, settings FROM tenant WHERE number = ?", (tenant.number,))
    tenant.clear()
    tenant.is_stored = bool(found)
    if not found:
        return
    tenant.generation, settings = found[0]
    if settings is not None:
        kept = orjson.loads(settings)
        tenant.policy, tenant.options = kept["policy"], Options(**kept["options"])
    _restore_counts(tenant)
    names = store.read("SELECT name, kind FROM name WHERE tenant = ?", (tenant.number,))
    tenant.event_warnings = EventWarnings(dict(names))
    tenant.identity, tenant.merges = replay(tenant, tenant.policy, tenant.options)
    if tenant.rules.keep is not None:
        tenant.kept.extend(identity_events(tenant, tenant.floor))


def _restore_counts(tenant: Tenant) -> None:
    store = tenant.store
    span = (row_of(tenant.number, 0), row_of(tenant.number + 1, 0) - 1)
    (newest,) = store.read("SELECT max(row) FROM event WHERE row BETWEEN ? AND ?", span)[0]
    tenant.seq = 0 if newest is None else seq_of(newest)
    for name, n in store.read("SELECT name, n FROM tally WHERE tenant = ?", (tenant.number,)):
        kind, _, of = name.partition(":")
        if kind == "refused-type":
            tenant.refused_by_type[of] = n
        elif kind == "type":
            tenant.by_type[of] = n
        elif kind == "warning":
            tenant.warnings[of] = n
        elif kind == "duplicates":
            tenant.duplicates = n
        elif kind == "accepted":
            tenant.accepted = n
        elif kind == "refused":
            tenant.refused = n
    counts = "SELECT status, type, count(*) FROM event WHERE row BETWEEN ? AND ? AND status < 2 GROUP BY status, type"
    for status, event_type, n in store.read(counts, span):
        if status == REFUSED:
            tenant.refused += n
            if event_type is not None:
                tenant.refused_by_type[event_type] += n
        else:
            tenant.accepted += n
            tenant.by_type[event_type] += n
    findings = (
        "SELECT json_extract(value, '$.code'), count(*) FROM event, json_each(event.violations) "
        "WHERE event.row BETWEEN ? AND ? AND status = ? GROUP BY 1"
    )
    for code, n in store.read(findings, (*span, ACCEPTED)):
        tenant.warnings[code] += n
    oldest = store.read("SELECT row FROM event WHERE row BETWEEN ? AND ? AND status < 2 ORDER BY row LIMIT 1", span)
    tenant.trimmed = (seq_of(oldest[0][0]) if oldest else tenant.seq + 1) - 1
