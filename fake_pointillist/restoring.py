"""Making a tenant's memory again from the store: at its first request after a restart, and after a lost commit.

It is done in slices, between which everybody else's requests are answered; those of the tenant itself wait.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import orjson

from fake_pointillist.event_warnings import EventWarnings
from fake_pointillist.records import ACCEPTED, CLAIM, REFUSED
from fake_pointillist.rereading import Rereading, Unlink, id_event
from fake_pointillist.storage.identifiers import between
from fake_pointillist.storage.store import row_of, seq_of
from fake_pointillist.turns import SLICE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from fake_pointillist.tenant import Tenant

_EVENTS = (
    "SELECT status, violations, row, message_id, time_us, user_id, anonymous_id, type FROM event "
    "WHERE row > ? AND row <= ? ORDER BY row LIMIT ?"
)
_NAMES = "SELECT name, kind FROM name WHERE tenant = ? AND name > ? ORDER BY name LIMIT ?"
_UNLINKS = "SELECT after_seq, user_id, anonymous_id FROM deed WHERE tenant = ? ORDER BY number"
_NAMES_AT_ONCE = 2_000


def restoring(tenant: Tenant) -> Iterator[None]:
    """Fill a tenant's memory from the store, as it was when the last of it was settled; a slice each step.

    Nobody else may use the tenant before the last step, nor go on with it where the steps were given up.
    """
    store = tenant.store
    found = store.read("SELECT number, generation, settings FROM tenant WHERE digest = ?", (tenant.digest,))
    tenant.is_stored = bool(found)
    number, tenant.generation, settings = found[0] if found else (tenant.number, 0, None)
    tenant.number = number
    tenant.choose({} if settings is None else orjson.loads(settings))
    tenant.clear()
    if not found:
        return
    (newest,) = store.read("SELECT max(row) FROM event WHERE row < ?", (row_of(number + 1, 0),))[0]
    tenant.seq = 0 if newest is None or newest < row_of(number, 0) else seq_of(newest)
    _restore_tallies(tenant)
    kinds: dict[str, str] = {}
    last = ""
    while names := store.read(_NAMES, (number, last, _NAMES_AT_ONCE)):
        kinds.update(names)
        last = names[-1][0]
        yield
    tenant.event_warnings = EventWarnings(kinds)
    tenant.unlinks = [Unlink(*row) for row in store.read(_UNLINKS, (number,))]
    yield from _restore_events(tenant)


def _restore_tallies(tenant: Tenant) -> None:
    """Restore what counts beyond the rows of the events; these are added to it."""
    for name, n in tenant.store.read("SELECT name, n FROM tally WHERE tenant = ?", (tenant.number,)):
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


def _restore_events(tenant: Tenant) -> Iterator[None]:
    """Count the events that are kept, and read who is who from these and from the claims of those that are not."""
    reading = Rereading(tenant, tenant.policy, tenant.options)
    after, last = row_of(tenant.number, 0), row_of(tenant.number, tenant.seq)
    all_dropped = True
    while rows := tenant.store.read(_EVENTS, (after, last, SLICE)):
        others = between(tenant.store, after, rows[-1][2])
        after = rows[-1][2]
        if all_dropped:
            kept = next((row for status, _, row, *_ in rows if status != CLAIM), None)
            all_dropped = kept is None
            tenant.keeping.trimmed = seq_of(after if kept is None else kept - 1)
        _count(tenant, rows)
        reading.read([id_event(tenant, row, others.get(row[0], ())) for status, _, *row in rows if status != REFUSED])
        yield
    if all_dropped:
        tenant.keeping.trimmed = tenant.seq
    reading.catch_up(0)
    tenant.identity, tenant.merges, tenant.keeping.events = reading.identity, reading.merges, reading.kept


def _count(tenant: Tenant, rows: list[tuple[Any, ...]]) -> None:
    statuses = Counter(row[0] for row in rows)
    tenant.accepted += statuses[ACCEPTED]
    tenant.refused += statuses[REFUSED]
    tenant.by_type.update(row[-1] for row in rows if row[0] == ACCEPTED)
    tenant.refused_by_type.update(row[-1] for row in rows if row[0] == REFUSED and row[-1] is not None)
    for status, violations, *_ in rows:
        if violations and status == ACCEPTED:
            tenant.warnings.update(found["code"] for found in orjson.loads(violations))
