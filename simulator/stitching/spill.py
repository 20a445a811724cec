"""What ``stitch`` keeps a message, in a temporary SQLite file: memory stays flat, the lists come back sorted.

The file is deleted at the end, and by the operating system's own temporary-file rules should the process be killed.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any, Self

from fake_pointillist.identity.attribution import IdEvent

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from fake_pointillist.identity.attribution import Identifiers, IdWarning
    from fake_pointillist.identity.engine import Identity

_BATCH = 5_000
_SCHEMA = """
CREATE TABLE event (seq INTEGER PRIMARY KEY, name TEXT, time_us INT, user TEXT, anon TEXT, type TEXT, documented INT,
    others TEXT);
CREATE TABLE discard (ignored INT, name TEXT, code TEXT);
CREATE TABLE warning (code TEXT, finding INT, name TEXT, text TEXT);
"""


class Spill:
    """A context manager: the file is gone at the end of the block.

    Rows are written in batches; everything that reads writes first. Sorting is by code points, as Python's.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("")  # an unnamed file in the temporary directory, removed when closed
        self._base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000;" + _SCHEMA)
        self._events: list[tuple[object, ...]] = []
        self._discards: list[tuple[object, ...]] = []
        self._warnings: list[tuple[object, ...]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def event(self, event: IdEvent) -> None:
        """Keep an event."""
        seq, name, time_us, user, anon, documented, event_type, others = event
        written = json.dumps(others) if others else None
        self._events.append((seq, name, time_us, user, anon, event_type, documented, written))
        if len(self._events) >= _BATCH:
            self._flush()

    def discard(self, name: str, code: str, *, is_ignored: bool) -> None:
        """Keep a discarded message's name and code."""
        self._discards.append((is_ignored, name, code))
        if len(self._discards) >= _BATCH:
            self._flush()

    def warning(self, finding: int, warning: IdWarning) -> None:
        """Keep the messages of a finding."""
        self._warnings += [(warning.code, finding, name, warning.text) for name in warning.message_ids]
        if len(self._warnings) >= _BATCH:
            self._flush()

    def discards(self, *, ignored: bool) -> Iterator[tuple[str, str]]:
        """Yield (name, code) of the messages ignored, or rejected, sorted."""
        self._flush()
        yield from self._rows("SELECT name, code FROM discard WHERE ignored = ? ORDER BY name, code", ignored)

    def warned(self, code: str) -> list[str]:
        """Return the names of the messages of a warning code, sorted, each once."""
        self._flush()
        return [row[0] for row in self._rows("SELECT DISTINCT name FROM warning WHERE code = ? ORDER BY name", code)]

    def findings(self, code: str) -> Iterator[tuple[str, list[str]]]:
        """Yield (text, message names) of each finding of a code, in the order they were found."""
        self._flush()
        text, names, current = "", list[str](), None
        query = "SELECT finding, name, text FROM warning WHERE code = ? ORDER BY finding, rowid"
        for finding, name, said in self._rows(query, code):
            if finding != current:
                if names:
                    yield text, names
                text, names, current = said, [], finding
            names.append(name)
        if names:
            yield text, names

    def by_actor(self, identity: Identity) -> Iterator[tuple[str, list[str]]]:
        """Yield (actor, names of its events), both sorted; the unattributed events are left out."""
        self._attributing(identity)
        query = "SELECT actor(seq, time_us, user, anon, others) AS owner, name FROM event ORDER BY owner, name"
        current, names = "", list[str]()
        for owner, name in self._rows(query):
            if owner != current:
                if names:
                    yield current, names
                current, names = owner, []
            if owner is not None:  # asked here: in the query it would be worked out twice
                names.append(name)
        if names:
            yield current, names

    def unattributed(self, identity: Identity) -> Iterator[str]:
        """Yield the names of the events that are nobody's, sorted."""
        self._attributing(identity)
        query = "SELECT name FROM event WHERE actor(seq, time_us, user, anon, others) IS NULL ORDER BY name"
        yield from (row[0] for row in self._rows(query))

    def events(self, identity: Identity, actors: frozenset[str]) -> Iterator[tuple[str, IdEvent]]:
        """Yield (actor, event) of some actors, by event time."""
        self._attributing(identity)
        query = (
            "SELECT actor(seq, time_us, user, anon, others), seq, name, time_us, user, anon, documented, type, others"
            " FROM event ORDER BY time_us, seq"
        )
        for owner, seq, name, time_us, user, anon, documented, event_type, others in self._rows(query):
            if owner in actors:
                yield owner, IdEvent(seq, name, time_us, user, anon, bool(documented), event_type, _read(others))

    def _attributing(self, identity: Identity) -> None:
        """Make SQL's function ``actor`` answer by what the engine knows now: nothing is stored twice."""
        self._flush()

        def actor(seq: int, time_us: int, user: str | None, anon: str | None, others: str | None) -> str | None:
            event = IdEvent(seq, "", time_us, user, anon, documented=False, others=_read(others))
            return identity.attribute(event).actor

        self._base.create_function("actor", 5, actor)

    def _rows(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        for row in self._base.execute(query, values):  # noqa: UP028 - left early, yield from would close the cursor,
            yield row  # which fails where the base is closed already

    def _flush(self) -> None:
        with self._base:
            if self._events:
                self._base.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._events)
            if self._discards:
                self._base.executemany("INSERT INTO discard VALUES (?, ?, ?)", self._discards)
            if self._warnings:
                self._base.executemany("INSERT INTO warning VALUES (?, ?, ?, ?)", self._warnings)
        self._events.clear()
        self._discards.clear()
        self._warnings.clear()


def _read(others: str | None) -> Identifiers:
    """Return identifiers as they were written down."""
    return tuple((name, value) for name, value in json.loads(others)) if others else ()
