"""The store: every event, refusal and deed of every tenant, in SQLite.

In memory by default. With a path it is durable: WAL, and a *group commit*. Writes queue up while the disk syncs the
previous ones; one transaction with one sync then takes all of them, and only after it are their senders answered. So
an answer of 200 survives ``kill -9`` and power loss, at a small part of a sync an event.

Layout
    ``event.row`` is ``tenant << 40 | seq``: one B-tree serves look-ups by number and paging by tenant. Bodies stand in
    a table of their own, so that identity can be read back without touching them, and dropping a body (``--keep``)
    leaves the row that carries a claim.

Tokens are stored as keyed digests only.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from fake_pointillist.errors import StoreError
from fake_pointillist.store_file import claim, migrate, salt_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

Write: TypeAlias = tuple[str, tuple[Any, ...]]
"""One statement with its values."""

_TENANT_SHIFT = 40
_PAGE = 4_096
_SIZES = (64, 16, 4, 1)
"""Rows one statement inserts: few sizes, so that each is compiled once."""
_MANY = 256
"""Statements that wait in memory before they are carried out."""

INSERT_EVENT = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_BODY = "INSERT INTO body VALUES (?, ?, ?)"


def row_of(tenant: int, seq: int) -> int:
    """Return the row number of a tenant's event ``seq`` (from 1)."""
    return tenant << _TENANT_SHIFT | seq


def seq_of(row: int) -> int:
    """Return the ``seq`` a row number holds."""
    return row & ((1 << _TENANT_SHIFT) - 1)


def message_digest(tenant: int, message_id: str) -> bytes:
    """Return what is kept of a message id once its event is dropped: 16 bytes, of this tenant alone."""
    return blake2b(message_id.encode(), digest_size=16, salt=tenant.to_bytes(16, "little")).digest()


class Store:
    """Events in memory; :class:`DurableStore` keeps the same interface over a file.

    Attributes:
        salt: Key of the token digests, made once a store.
        lock: Held by whoever changes or reads a tenant; the store itself never takes it.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=256)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.create_function("message_digest", 2, message_digest, deterministic=True)
        migrate(self._db, ":memory:")
        self.salt = salt_of(self._db)
        self._unwritten: list[Write] = []
        self._lock = threading.Lock()

    def write(self, writes: Iterable[Write]) -> int:
        """Carry out the statements, in order; return the ticket to hand to :meth:`settled`.

        In memory they are carried out many at a time, at the latest before the next reading: nobody can tell, and it
        costs a third less.
        """
        self._unwritten.extend(writes)
        if len(self._unwritten) >= _MANY:
            self._carry_out()
        return 0

    async def settled(self, ticket: int | None = None) -> None:
        """Return once what was written is as safe as this store makes it.

        Args:
            ticket: What :meth:`write` returned; ``None`` means everything so far.

        Raises:
            StoreError: It could not be written.
        """

    @property
    def is_settled(self) -> bool:
        """Whether :meth:`settled` would return at once."""
        return True

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query over what is settled."""
        if self._unwritten:
            self._carry_out()
        return self._db.execute(statement, values).fetchall()

    def close(self) -> None:
        """Finish what is under way and close."""
        self._db.close()

    def _carry_out(self) -> None:
        with self._lock:
            writes, self._unwritten = self._unwritten, []
            carry_out(self._db, writes)


class DurableStore(Store):
    """Events in a file, with group commit.

    Args:
        path: The database file; made where it is missing.

    Raises:
        StoreError: Another process has it, it is damaged, or it is no store of ours, or of a newer version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._guard = claim(path)
        try:
            self._unwritten = []
            self._writer = self._open()
            migrate(self._writer, str(path))
            self.salt = salt_of(self._writer)
            self._db = self._open()
        except sqlite3.Error as error:
            self._guard.close()
            raise StoreError(f"{path}: {error}; give another --db, or move the file away") from error
        except StoreError:
            self._guard.close()
            raise
        self._changed = threading.Condition()
        self._queue: list[Write] = []
        self._waiting: list[_Waiter] = []
        self._in_flight: list[_Waiter] = []
        self._batch = 1  # the number of the commit that takes what is queued now
        self._committed = 0
        self._failures: dict[int, StoreError] = {}
        self._closing = False
        self._thread = threading.Thread(target=self._commit_forever, name="fake-pointillist-store", daemon=True)
        self._thread.start()

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, cached_statements=256)
        db.execute(f"PRAGMA page_size = {_PAGE}")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.create_function("message_digest", 2, message_digest, deterministic=True)
        return db

    def write(self, writes: Iterable[Write]) -> int:
        """Queue the statements for the next commit; return its number."""
        with self._changed:
            self._queue.extend(writes)
            if self._committed == self._batch - 1:  # idle; a busy writer looks by itself when it is done
                self._changed.notify()
            return self._batch

    @property
    def is_settled(self) -> bool:
        """Whether nothing waits for a commit."""
        return not self._queue and self._committed == self._batch - 1

    async def settled(self, ticket: int | None = None) -> None:
        """Return once a commit, or everything written so far, is on disk."""
        loop = asyncio.get_running_loop()
        with self._changed:
            if ticket is None:
                ticket = self._batch if self._queue else self._batch - 1
            if self._committed >= ticket:
                failure = self._failures.get(ticket)
                if failure is not None:
                    raise failure
                return
            waiter = _Waiter(loop, loop.create_future())
            (self._waiting if ticket == self._batch else self._in_flight).append(waiter)
        await waiter.future

    def _commit_forever(self) -> None:
        while True:
            with self._changed:
                while not self._queue and not self._closing:
                    self._changed.wait()
                if not self._queue:
                    return
                writes, self._queue = self._queue, []
                self._in_flight, self._waiting = self._waiting, []
                self._batch += 1
            failure = self._commit(writes)
            with self._changed:
                self._committed = self._batch - 1
                if failure is not None:
                    self._failures[self._committed] = failure
                waiting, self._in_flight = self._in_flight, []
            _tell(waiting, failure)

    def _commit(self, writes: list[Write]) -> StoreError | None:
        db = self._writer
        try:
            db.execute("BEGIN IMMEDIATE")
            carry_out(db, writes)
            db.execute("COMMIT")
        except sqlite3.Error as error:
            with contextlib.suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            return StoreError(f"{self._path}: {error}; the events of this moment were not stored")
        return None

    def close(self) -> None:
        """Commit what is queued and close the file."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        self._db.close()
        self._writer.close()
        self._guard.close()


class _Waiter(NamedTuple):
    """Someone of some event loop who waits for a commit."""

    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[None]


def _tell(waiting: list[_Waiter], failure: StoreError | None) -> None:
    """Wake everyone of a commit, with one call into each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for waiter in waiting:
        by_loop.setdefault(waiter.loop, []).append(waiter.future)
    for loop, futures in by_loop.items():
        with contextlib.suppress(RuntimeError):  # that loop has been closed meanwhile
            loop.call_soon_threadsafe(_resolve, futures, failure)


def _resolve(futures: list[asyncio.Future[None]], failure: StoreError | None) -> None:
    for future in futures:
        if future.done():
            continue
        if failure is None:
            future.set_result(None)
        else:
            future.set_exception(failure)


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
            db.execute(_of_many(statement, size), [value for row in some for value in row])
    rows.clear()


@cache
def _of_many(statement: str, size: int) -> str:
    head, marks = statement.split(" VALUES ")
    return f"{head} VALUES {', '.join([marks] * size)}"


def open_store(path: Path | None) -> Store:
    """Return a store in memory, or a durable one at ``path``."""
    return Store() if path is None else DurableStore(path)
