"""The store in memory: row numbers, reading at once."""

from __future__ import annotations

from fake_pointillist.storage.commits import SAFE
from fake_pointillist.storage.store import Store, row_of, seq_of


def test_row_numbers_hold_tenant_and_seq():
    """A row number says whose event it is and which, in the order of arrival of each tenant."""
    assert seq_of(row_of(3, 7)) == 7
    assert row_of(1, 2**40 - 1) < row_of(2, 0)


def test_memory_is_readable_at_once():
    """What was written in memory is there without waiting."""
    store = Store()
    commit = store.write([("INSERT INTO name VALUES (1, ?, 'labels')", ("a",))])
    assert (commit, store.newest, store.is_lost) == (SAFE, SAFE, False)
    assert store.read("SELECT name FROM name") == [("a",)]
    store.close()
