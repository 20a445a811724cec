"""Statements on their way into SQLite: those that every event needs, carried out many rows at a time."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

Write: TypeAlias = tuple[str, tuple[Any, ...]]
"""One statement with its values."""

INSERT_EVENT = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_BODY = "INSERT INTO body (row, event) VALUES (?, ?)"
INSERT_RAW = "INSERT INTO body (row, raw) VALUES (?, ?)"
"""A body that is no JSON."""

_SIZES = (64, 16, 4, 1)
"""Rows one statement inserts: few sizes, so that each is compiled once."""


def carry_out(db: sqlite3.Connection, writes: Iterable[Write]) -> None:
    """Carry out statements in order; events and their bodies, which do not depend on each other, many at a time."""
    events: list[tuple[Any, ...]] = []
    bodies: list[tuple[Any, ...]] = []
    for statement, values in writes:
        if statement is INSERT_EVENT:
            events.append(values)
        elif statement is INSERT_BODY:
            bodies.append(values)
        else:
            _insert(db, INSERT_EVENT, events)
            _insert(db, INSERT_BODY, bodies)
            db.execute(statement, values)
    _insert(db, INSERT_EVENT, events)
    _insert(db, INSERT_BODY, bodies)


def _insert(db: sqlite3.Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert rows and empty the list, many with one statement.

    Not ``executemany``: that lets go of the interpreter lock once a row, and a thread that commits gets it back only
    when the thread that answers has nothing to do.
    """
    done = 0
    for size in _SIZES:
        while len(rows) - done >= size:
            some = rows[done : done + size]
            done += size
            db.execute(_of_many(statement, size), list(chain.from_iterable(some)))
    rows.clear()


@cache
def _of_many(statement: str, size: int) -> str:
    head, marks = statement.split(" VALUES ")
    return f"{head} VALUES {', '.join([marks] * size)}"
