"""The store: group commit, one process a file, layouts."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys

import pytest

from fake_pointillist.errors import StoreError
from fake_pointillist.schema import APPLICATION_ID, MIGRATIONS
from fake_pointillist.store import DurableStore, Store, open_store, row_of, seq_of

INSERT = "INSERT INTO name VALUES (1, ?, 'labels')"


def names(store):
    """Return the names written."""
    return [name for (name,) in store.read("SELECT name FROM name ORDER BY name")]


def test_row_numbers_hold_tenant_and_seq():
    """A row number says whose event it is and which, in the order of arrival of each tenant."""
    assert seq_of(row_of(3, 7)) == 7
    assert row_of(1, 2**40 - 1) < row_of(2, 0)


def test_memory_is_readable_at_once():
    """What was written in memory is there without waiting."""
    store = Store()
    store.write([(INSERT, ("a",))])
    assert (names(store), store.is_settled) == (["a"], True)
    store.close()


def test_settled_means_on_disk(tmp_path):
    """Once settled, a write is in the file for anyone who opens it."""
    store = DurableStore(tmp_path / "db")

    async def write():
        ticket = store.write([(INSERT, ("a",)), (INSERT, ("b",))])
        await store.settled(ticket)
        with sqlite3.connect(tmp_path / "db") as other:
            return other.execute("SELECT count(*) FROM name").fetchone()[0]

    assert asyncio.run(write()) == 2
    assert names(store) == ["a", "b"]
    store.close()


def test_many_writers_share_commits(tmp_path):
    """Writes that come while the disk is busy go into one commit, and all of them are told."""
    store = DurableStore(tmp_path / "db")

    async def one(number):
        await store.settled(store.write([(INSERT, (f"{number:04}",))]))

    async def everyone():
        await asyncio.gather(*(one(number) for number in range(500)))

    asyncio.run(everyone())
    assert len(names(store)) == 500
    assert store._committed < 100
    store.close()


def test_a_failed_commit_is_told_to_those_it_held_and_to_nobody_else(tmp_path):
    """Who waits for what could not be written hears it; later writes are fine."""
    store = DurableStore(tmp_path / "db")

    async def fail():
        ticket = store.write([(INSERT, ("a",)), (INSERT, ("a",))])
        with pytest.raises(StoreError, match="UNIQUE constraint failed"):
            await store.settled(ticket)
        await store.settled(store.write([(INSERT, ("b",))]))
        with pytest.raises(StoreError):
            await store.settled(ticket)

    asyncio.run(fail())
    assert names(store) == ["b"]
    store.close()


def test_close_commits_what_is_queued(tmp_path):
    """Closing loses nothing that was written."""
    store = DurableStore(tmp_path / "db")
    store.write([(INSERT, ("a",))])
    store.close()
    store = DurableStore(tmp_path / "db")
    assert names(store) == ["a"]
    store.close()


def test_the_salt_stays(tmp_path):
    """Digests made before a restart are the digests made after it."""
    salts = []
    for _ in range(2):
        store = DurableStore(tmp_path / "db")
        salts.append(store.salt)
        store.close()
    assert salts[0] == salts[1]
    assert len(salts[0]) == 16


def test_a_second_opening_is_refused(tmp_path):
    """While one server has the file, another is told so in one line; afterwards it may have it."""
    path = tmp_path / "db"
    store = DurableStore(path)
    with pytest.raises(StoreError, match="another process uses it; stop that one, or give another --db"):
        DurableStore(path)
    code = (
        "import pathlib, sys; from fake_pointillist.store import DurableStore; DurableStore(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "another process uses it" in done.stderr
    store.close()
    DurableStore(path).close()


def test_files_that_are_no_store(tmp_path):
    """A text file, someone else's database and a newer layout are refused with the mend, and left as they are."""
    text = tmp_path / "text"
    text.write_text("this is no database at all, but long enough to look at" * 20)
    with pytest.raises(StoreError, match="file is not a database"):
        open_store(text)
    foreign = tmp_path / "foreign"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE theirs (a)")
    with pytest.raises(StoreError, match="no store of a fake Pointillist"):
        open_store(foreign)
    newer = tmp_path / "newer"
    open_store(newer).close()
    with sqlite3.connect(newer) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match="written by a newer version"):
        open_store(newer)
    with pytest.raises(StoreError, match="does the folder exist"):
        open_store(tmp_path / "no" / "folder")


def test_an_older_layout_is_brought_forward(tmp_path, monkeypatch):
    """A file of an older layout gets the newer one, and keeps what it held."""
    path = tmp_path / "db"
    store = open_store(path)
    asyncio.run(store.settled(store.write([(INSERT, ("a",))])))
    store.close()
    further = (*MIGRATIONS, "CREATE TABLE later (a)")
    monkeypatch.setattr("fake_pointillist.store_file.MIGRATIONS", further)
    store = open_store(path)
    assert names(store) == ["a"]
    assert store.read("PRAGMA user_version") == [(len(further),)]
    assert store.read("PRAGMA application_id") == [(APPLICATION_ID,)]
    assert store.read("SELECT count(*) FROM later") == [(0,)]
    store.close()
