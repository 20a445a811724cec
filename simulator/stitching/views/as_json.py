"""The pinned JSON of ``stitch`` (``interface.md`` 5), as one document or as lines; rows, so that memory stays flat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, cast

from contracts.codes import CODES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.stitching.spill import Spill
    from simulator.stitching.stitch import Stitching


class IdentifierRow(TypedDict):
    """One of the customer's identifiers that is neither userId nor anonymousId."""

    name: str
    value: str


class ActorRow(TypedDict):
    """One actor; ``user_ids`` only under ``graph``, ``identifiers`` only where it has some."""

    actor: str
    user_id: str | None
    user_ids: NotRequired[list[str]]
    anonymous_ids: list[str]
    identifiers: NotRequired[list[IdentifierRow]]
    message_ids: list[str]
    events: int


class DiscardRow(TypedDict):
    """One message that became no event."""

    message_id: str
    code: str


class DetailRow(TypedDict):
    """One finding of a warning."""

    message_ids: list[str]
    message: str


class WarningRow(TypedDict):
    """One warning code; ``details`` where there is more than one finding."""

    code: str
    severity: str
    basis: str
    message_ids: list[str]
    message: str
    details: NotRequired[list[DetailRow]]


MergeRow = TypedDict(
    "MergeRow",
    {
        "anonymous_id": str,
        "from": str,
        "to": str,
        "events_moved": int,
        "message_id": str | None,
        "documented": bool,
    },
)
"""One row of the merge log; ``message_id`` is ``None`` for an unlink."""


class Stitched(TypedDict):
    """The whole document."""

    policy: str
    options: dict[str, Any]
    actors: list[ActorRow]
    unattributed: list[str]
    rejected: list[DiscardRow]
    ignored: list[DiscardRow]
    warnings: list[WarningRow]
    merges: list[MergeRow]


def actor_rows(stitching: Stitching, spill: Spill) -> Iterator[dict[str, Any]]:
    """Yield the actors with events, sorted, in the shape of :class:`ActorRow`."""
    identity = stitching.identity
    for actor, names in spill.by_actor(identity):
        listed = identity.actor(actor)
        assert listed is not None  # it has at least these events
        row: dict[str, Any] = {"actor": actor, "user_id": listed.user_id}
        if identity.policy.fuses and listed.user_id is not None:
            row["user_ids"] = list(listed.user_ids)
        row["anonymous_ids"] = list(listed.anonymous_ids)
        if listed.identifiers:
            row["identifiers"] = [{"name": name, "value": value} for name, value in listed.identifiers]
        row["message_ids"] = names
        row["events"] = listed.events
        yield row


def unattributed_rows(stitching: Stitching, spill: Spill) -> Iterator[str]:
    """Yield the names of the events that are nobody's, sorted."""
    if stitching.identity.unattributed:
        yield from spill.unattributed(stitching.identity)


def discard_rows(spill: Spill, *, ignored: bool) -> Iterator[dict[str, Any]]:
    """Yield the messages ignored, or rejected, sorted."""
    for name, code in spill.discards(ignored=ignored):
        yield {"message_id": name, "code": code}


def warning_rows(stitching: Stitching, spill: Spill) -> Iterator[dict[str, Any]]:
    """Yield one row a warning code, sorted; ``details`` has each finding, where there is more than one."""
    for code in sorted(stitching.warned):
        warned = stitching.warned[code]
        row: dict[str, Any] = {
            "code": code,
            "severity": CODES[code].severity,
            "basis": CODES[code].basis,
            "message_ids": spill.warned(code),
            "message": warned.text,
        }
        if warned.findings > 1:
            row["details"] = [{"message_ids": names, "message": text} for text, names in spill.findings(code)]
        yield row


def document(stitching: Stitching, spill: Spill) -> Stitched:
    """Return the whole document at once."""
    parts = {key: rows if isinstance(rows, (str, dict)) else list(rows) for key, rows in _parts(stitching, spill)}
    return cast("Stitched", parts)


def chunks(stitching: Stitching, spill: Spill) -> Iterator[bytes]:
    """Yield the document piece by piece, one row a line."""
    import orjson  # noqa: PLC0415 - the module is reachable without it

    opening = b"{"
    for key, rows in _parts(stitching, spill):
        yield opening + b"\n " + orjson.dumps(key) + b": "
        opening = b","
        if isinstance(rows, (str, dict)):
            yield orjson.dumps(rows)
            continue
        before = b"[\n  "
        for row in rows:
            yield before + orjson.dumps(row)
            before = b",\n  "
        yield b"[]" if before.startswith(b"[") else b"\n ]"
    yield b"\n}\n"


def lines(stitching: Stitching, spill: Spill) -> Iterator[bytes]:
    """Yield one JSON object a line: ``record`` says what it is, the rest is the row of the document."""
    import orjson  # noqa: PLC0415 - the module is reachable without it

    head: dict[str, Any] = {"record": "stitch"}
    for key, rows in _parts(stitching, spill):
        if isinstance(rows, (str, dict)):
            head[key] = rows
            continue
        if head:
            yield orjson.dumps(head, option=orjson.OPT_APPEND_NEWLINE)
            head = {}
        for row in rows:
            fields = row if isinstance(row, dict) else {"message_id": row}
            yield orjson.dumps({"record": _RECORDS.get(key, key), **fields}, option=orjson.OPT_APPEND_NEWLINE)


_RECORDS = {"actors": "actor", "warnings": "warning", "merges": "merge"}


def _parts(stitching: Stitching, spill: Spill) -> Iterator[tuple[str, Any]]:
    yield "policy", stitching.identity.policy.name
    yield "options", stitching.identity.options.changed()
    yield "actors", actor_rows(stitching, spill)
    yield "unattributed", unattributed_rows(stitching, spill)
    yield "rejected", discard_rows(spill, ignored=False)
    yield "ignored", discard_rows(spill, ignored=True)
    yield "warnings", warning_rows(stitching, spill)
    yield "merges", (move.to_json() for move in stitching.merges)
