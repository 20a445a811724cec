"""Making a tenant's memory again from the store, after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from fake_pointillist.event_warnings import EventWarnings
from fake_pointillist.identity.attribution import Options
from fake_pointillist.records import ACCEPTED, REFUSED
from fake_pointillist.rereading import Rereading, Unlink, page
from fake_pointillist.storage.store import row_of, seq_of

if TYPE_CHECKING:
    from fake_pointillist.tenant import Tenant

_PAGE = 10_000
"""Events read at once."""


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
    unlinks = "SELECT after_seq, user_id, anonymous_id FROM deed WHERE tenant = ? ORDER BY number"
    tenant.unlinks = [Unlink(*row) for row in store.read(unlinks, (tenant.number,))]
    reading = Rereading(tenant, tenant.policy, tenant.options)
    after = 0
    while events := page(tenant, after, tenant.seq, _PAGE):
        reading.read(events)
        after = events[-1].seq
    reading.catch_up(0)
    tenant.identity, tenant.merges, tenant.kept = reading.identity, reading.merges, reading.kept


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
