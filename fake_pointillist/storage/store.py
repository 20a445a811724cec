"""The store: every event, refusal and deed of every tenant, in SQLite; passing here, durable in ``durable_store``.

Layout
    ``event.row`` is ``tenant << 40 | seq``: one B-tree serves look-ups by number and paging by tenant. Bodies stand in
    a table of their own, so that identity can be read back without touching them, and dropping a body (``--keep``)
    leaves the row that carries a claim.

Tokens are stored as keyed digests only.
"""

from __future__ import annotations

import sqlite3
import threading
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from fake_pointillist.errors import StoreError
from fake_pointillist.storage.commits import SAFE, Commit
from fake_pointillist.storage.statements import Write, carry_out
from fake_pointillist.storage.store_file import migrate, salt_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_TENANT_SHIFT = 40
_PAGE = 16_384
_CACHE_KIB = 16_384
"""What of a store that is not kept stays in memory; the rest lies in a temporary file without a name. So memory does
not grow with the events (1.7 KB each), at one twentieth less of them a second."""
_MANY = 256
"""Statements that wait in memory before they are carried out."""
_MEND = "make room in the folder for temporary files (SQLITE_TMPDIR), or give --keep, and start again"


def row_of(tenant: int, seq: int) -> int:
    """Return the row number of a tenant's event ``seq`` (from 1)."""
    return tenant << _TENANT_SHIFT | seq


def seq_of(row: int) -> int:
    """Return the ``seq`` a row number holds."""
    return row & ((1 << _TENANT_SHIFT) - 1)


def tenant_of(row: int) -> int:
    """Return the tenant a row number holds."""
    return row >> _TENANT_SHIFT


def message_digest(tenant: int, message_id: str) -> bytes:
    """Return what is kept of a message id once its event is dropped: 16 bytes, of this tenant alone."""
    return blake2b(message_id.encode(), digest_size=16, salt=tenant.to_bytes(16, "little")).digest()


class Store:
    """Events that are gone when the process ends: the newest in memory, the rest in a temporary file.

    Attributes:
        salt: Key of the token digests, made once a store.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False, cached_statements=256)
        self._db.execute(f"PRAGMA page_size = {_PAGE}")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.create_function("message_digest", 2, message_digest, deterministic=True)
        migrate(self._db, "the temporary store")
        self.salt = salt_of(self._db)
        self._unwritten: list[Write] = []
        self._lock = threading.Lock()
        self._broken: StoreError | None = None

    def write(self, writes: Iterable[Write]) -> Commit:
        """Carry out the statements, in order; return the commit that makes them safe.

        Here they are carried out many at a time, at the latest before the next reading: nobody can tell, and it costs
        a third less.

        Raises:
            StoreError: A commit was lost, and :meth:`recovered` has not been called since; or the temporary file could
                not be written, once and for all.
        """
        if self._broken is not None:
            raise self._broken
        self._unwritten.extend(writes)
        if len(self._unwritten) >= _MANY:
            self._carry_out()
        return SAFE

    @property
    def newest(self) -> Commit:
        """The commit that holds all that was written so far."""
        return SAFE

    @property
    def is_lost(self) -> bool:
        """Whether a commit was lost, so that what callers hold in memory is ahead of the store."""
        return False

    def recovered(self) -> None:
        """Take writes again after a commit was lost: callers have read anew what the store holds."""

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query over what is settled.

        Raises:
            StoreError: They could not be read.
        """
        if self._broken is not None:
            raise self._broken
        if self._unwritten:
            self._carry_out()
        try:
            return self._db.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"the temporary file of the store could not be read: {error}; {_MEND}") from error

    def close(self) -> None:
        """Finish what is under way and close."""
        self._db.close()

    def _carry_out(self) -> None:
        with self._lock:
            writes, self._unwritten = self._unwritten, []
            try:
                carry_out(self._db, writes)
            except sqlite3.Error as error:
                what = f"the temporary file of the store could not be written: {error}; {_MEND}"
                self._broken = StoreError(what)
                raise self._broken from error
