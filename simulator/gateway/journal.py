"""The journal: messages on disk before they are acknowledged, and gone on with after a crash.

SQLite in WAL mode with ``synchronous=FULL``: what is committed survives a killed process and a power cut. One writer
thread collects what has come up and commits it once (group commit), then tells all who wait: durable at nearly the
speed of not being durable. One process at a time; a second one is told so.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import orjson

from simulator.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

_VERSION = 1
_APPLICATION = 0x50534A31
"""Marks the file as ours (SQLite's application_id), so that nobody's database is taken for a journal."""

_MAGIC = b"SQLite format 3\0"
_NO_JOURNAL = "not a journal of ours; name another file"

_SCHEMA = """
CREATE TABLE kept (
  number INTEGER PRIMARY KEY,
  message_id TEXT,
  body BLOB
);
CREATE INDEX kept_pending ON kept (number) WHERE body IS NOT NULL;
CREATE TABLE journal (identity TEXT NOT NULL);
"""
"""``body`` is NULL once the message has ended; the row stays for its id, so that a resend is known for what it is."""

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in the journal.

    Attributes:
        payload: The message as the source took it.
        message_id: Its messageId, where it is text.
        origin: Where it came from, for people.
        received_at: Arrival, microseconds since the epoch; ``None`` for a message from a file.
        number: Its place in the journal, from 1; 0 before it has one.
    """

    payload: Any
    message_id: str | None
    origin: str
    received_at: int | None
    number: int = 0


def examine(path: Path) -> None:
    """Refuse what can be no journal; for who starts other things first, which would leave files beside it.

    Raises:
        InputError: A file of another kind, one that may not be read, or a folder that is not there.
    """
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # to open a pipe is to wait for its other end
            raise InputError(str(path), "cannot use the journal: it is a pipe or a device, not a file")
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
        wrong = None if head in (b"", _MAGIC) else _NO_JOURNAL
    except FileNotFoundError:
        wrong = None if path.absolute().parent.is_dir() else "its folder does not exist"
    except OSError as error:
        wrong = error.strerror or str(error)
    if wrong is not None:
        raise InputError(str(path), f"cannot use the journal: {wrong}")


@dataclass(slots=True)
class _Add:
    rows: list[tuple[int, str | None, bytes]]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]


