"""The store's file: whose it is, which layout it has, and the salt of its digests."""

from __future__ import annotations

import secrets
import sqlite3
from typing import TYPE_CHECKING

from fake_pointillist.errors import StoreError
from fake_pointillist.storage.schema import APPLICATION_ID, MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path


_MAGIC = b"SQLite format 3\0"


def claim(path: Path) -> sqlite3.Connection:
    """Take the file for this process alone.

    A second SQLite file beside it is held locked: that works on every system, and the lock goes with the process
    however it ends.
    """
    if path.is_dir():
        raise StoreError(f"{path} is a folder; give --db a file in it")
    if path.exists() and not path.is_file():  # a pipe would be waited for, a device locked by a file beside it
        raise StoreError(f"{path} is a pipe or a device; give --db a file")
    if not _may_be_ours(path):  # found before anything is put beside it
        raise StoreError(f"{path}: no SQLite file, so no store of a fake Pointillist; give another --db")
    beside = path.with_name(path.name + "-lock")
    try:
        guard = sqlite3.connect(beside, isolation_level=None, check_same_thread=False, timeout=0)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}; does the folder exist, and may it be written?") from error
    try:
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        guard.close()
        if "locked" in str(error):
            raise StoreError(f"{path}: another process uses it; stop that one, or give another --db") from error
        raise StoreError(f"{beside}: {error}; remove it, or give another --db") from error
    return guard


def _may_be_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) in (b"", _MAGIC)
    except OSError:
        return True  # missing, or not to be read: SQLite says what it makes of that


def migrate(db: sqlite3.Connection, name: str) -> None:
    """Bring a database to the newest layout, one version after the other, each in its own transaction."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (application or tables):
        raise StoreError(f"{name}: a SQLite file, but no store of a fake Pointillist; give another --db")
    newest = len(MIGRATIONS)
    if version > newest:
        raise StoreError(f"{name}: written by a newer version (layout {version}, known {newest}); update this one")
    for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
        db.executescript(
            f"BEGIN;{script};PRAGMA application_id = {APPLICATION_ID};PRAGMA user_version = {number};COMMIT;"
        )


def salt_of(db: sqlite3.Connection) -> bytes:
    """Return the key of this store's digests, made on first use."""
    found = db.execute("SELECT value FROM meta WHERE name = 'salt'").fetchone()
    if found is not None:
        return bytes(found[0])
    salt = secrets.token_bytes(16)
    db.execute("INSERT INTO meta (name, value) VALUES ('salt', ?)", (salt,))
    return salt
