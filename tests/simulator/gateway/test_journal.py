"""The journal: on disk before add returns, there after a crash, one process at a time."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3

import pytest

from simulator.errors import InputError
from simulator.gateway.journal import Entry, Journal, examine


def entry(number, message_id=...):
    """An entry with a payload that tells it."""
    return Entry({"n": number}, f"m{number}" if message_id is ... else message_id, f"POST [{number}]", 1_000 + number)


def add(journal, *entries):
    """Add in an event loop of its own."""
    return asyncio.run(journal.add(entries))


@pytest.fixture
def path(tmp_path):
    """Where the journal is."""
    return tmp_path / "messages.journal"


def test_what_was_added_is_pending_at_the_next_start(path):
    """Messages come back in order, whole; ended ones do not, but their ids are known."""
    with Journal(path, identity="j1") as journal:
        assert add(journal, entry(1), entry(2)) == [1, 2]
        assert add(journal, entry(3, None)) == [3]
        journal.ended(2)
    with Journal(path, identity="another") as journal:
        assert journal.identity == "j1"
        assert journal.pending_count() == 2
        assert list(journal.pending()) == [
            Entry({"n": 1}, "m1", "POST [1]", 1_001, 1),
            Entry({"n": 3}, None, "POST [3]", 1_003, 3),
        ]
        assert list(journal.ended_ids()) == ["m2"]
        assert add(journal, entry(4)) == [4]


def test_add_returns_only_when_the_rows_are_on_disk(path, tmp_path):
    """A copy of the files taken right after add, as after a kill, holds the rows."""
    with Journal(path, identity="j") as journal:
        add(journal, entry(1))
        copy = tmp_path / "copy"
        copy.mkdir()
        for file in path.parent.glob("messages.journal*"):
            shutil.copy(file, copy)
    with Journal(copy / path.name, identity="j") as again:
        assert [kept.number for kept in again.pending()] == [1]


def test_many_requests_share_commits(path):
    """Requests at the same time get numbers in the order they came, each its own."""

    async def main(journal):
        return await asyncio.gather(*(journal.add([entry(n), entry(n + 1000)]) for n in range(200)))

    with Journal(path, identity="j") as journal:
        numbers = asyncio.run(main(journal))
    assert numbers == [[2 * n + 1, 2 * n + 2] for n in range(200)]


def test_an_empty_add_waits_for_what_came_before(path):
    """A request of nothing but duplicates is answered after the messages it repeats are safe."""

    async def main(journal):
        done = []
        first = asyncio.ensure_future(journal.add([entry(1)]))
        first.add_done_callback(lambda _: done.append("first"))
        second = asyncio.ensure_future(journal.add([]))
        second.add_done_callback(lambda _: done.append("second"))
        await asyncio.gather(first, second)
        await asyncio.sleep(0)
        return done

    with Journal(path, identity="j") as journal:
        assert asyncio.run(main(journal)) == ["first", "second"]


def test_a_second_process_is_told(path):
    """Two writers would deliver everything twice."""
    with Journal(path, identity="j"), pytest.raises(InputError, match="another process uses this journal"):
        Journal(path, identity="j")


@pytest.mark.parametrize("content", [b"not a database at all, just text " * 50, None])
def test_a_file_that_is_no_journal_is_left_alone(path, content):
    """Text, and somebody else's database: refused in one line that names the file, nothing changed."""
    if content is None:
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE mine (x)")
        database.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(InputError, match=r"messages\.journal: cannot use the journal"):
        Journal(path, identity="j")
    assert path.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_a_pipe_is_no_journal(path):
    """To look into one is to wait for its other end, which never comes."""
    os.mkfifo(path)
    with pytest.raises(InputError, match="cannot use the journal: it is a pipe or a device, not a file"):
        examine(path)


def test_a_journal_of_another_version_is_left_alone(path):
    """A newer format is not guessed at."""
    Journal(path, identity="j").close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(InputError, match="version 99"):
        Journal(path, identity="j")


def test_a_directory_that_is_not_there(tmp_path):
    """One line with the path."""
    with pytest.raises(InputError, match="nowhere"):
        Journal(tmp_path / "nowhere" / "journal", identity="j")


def test_a_disk_that_takes_nothing_is_heard(path):
    """Where the rows cannot be written add raises, none of them counts, and the journal goes on afterwards."""
    with Journal(path, identity="j") as journal:
        journal._database.execute("PRAGMA max_page_count=1")
        with pytest.raises(OSError, match="cannot be written"):
            add(journal, *(Entry({"text": "x" * 5_000}, f"m{n}", "", 0) for n in range(50)))
        journal._database.execute("PRAGMA max_page_count=100000")
        (number,) = add(journal, entry(7))
    with Journal(path, identity="j") as journal:
        assert [kept.number for kept in journal.pending()] == [number]


def test_what_ended_while_the_disk_took_nothing_is_noted_afterwards(path):
    """A message that was delivered then is not delivered again at the next start."""
    with Journal(path, identity="j") as journal:
        add(journal, entry(1))
        journal._database.execute("PRAGMA query_only=ON")
        journal.ended(1)
        with pytest.raises(OSError, match="cannot be written"):
            add(journal, entry(2))
        journal._database.execute("PRAGMA query_only=OFF")
        (number,) = add(journal, entry(3))
    with Journal(path, identity="j") as journal:
        assert [kept.number for kept in journal.pending()] == [number]


def test_ended_rows_are_trimmed(path):
    """Only so many ended messages are remembered; pending ones are never dropped."""
    with Journal(path, remember=100, identity="j") as journal:
        add(journal, *(entry(n) for n in range(1, 2_001)))
        for number in range(2, 2_001):
            journal.ended(number)
        add(journal)
    with Journal(path, identity="j") as journal:
        assert [kept.number for kept in journal.pending()] == [1]
        assert len(list(journal.ended_ids())) < 2_000
