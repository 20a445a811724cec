"""Deleting what a reset leaves behind: the rows of a tenant's old number, a slice a commit.

A reset gives the tenant a new number, which is all that has to be safe before it is answered. Deleting a million rows
takes ten seconds; done at once, everybody would wait for it. What a stopped server has not deleted is noted in the
file, and goes once a server is started on it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.storage.store import row_of, tenant_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.storage.statements import Write
    from fake_pointillist.storage.store import Store

SLICE = 200
"""Rows deleted at once, some 20 us each."""
_DIGESTS = 5_000
"""Digests of message ids looked through at once; they are not in the order of tenants."""
_NOTE = "emptied:"
_OF_EVENTS = ("event", "body", "identifier")
_TABLES = ("name", "tally", "deed")


def renumber(old: int, new: int, generation: int) -> list[Write]:
    """Return the statements that give a tenant a new number, and note that the old one's rows are to go."""
    return [
        ("UPDATE tenant SET number = ?, generation = ? WHERE number = ?", (new, generation, old)),
        ("INSERT INTO meta VALUES (?, '')", (f"{_NOTE}{old}",)),
    ]


def left_behind(store: Store) -> list[int]:
    """Return the numbers whose rows are to go."""
    rows = store.read("SELECT name FROM meta WHERE name GLOB ?", (f"{_NOTE}*",))
    return [int(name.removeprefix(_NOTE)) for (name,) in rows]


def sweeping(store: Store, number: int) -> Iterator[list[Write]]:
    """Yield the statements of each slice; each must be carried out before the next is asked for."""
    after, end = row_of(number, 0), row_of(number + 1, 0)
    rows = "SELECT row FROM event WHERE row > ? AND row < ? ORDER BY row LIMIT ?"
    while found := store.read(rows, (after, end, SLICE)):
        span = (after + 1, found[-1][0])
        after = span[1]
        yield [(f"DELETE FROM {table} WHERE row BETWEEN ? AND ?", span) for table in _OF_EVENTS]  # noqa: S608
    digest = b""
    digests = "SELECT digest, row FROM seen WHERE digest > ? ORDER BY digest LIMIT ?"
    while found := store.read(digests, (digest, _DIGESTS)):
        digest = found[-1][0]
        yield [("DELETE FROM seen WHERE digest = ?", (one,)) for one, row in found if tenant_of(row) == number]
    yield [
        *((f"DELETE FROM {table} WHERE tenant = ?", (number,)) for table in _TABLES),  # noqa: S608 - our own names
        ("DELETE FROM meta WHERE name = ?", (f"{_NOTE}{number}",)),
    ]
