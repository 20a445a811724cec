"""What ``--keep`` drops, and what stays of it: the statements, in order. Data only, no clock, no state.

Dropped are bodies and rows of the oldest events. Kept are claims (events with both ids), digests of message ids, and
the tallies the summary shows, so that its counts stay what they were. Of the claims a user repeats on an anonymousId
that nobody else claims, only the first and the last of each step stay: no policy would tell the absence of those
between, and a user who sends both ids with every event would fill the memory.
"""

# ruff: noqa: S608 - statements are put together from our own constants, values are bound

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.store import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.attribution import IdEvent
    from fake_pointillist.statements import Write

_SPAN = "row BETWEEN ? AND ?"
_ADD = "ON CONFLICT DO UPDATE SET n = n + excluded.n"
_STATEMENTS = (
    f"""INSERT INTO tally
        SELECT tenant, CASE status WHEN 0 THEN 'refused' ELSE 'accepted' END, count(*)
        FROM event WHERE {_SPAN} AND status < 2 GROUP BY tenant, status {_ADD}""",
    f"""INSERT INTO tally
        SELECT tenant, 'type:' || type, count(*)
        FROM event WHERE {_SPAN} AND status = 1 GROUP BY tenant, type {_ADD}""",
    f"""INSERT INTO tally
        SELECT tenant, 'refused-type:' || type, count(*)
        FROM event WHERE {_SPAN} AND status = 0 AND type IS NOT NULL GROUP BY tenant, type {_ADD}""",
    f"""INSERT INTO tally
        SELECT tenant, 'warning:' || json_extract(value, '$.code'), count(*)
        FROM event, json_each(event.violations) WHERE event.{_SPAN} AND status = 1 GROUP BY 1, 2 {_ADD}""",
    f"""INSERT OR IGNORE INTO seen
        SELECT message_digest(tenant, message_id), row
        FROM event WHERE {_SPAN} AND status = 1 AND message_id IS NOT NULL""",
    f"DELETE FROM body WHERE {_SPAN}",
    f"DELETE FROM event WHERE {_SPAN} AND status < 2 AND (status = 0 OR user_id IS NULL OR anonymous_id IS NULL)",
    f"UPDATE event SET status = 2, violations = NULL WHERE {_SPAN} AND status = 1",
)


def trim(tenant: int, first: int, last: int, repeated: Iterable[IdEvent]) -> list[Write]:
    """Return the statements that drop a tenant's events ``first`` to ``last`` (their ``seq``), both included.

    Args:
        tenant: Its number.
        first: The oldest to go.
        last: The newest to go.
        repeated: Claims among them on anonymousIds that one user alone claims.
    """
    span = (row_of(tenant, first), row_of(tenant, last))
    rows = [row_of(tenant, seq) for seq in _between(repeated)]
    forget: Write = (
        "DELETE FROM event WHERE row IN (SELECT value FROM json_each(?))",
        (f"[{','.join(map(str, rows))}]",),
    )
    return [*((statement, span) for statement in _STATEMENTS), forget]


def _between(claims: Iterable[IdEvent]) -> list[int]:
    """Return the ``seq`` of every claim that is neither the first nor the last of its kind, by time or by arrival."""
    kinds: dict[tuple[str | None, str | None, bool], list[IdEvent]] = {}
    for claim in claims:
        kinds.setdefault((claim.user_id, claim.anonymous_id, claim.documented), []).append(claim)
    found: list[int] = []
    for same in kinds.values():
        in_time = sorted(same, key=lambda claim: (claim.time_us, claim.seq))
        ends = {same[0].seq, same[-1].seq, in_time[0].seq, in_time[-1].seq}
        found.extend(claim.seq for claim in same if claim.seq not in ends)
    return found


_TABLES = ("name", "tally", "deed")


def empty(tenant: int, generation: int) -> list[Write]:
    """Return the statements that reset a tenant; its number and token stay."""
    span = (row_of(tenant, 0), row_of(tenant + 1, 0) - 1)
    return [
        (f"DELETE FROM event WHERE {_SPAN}", span),
        (f"DELETE FROM body WHERE {_SPAN}", span),
        (f"DELETE FROM seen WHERE {_SPAN}", span),
        *((f"DELETE FROM {table} WHERE tenant = ?", (tenant,)) for table in _TABLES),
        ("UPDATE tenant SET generation = ? WHERE number = ?", (generation, tenant)),
    ]
