"""The durable store: group commit, lost commits, one process a file, layouts."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from fake_pointillist.errors import StoreError
from fake_pointillist.storage.commits import SAFE
from fake_pointillist.storage.durable_store import DurableStore
from fake_pointillist.storage.schema import APPLICATION_ID, MIGRATIONS

INSERT = "INSERT INTO name VALUES (1, ?, 'labels')"


def names(store):
    """Return the names written."""
    return [name for (name,) in store.read("SELECT name FROM name ORDER BY name")]


def test_settled_means_on_disk(tmp_path):
    """Once settled, a write is in the file for anyone who opens it."""
    store = DurableStore(tmp_path / "db")

    async def write():
        await store.write([(INSERT, ("a",)), (INSERT, ("b",))]).settled()
        with closing(sqlite3.connect(tmp_path / "db")) as other:
            return other.execute("SELECT count(*) FROM name").fetchone()[0]

    assert asyncio.run(write()) == 2
    assert names(store) == ["a", "b"]
    store.close()


def test_many_writers_share_one_commit(tmp_path):
    """Writes that come in together go into one commit, and all of them are told."""
    store = DurableStore(tmp_path / "db")
    commits = set()

    async def one(number):
        commit = store.write([(INSERT, (f"{number:04}",))])
        commits.add(commit)
        await commit.settled()

    async def everyone():
        await asyncio.gather(*(one(number) for number in range(500)))

    asyncio.run(everyone())
    assert len(names(store)) == 500
    assert len(commits) == 1
    store.close()


def test_the_newest_commit_holds_what_was_written(tmp_path):
    """Who waits for the newest commit waits for every write before; where nothing waits it is safe already."""
    store = DurableStore(tmp_path / "db")

    async def look():
        assert store.newest is SAFE
        commit = store.write([(INSERT, ("a",))])
        assert store.newest is commit
        await store.newest.settled()
        assert (store.newest, commit.done, names(store)) == (SAFE, True, ["a"])

    asyncio.run(look())
    store.close()


def test_a_lost_commit_is_told_to_those_it_held_and_stops_the_store(tmp_path):
    """Who waits for what could not be written hears it; nothing more is taken until memory was read anew."""
    store = DurableStore(tmp_path / "db")

    async def fail():
        commit = store.write([(INSERT, ("a",)), (INSERT, ("a",))])
        with pytest.raises(StoreError, match="UNIQUE constraint failed"):
            await commit.settled()
        assert store.is_lost
        await store.newest.settled()
        with pytest.raises(StoreError, match="the events of this moment were not stored"):
            store.write([(INSERT, ("b",))])
        store.recovered()
        await store.write([(INSERT, ("b",))]).settled()
        with pytest.raises(StoreError):
            await commit.settled()

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
    code = """
import pathlib, sys
from fake_pointillist.storage.durable_store import DurableStore
DurableStore(pathlib.Path(sys.argv[1]))
"""
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert "another process uses it" in done.stderr
    store.close()
    DurableStore(path).close()


def test_files_that_are_no_store(tmp_path):
    """A text file, someone else's database and a newer layout are refused with the mend, and left as they are."""
    text = tmp_path / "text"
    text.write_text("this is no database at all, but long enough to look at" * 20)
    with pytest.raises(StoreError, match="no SQLite file, so no store of a fake Pointillist; give another --db"):
        DurableStore(text)
    assert list(tmp_path.iterdir()) == [text]
    foreign = tmp_path / "foreign"
    with closing(sqlite3.connect(foreign)) as db, db:
        db.execute("CREATE TABLE theirs (a)")
    with pytest.raises(StoreError, match="no store of a fake Pointillist"):
        DurableStore(foreign)
    newer = tmp_path / "newer"
    DurableStore(newer).close()
    with closing(sqlite3.connect(newer)) as db, db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(StoreError, match="written by a newer version"):
        DurableStore(newer)
    with pytest.raises(StoreError, match="is a folder; give --db a file in it"):
        DurableStore(tmp_path)
    with pytest.raises(StoreError, match="does the folder exist"):
        DurableStore(tmp_path / "no" / "folder")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_a_pipe_or_a_device_is_no_store(tmp_path):
    """A pipe was waited for without end, whatever signal came; beside a device a lock was left in /dev."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(StoreError, match="is a pipe or a device; give --db a file"):
            DurableStore(path)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_an_older_layout_is_brought_forward(tmp_path, monkeypatch):
    """A file of an older layout gets the newer one, and keeps what it held."""
    path = tmp_path / "db"
    store = DurableStore(path)
    asyncio.run(store.write([(INSERT, ("a",))]).settled())
    store.close()
    further = (*MIGRATIONS, "CREATE TABLE later (a)")
    monkeypatch.setattr("fake_pointillist.storage.store_file.MIGRATIONS", further)
    store = DurableStore(path)
    assert names(store) == ["a"]
    assert store.read("PRAGMA user_version") == [(len(further),)]
    assert store.read("PRAGMA application_id") == [(APPLICATION_ID,)]
    assert store.read("SELECT count(*) FROM later") == [(0,)]
    store.close()
