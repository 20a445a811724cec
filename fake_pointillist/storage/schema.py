"""The store's layout in SQL: one script a version, each leading from the one before. Data only."""

from __future__ import annotations

APPLICATION_ID = 0x504E5453
"""Marks a SQLite file as ours (``PNTS``)."""

MIGRATIONS = (
    # 1: everything.
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE tenant (
        number INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE,             -- of the token, keyed with meta.salt
        generation INTEGER NOT NULL DEFAULT 0,   -- resets so far; part of every event id
        settings BLOB                            -- JSON: what was set by request; NULL = the server's own
    );
    CREATE TABLE event (
        row INTEGER PRIMARY KEY,                 -- tenant << 40 | seq
        tenant INTEGER NOT NULL,
        status INTEGER NOT NULL,                 -- 0 refused, 1 accepted, 2 accepted and dropped but for its claim
        received_us INTEGER NOT NULL,
        type TEXT,
        time_us INTEGER,
        user_id TEXT,
        anonymous_id TEXT,
        message_id TEXT,
        violations TEXT                          -- JSON list; NULL = none
    );
    CREATE TABLE body (
        row INTEGER PRIMARY KEY,
        event BLOB,                              -- JSON as received, or with numbers that came as text
        raw BLOB                                 -- the beginning of a body that is no JSON
    );
    CREATE INDEX event_user ON event (tenant, user_id, time_us) WHERE user_id IS NOT NULL;
    CREATE INDEX event_anonymous ON event (tenant, anonymous_id, time_us) WHERE anonymous_id IS NOT NULL;
    CREATE INDEX event_message ON event (message_id) WHERE message_id IS NOT NULL;
    CREATE TABLE seen (                          -- message ids of events whose row is gone
        digest BLOB PRIMARY KEY,
        row INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE deed (                          -- unlinks, replayed where they happened
        number INTEGER PRIMARY KEY,
        tenant INTEGER NOT NULL,
        after_seq INTEGER NOT NULL,
        user_id TEXT NOT NULL,
        anonymous_id TEXT NOT NULL
    );
    CREATE TABLE name (                          -- attribute names met, without case, and what they are
        tenant INTEGER NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,                      -- labels, numbers, both
        PRIMARY KEY (tenant, name)
    ) WITHOUT ROWID;
    CREATE TABLE tally (                         -- what counts beyond the rows: duplicates, and what --keep dropped
        tenant INTEGER NOT NULL,
        name TEXT NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (tenant, name)
    ) WITHOUT ROWID
    """,
    # 2: what an actor was told to be long ago is found without reading all of its events.
    """
    CREATE INDEX event_identify_user ON event (tenant, user_id, time_us)
        WHERE type = 'identify' AND user_id IS NOT NULL;
    CREATE INDEX event_identify_anonymous ON event (tenant, anonymous_id, time_us)
        WHERE type = 'identify' AND anonymous_id IS NOT NULL
    """,
    # 3: the customer's identifiers other than the two ids.
    """
    CREATE TABLE identifier (
        row INTEGER NOT NULL,                    -- the event's
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        tenant INTEGER NOT NULL,
        time_us INTEGER NOT NULL,                -- the event's
        PRIMARY KEY (row, name)
    ) WITHOUT ROWID;
    CREATE INDEX identifier_value ON identifier (tenant, name, value, time_us)
    """,
)
"""Layout ``n`` is made from layout ``n - 1`` by ``MIGRATIONS[n - 1]``."""
