"""Statements: carried out in order, the two of every event many rows at a time."""

from __future__ import annotations

import sqlite3

import pytest

from fake_pointillist.storage.schema import MIGRATIONS
from fake_pointillist.storage.statements import INSERT_BODY, INSERT_EVENT, carry_out


@pytest.fixture
def db():
    """Give an empty store's tables."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(MIGRATIONS[0])
    yield db
    db.close()


def writes(first, count):
    """Return the writes of some events."""
    for row in range(first, first + count):
        yield INSERT_EVENT, (row, 1, 1, 0, "Bought", 0, None, "a", None, None)
        yield INSERT_BODY, (row, b"{}")


@pytest.mark.parametrize("count", [0, 1, 5, 63, 64, 65, 341])
def test_every_row_is_written_whatever_their_number(db, count):
    """Rows go in by blocks of few sizes, and none is left out or written twice."""
    carry_out(db, writes(1, count))
    for table in ("event", "body"):
        assert [row for (row,) in db.execute(f"SELECT row FROM {table} ORDER BY row")] == list(range(1, count + 1))


def test_another_statement_sees_the_rows_before_it_and_not_those_behind(db):
    """Order is kept: a deletion between two events deletes the first and not the second."""
    carry_out(db, [*writes(1, 3), ("DELETE FROM event", ()), *writes(4, 2)])
    assert [row for (row,) in db.execute("SELECT row FROM event")] == [4, 5]
