"""The rows of identifiers other than userId and anonymousId: written with their event, read back by the slice.

Segment traffic has none. So they stand in a table of their own, and what is read of events costs nothing more for it:
one look at an empty range a slice.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TypeAlias

    from fake_pointillist.storage.statements import Write
    from fake_pointillist.storage.store import Store

    Identifiers: TypeAlias = tuple[tuple[str, str], ...]

_INSERT = "INSERT INTO identifier VALUES (?, ?, ?, ?, ?)"
_BETWEEN = "SELECT row, name, value FROM identifier WHERE row > ? AND row <= ? ORDER BY row, name"
_AMONG = """SELECT row, name, value FROM identifier WHERE row IN (SELECT json_each.value FROM json_each(?))
    ORDER BY row, name"""
OF_IDENTIFIERS = """SELECT identifier.row FROM identifier JOIN json_each(?) AS asked
    ON identifier.name = json_extract(asked.value, '$[0]') AND identifier.value = json_extract(asked.value, '$[1]')
    WHERE identifier.tenant = ?"""
"""The rows of a tenant's events that carry one of the identifiers, a JSON list of (name, value)."""


def writes(tenant: int, row: int, time_us: int, others: Identifiers) -> Iterator[Write]:
    """Yield the statements that keep the other identifiers of an event."""
    for name, value in others:
        yield (_INSERT, (row, name, value, tenant, time_us))


def between(store: Store, after: int, last: int) -> dict[int, Identifiers]:
    """Return row -> other identifiers, of the events behind row ``after`` up to ``last`` that have some."""
    return _by_row(store.read(_BETWEEN, (after, last)))


def among(store: Store, rows: Iterable[int]) -> dict[int, Identifiers]:
    """Return row -> other identifiers, of those of the rows that have some."""
    return _by_row(store.read(_AMONG, (orjson.dumps(list(rows)).decode(),)))


def _by_row(found: list[tuple[int, str, str]]) -> dict[int, Identifiers]:
    return {row: tuple(one[1:] for one in some) for row, some in groupby(found, key=lambda one: one[0])}