class Journal:
    """A journal file. Use as a context manager; ``add`` and ``ended`` belong to one event loop.

    Args:
        path: The file; made where it is missing. ``-wal`` stands beside it while in use.
        remember: Rows of ended messages kept for their ids.

    Raises:
        InputError: No journal of ours, of another version, damaged, or in use by another process.
    """

    def __init__(self, path: Path, *, remember: int = 1_000_000, identity: str) -> None:
        self._path = path
        self._remember = remember
        self._queue: queue.SimpleQueue[_Add | int | None] = queue.SimpleQueue()
        self._database = self._open(identity)
        self.identity: str = self._database.execute("SELECT identity FROM journal").fetchone()[0]
        """Names the journal for good; part of the delivery keys of messages without an id."""
        self._next: int = self._database.execute("SELECT COALESCE(MAX(number), 0) + 1 FROM kept").fetchone()[0]
        self._writer = threading.Thread(target=self._write, name="journal", daemon=True)
        self._closed = False

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def pending_count(self) -> int:
        """Return how many messages an earlier run left without an end. Call before the first ``add``."""
        count: int = self._database.execute("SELECT COUNT(*) FROM kept WHERE body IS NOT NULL").fetchone()[0]
        return count

    def pending(self) -> Iterator[Entry]:
        """Yield what an earlier run left without an end, oldest first. Call before the first ``add``.

        Raises:
            InputError: A message cannot be read back.
        """
        last = 0
        while True:
            rows = self._database.execute(
                "SELECT number, message_id, body FROM kept"
                " WHERE body IS NOT NULL AND number > ? ORDER BY number LIMIT ?",
                (last, _PAGE),
            ).fetchall()
            for number, message_id, body in rows:
                try:
                    parts = orjson.loads(body)
                    entry = Entry(parts["payload"], message_id, parts["origin"], parts["receivedAt"], number)
                except (ValueError, KeyError, TypeError) as error:
                    text = f"message {number} of the journal is damaged: {error}; name another file"
                    raise InputError(str(self._path), text) from error
                yield entry
                last = number
            if len(rows) < _PAGE:
                return

    def ended_ids(self) -> Iterator[str]:
        """Yield the ids of ended messages, oldest first. Call before the first ``add``."""
        query = "SELECT message_id FROM kept WHERE body IS NULL AND message_id IS NOT NULL ORDER BY number"
        for (message_id,) in self._database.execute(query):
            yield message_id

    async def add(self, entries: Sequence[Entry]) -> list[int]:
        """Put messages on disk; return their numbers once they are there.

        Also with no entries it returns only after everything added before is on disk.

        Raises:
            OSError: The disk would not take them; none of them is in the journal.
        """
        loop = asyncio.get_running_loop()
        numbers = list(range(self._next, self._next + len(entries)))
        self._next += len(entries)
        rows = [(number, entry.message_id, _body(entry)) for number, entry in zip(numbers, entries, strict=True)]
        request = _Add(rows, loop, loop.create_future())
        if self._closed:
            raise OSError(f"{self._path}: the journal is closed")
        self._queue.put(request)
        await asyncio.shield(request.done)
        return numbers

    def ended(self, number: int) -> None:
        """Note that a message has ended; on disk soon, at the latest when the journal is closed.

        A crash before that delivers it once more, which the fake knows by its id.
        """
        self._queue.put(number)

    def close(self) -> None:
        """Write what is waiting, and close the file."""
        if self._closed:
            return
        self._closed = True
        if self._writer.is_alive():
            self._queue.put(None)
            self._writer.join()
        self._database.close()

    def _open(self, identity: str) -> sqlite3.Connection:
        where = str(self._path)
        try:
            database = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=0.2)
        except sqlite3.Error as error:
            raise InputError(where, f"cannot open the journal: {error}") from error
        try:
            wrong = _prepare(database, identity)
        except sqlite3.Error as error:
            busy = "locked" in str(error)
            wrong = "another process uses this journal; stop it or name another file" if busy else str(error)
        if wrong is not None:
            database.close()
            raise InputError(where, f"cannot use the journal: {wrong}")
        return database

    def _write(self) -> None:
        """The writer thread: everything that has come up since the last commit goes into the next one."""
        going, since_trim = True, 0
        ends: list[int] = []
        while going:
            requests = [self._queue.get()]
            while not self._queue.empty():
                requests.append(self._queue.get())
            going = None not in requests
            adds = [request for request in requests if isinstance(request, _Add)]
            ends += [request for request in requests if isinstance(request, int)]
            failure = self._commit(adds, ends)
            for add in adds:
                add.loop.call_soon_threadsafe(_settle, add.done, failure)
            if failure is not None:
                continue  # what has ended is noted with the next commit: forgotten, it would be delivered again
            since_trim += len(ends)
            ends.clear()
            if since_trim > _PAGE:
                since_trim = 0
                self._trim()

    def _commit(self, adds: list[_Add], ends: list[int]) -> OSError | None:
        rows = [row for add in adds for row in add.rows]
        if not rows and not ends:
            return None
        try:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany("INSERT INTO kept VALUES (?, ?, ?)", rows)
            self._database.executemany("UPDATE kept SET body = NULL WHERE number = ?", [(number,) for number in ends])
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            if self._database.in_transaction:
                self._database.execute("ROLLBACK")
            return OSError(f"{self._path}: the journal cannot be written: {error}")
        return None

    def _trim(self) -> None:
        try:
            self._database.execute(
                "DELETE FROM kept WHERE body IS NULL AND number <= (SELECT MAX(number) FROM kept) - ?",
                (self._remember,),
            )
        except sqlite3.Error:  # a full disk: nothing is lost by keeping more rows
            return


def _prepare(database: sqlite3.Connection, identity: str) -> str | None:
    """Make or check the tables; return what is wrong with the file, where something is."""
    database.execute("PRAGMA locking_mode=EXCLUSIVE")
    application = database.execute("PRAGMA application_id").fetchone()[0]
    version = database.execute("PRAGMA user_version").fetchone()[0]
    empty = not database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()[0]
    if not empty and application != _APPLICATION:
        return _NO_JOURNAL
    if not empty and version != _VERSION:
        return f"it is of version {version}, ours is {_VERSION}; name another file"
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("BEGIN IMMEDIATE")  # with the exclusive mode: nobody else, from here to the end
    if empty:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            database.execute(statement)
        database.execute("INSERT INTO journal VALUES (?)", (identity,))
        database.execute(f"PRAGMA application_id={_APPLICATION}")
        database.execute(f"PRAGMA user_version={_VERSION}")
    database.execute("COMMIT")
    return None


def _body(entry: Entry) -> bytes:
    return orjson.dumps({"payload": entry.payload, "origin": entry.origin, "receivedAt": entry.received_at})


def _settle(done: asyncio.Future[None], failure: OSError | None) -> None:
    if done.done():
        return
    if failure is None:
        done.set_result(None)
    else:
        done.set_exception(failure)
