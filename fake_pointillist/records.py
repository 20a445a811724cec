"""What a tenant is told and what it answers: the records between the wire and the store."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from fake_pointillist.identity.attribution import Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_pointillist.identity.attribution import Identifiers
    from fake_pointillist.storage.commits import Commit

OnViolation: TypeAlias = Literal["reject", "record"]
"""What becomes of an event that breaks a hard rule: refused with 400, or taken with 200 and listed as bad."""

Status: TypeAlias = Literal["accepted", "refused", "duplicate", "recorded"]

REFUSED, ACCEPTED, CLAIM = 0, 1, 2
"""``event.status``: refused, accepted, accepted and dropped but for its claim."""


def clock() -> int:
    """Return the present in microseconds since the epoch, UTC."""
    return time.time_ns() // 1_000


@dataclass(frozen=True, slots=True)
class Rules:
    """How a server treats every tenant.

    Attributes:
        policy: The identity policy a tenant starts with.
        options: Its options.
        on_violation: See :data:`OnViolation`.
        keep: Events and refusals kept a tenant, the newest; ``None`` keeps all.
        now: The clock, microseconds since the epoch.
    """

    policy: str = "first-claim"
    options: Options = field(default_factory=Options)
    on_violation: OnViolation = "reject"
    keep: int | None = None
    now: Callable[[], int] = clock


class Taken(NamedTuple):
    """The answer to one event.

    Attributes:
        status: What became of it.
        event_id: Its id; for a duplicate the first one's.
        findings: Warnings of an accepted event, violations of a refused one, as JSON (a list).
        commit: What has to be safe before this may be told.
    """

    status: Status
    event_id: str
    findings: bytes
    commit: Commit


class StoredEvent(NamedTuple):
    """One event or refusal as the store holds it.

    Attributes:
        seq: Order of arrival, from 1.
        status: ``REFUSED`` or ``ACCEPTED``.
        received_us: Arrival, microseconds since the epoch.
        type: The event type where it is text.
        time_us: Event time; ``None`` for a refusal.
        user_id: As sent.
        anonymous_id: As sent.
        message_id: Of the header ``X-Simulator-Message-Id``.
        violations: JSON list, or ``None``.
        event: JSON, or ``None`` where the body was none.
        raw: The beginning of a body that is no JSON.
        others: The customer's identifiers other than the two.
    """

    seq: int
    status: int
    received_us: int
    type: str | None
    time_us: int | None
    user_id: str | None
    anonymous_id: str | None
    message_id: str | None
    violations: str | None
    event: bytes | None
    raw: bytes | None
    others: Identifiers


EVENT_COLUMNS = (
    "event.row, status, received_us, type, time_us, user_id, anonymous_id, message_id, violations, body.event, body.raw"
)
"""The columns of a :class:`StoredEvent`, from ``event LEFT JOIN body USING (row)``; the row for its ``seq``. Its other
identifiers are no column."""
