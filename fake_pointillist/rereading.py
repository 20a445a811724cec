"""A tenant's events read anew from the store, step by step, into people of their own.

Identity is a function of the accepted events and the unlinks, so it is never stored: the id columns are read back in
the order of arrival. It is read after a restart, and under another policy; there new events may come between two steps,
and are taken in after those of the store.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from fake_pointillist.identity.attribution import IdEvent
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.merge_log import MergeLog
from fake_pointillist.storage.identifiers import between
from fake_pointillist.storage.store import row_of, seq_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_pointillist.identity.attribution import Identifiers, Options
    from fake_pointillist.tenant import Tenant

_IDS = (
    "SELECT row, message_id, time_us, user_id, anonymous_id, type FROM event "
    "WHERE row > ? AND row <= ? AND status > 0 ORDER BY row LIMIT ?"
)


class Unlink(NamedTuple):
    """A user's claims on an anonymousId were taken away after event ``after_seq``."""

    after_seq: int
    user_id: str
    anonymous_id: str


def page(tenant: Tenant, after: int, last: int, limit: int) -> list[IdEvent]:
    """Return what identity knows of the next accepted events behind ``after``, up to ``last``, oldest first."""
    first = row_of(tenant.number, after)
    rows = tenant.store.read(_IDS, (first, row_of(tenant.number, last), limit))
    others = between(tenant.store, first, rows[-1][0]) if rows else {}
    return [id_event(tenant, row, others.get(row[0], ())) for row in rows]


def id_event(tenant: Tenant, columns: Sequence[Any], others: Identifiers) -> IdEvent:
    """Return what identity knows of an accepted event of the store.

    Args:
        tenant: Whose.
        columns: Row, message id, event time, userId, anonymousId, event type.
        others: Its other identifiers.
    """
    row, message_id, time_us, user_id, anonymous_id, event_type = columns
    seq = seq_of(row)
    name = message_id or tenant.event_id(seq)
    return IdEvent(seq, name, time_us, user_id, anonymous_id, event_type == "identify", event_type, others)


class Rereading:
    """One reading under way. It starts with the unlinks so far and the events up to the present one.

    Attributes:
        policy, options: How it reads.
        identity: Who is who after the events read so far.
        merges: The merge log of this reading.
        kept: The events among them that are still kept; only where the tenant drops events.

    Raises:
        UnknownPolicyError: There is no such policy.
    """

    def __init__(self, tenant: Tenant, policy: str, options: Options) -> None:
        self.policy = policy
        self.options = options
        self.identity = Identity(policy, options)
        self.merges = MergeLog()
        self.kept: deque[IdEvent] = deque()
        self._tenant = tenant
        self._unlinks = deque(tenant.unlinks)
        self._later: deque[IdEvent | Unlink] = deque()

    def follow(self, deed: IdEvent | Unlink) -> None:
        """Note what happened since the start, to be taken in by :meth:`catch_up`."""
        self._later.append(deed)

    def read(self, events: list[IdEvent]) -> None:
        """Take in the next events of the store, and the unlinks before each."""
        for event in events:
            while self._unlinks and self._unlinks[0].after_seq < event.seq:
                self._undo(self._unlinks.popleft())
            self._take(event)
        self._let_go()

    def catch_up(self, most: int) -> bool:
        """Take in up to ``most`` things that happened since the start; return whether nothing is left.

        Every event of the store has been read before.
        """
        while self._unlinks:
            self._undo(self._unlinks.popleft())
        for _ in range(min(most, len(self._later))):
            deed = self._later.popleft()
            if isinstance(deed, IdEvent):
                self._take(deed)
            else:
                self._undo(deed)
        self._let_go()
        return not self._later

    def _take(self, event: IdEvent) -> None:
        counts = event.seq > self._tenant.floor
        moves = self.identity.ingest(event, counts=counts).moves
        if moves:
            self.merges.add(moves, event.seq)
        if counts and self._tenant.rules.keep is not None:
            self.kept.append(event)

    def _undo(self, unlink: Unlink) -> None:
        self.merges.add(self.identity.unlink(unlink.user_id, unlink.anonymous_id), unlink.after_seq)

    def _let_go(self) -> None:
        """Drop the events that are no longer kept by now."""
        floor = self._tenant.floor
        while self.kept and self.kept[0].seq <= floor:
            self.identity.drop(self.kept.popleft())
