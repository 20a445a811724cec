"""The store that is gone with the process: row numbers, reading at once, a temporary file that is full."""

from __future__ import annotations

import httpx
import pytest

from fake_pointillist import FakePointillist
from fake_pointillist.errors import StoreError
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


def test_a_temporary_file_that_cannot_be_written_is_said_from_then_on():
    """Nothing is taken or told on top of what was lost."""
    store = Store()
    store._db.execute("PRAGMA max_page_count = 20")
    writes = [("INSERT INTO name VALUES (1, ?, 'labels')", (f"{number}" * 1_000,)) for number in range(300)]
    with pytest.raises(StoreError, match="temporary file of the store could not be written: database or disk is full"):
        store.write(writes)
    with pytest.raises(StoreError, match="make room"):
        store.write(writes[:1])
    with pytest.raises(StoreError, match="make room"):
        store.read("SELECT 1")
    store.close()


def test_over_http_it_is_503():
    """For events and for questions alike, with the mend."""
    with FakePointillist() as server:
        server._store._db.execute("PRAGMA max_page_count = 20")
        event = {
            "eventType": "Sale",
            "eventTime": "2026-03-02T09:00:00Z",
            "actors": {"customer": {"userId": "u"}},
            "labels": {"text": "x" * 100_000},
        }
        with httpx.Client(base_url=server.url, headers={"apiToken": "t"}) as client:
            statuses = [client.post("/event", json=event).status_code for _ in range(200)]
            asked = client.get("/_fake/events")
        assert statuses[0] == 200
        assert statuses[-1] == 503
        assert sorted(statuses) == statuses
        assert (asked.status_code, "make room" in asked.json()["detail"]) == (503, True)
