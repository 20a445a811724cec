"""What ``--keep`` drops, and what stays of it: the statements, in order. Data only, no clock, no state.

Dropped are bodies and rows of the oldest events. Kept are claims and joins (events with two identifiers or more),
digests of message ids, and the tallies the summary shows, so that its counts stay what they were. Of repeated claims
only some stay (:mod:`fake_pointillist.identity.repeated_claims`).
"""

# ruff: noqa: S608 - statements are put together from our own constants, values are bound

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.storage.store import row_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_pointillist.storage.statements import Write

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
    f"""DELETE FROM event WHERE {_SPAN} AND status < 2 AND (status = 0 OR 2 >
        (user_id IS NOT NULL) + (anonymous_id IS NOT NULL) +
        (SELECT count(*) FROM identifier WHERE identifier.row = event.row))""",
    f"DELETE FROM identifier WHERE {_SPAN} AND row NOT IN (SELECT row FROM event WHERE {_SPAN})",
    f"UPDATE event SET status = 2, violations = NULL WHERE {_SPAN} AND status = 1",
)


def trim(tenant: int, first: int, last: int, forgotten: Iterable[int]) -> list[Write]:
    """Return the statements that drop a tenant's events ``first`` to ``last`` (their ``seq``), both included.

    Args:
        tenant: Its number.
        first: The oldest to go.
        last: The newest to go.
        forgotten: Claims, by their ``seq``, that need not stay; all of them up to ``last``.
    """
    span = (row_of(tenant, first), row_of(tenant, last))
    rows = ",".join(str(row_of(tenant, seq)) for seq in forgotten)
    gone = "WHERE row IN (SELECT json_each.value FROM json_each(?))"
    forget: list[Write] = [(f"DELETE FROM {table} {gone}", (f"[{rows}]",)) for table in ("event", "identifier")]
    return [*((statement, span * (statement.count("?") // 2)) for statement in _STATEMENTS), *forget]
