"""A store in a file, durable by *group commit*.

Writes queue up while the event loop takes what comes in; when nothing more does, one transaction with one sync takes
all of them, and only after it are their senders answered. So an answer of 200 survives ``kill -9`` and power loss, at
a small part of a sync an event.

The loop itself waits for the disk. A thread for it was measured and cost a third of the events a second: each commit
then passes the interpreter lock from thread to thread several times, and there is nothing the loop could tell
meanwhile, since every answer waits for what was written before it.

A commit that cannot be written (the disk is full) is lost, and nothing more is taken until the callers have read anew
what the file holds: what they have in memory was built on it.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from typing import TYPE_CHECKING, Any

from fake_pointillist.errors import StoreError
from fake_pointillist.storage.commits import SAFE, Commit
from fake_pointillist.storage.statements import Write, carry_out
from fake_pointillist.storage.store import Store, message_digest
from fake_pointillist.storage.store_file import claim, migrate, salt_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_PAGE = 4_096
"""Bytes a page: a commit writes whole pages, and larger ones cost more than they save."""
_MANY = 512
"""Statements that are committed whatever else comes."""
_CHECKPOINT = 300
"""Pages of the write-ahead log after which they are moved into the file: a pause of some 2 ms each 1.2 MB. Fewer and
longer pauses are no faster on the whole, and every sender waits for them."""


class DurableStore(Store):
    """Events in a file.

    Args:
        path: The database file; made where it is missing.

    Raises:
        StoreError: Another process has it, it is damaged, or it is no store of ours, or of a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with contextlib.ExitStack() as refused:
            self._guard = refused.enter_context(contextlib.closing(claim(path)))
            try:
                self._db = refused.enter_context(contextlib.closing(_connected(path)))
                _set_up(self._db)
                migrate(self._db, str(path))
                self.salt = salt_of(self._db)
            except sqlite3.Error as error:
                raise StoreError(f"{path}: {error}; give another --db, or move the file away") from error
            refused.pop_all()
        self._lock = threading.Lock()
        self._unwritten: list[Write] = []
        self._next = Commit(self._commit_when_quiet)
        self._seen = 0
        self._lost: StoreError | None = None

    def write(self, writes: Iterable[Write]) -> Commit:
        """Queue the statements for the next commit; return it."""
        with self._lock:
            if self._lost is not None:
                raise self._lost
            self._unwritten.extend(writes)
            return self._next

    @property
    def newest(self) -> Commit:
        """The commit that holds all that was written so far."""
        return self._next if self._unwritten else SAFE

    @property
    def is_lost(self) -> bool:
        """Whether a commit was lost."""
        return self._lost is not None

    def recovered(self) -> None:
        """Take writes again."""
        self._lost = None

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query over what is settled: never from the middle of another thread's commit."""
        try:
            with self._lock:
                return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            what = f"{self._path} could not be read: {error}; look after the disk, or start again with another --db"
            raise StoreError(what) from error

    def close(self) -> None:
        """Commit what is queued and close the file."""
        self._commit()
        self._db.close()
        self._guard.close()

    def _commit_when_quiet(self) -> None:
        """Commit, unless the last turn of the event loop has brought more: then look again after the next one."""
        waiting, loop = len(self._unwritten), asyncio.get_running_loop()
        if self._seen < waiting < _MANY:
            self._seen = waiting
            loop.call_soon(self._commit_when_quiet)
        else:
            self._seen = 0
            self._commit(loop)

    def _commit(self, here: asyncio.AbstractEventLoop | None = None) -> None:
        with self._lock:
            if not self._unwritten:
                return
            writes, self._unwritten = self._unwritten, []
            commit, self._next = self._next, Commit(self._commit_when_quiet)
            failure = self._lost = self._carried_out(writes)
        commit.decide(failure, here)

    def _carried_out(self, writes: list[Write]) -> StoreError | None:
        db = self._db
        try:
            db.execute("BEGIN IMMEDIATE")
            carry_out(db, writes)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            what = f"{self._path}: {error}; the events of this moment were not stored"
            return StoreError(f"{what}: make room on the disk, see that it may be written, and send them again")
        return None


def _connected(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=256)


def _set_up(db: sqlite3.Connection) -> None:
    db.execute(f"PRAGMA page_size = {_PAGE}")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
    db.create_function("message_digest", 2, message_digest, deterministic=True)
