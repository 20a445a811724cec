"""One reading of a story: identity after so many arrivals, and the log of how it came about. Pure."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Literal, NamedTuple

from contracts.violations import pointer
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.id_warnings import ANON
from fake_pointillist.identity.notation import parted

if TYPE_CHECKING:
    from collections.abc import Callable

    from contracts.violations import Basis
    from fake_pointillist.identity.attribution import IdEvent, IdWarning, Move, Options


class LogRow(NamedTuple):
    """One row of *Merges and conflicts*.

    Attributes:
        at: Arrival (1 is the first event) after which it stands in the log.
        kind: ``merge``, ``conflict`` or ``unlink``.
        anonymous_id: Whose events; another identifier is written ``id:NAME:VALUE``.
        from_: The actor before (of a conflict: who keeps it).
        to: The actor after (of a conflict: who claims in vain).
        events: How many events moved.
        message: The message behind it.
        time_us: Its event time.
        documented: By an identify.
        basis: What it rests on.
        code: The warning's code, of a conflict.
        text: One sentence, of a conflict.
    """

    at: int
    kind: Literal["merge", "conflict", "unlink"]
    anonymous_id: str
    from_: str
    to: str
    events: int
    message: str
    time_us: int | None
    documented: bool
    basis: Basis = "ours"
    code: str = ""
    text: str = ""


class Counts(NamedTuple):
    """The counter strip."""

    actors: int
    moved: int
    unattributed: int
    conflicts: int


_TOLD = ("conflicting_claim", "users_merged", "refused_join")
"""Warnings that stand in the log."""


class Reading:
    """Identity under a policy.

    Args:
        policy: Name of the identity policy.
        options: Its options.
        event_of: Returns the event of a message, for the log.

    Attributes:
        identity: Who is who.
        at: Arrivals read.
        moved: Events that moved so far.
        log: Merges, conflicts and unlinks so far.
    """

    def __init__(self, policy: str, options: Options, event_of: Callable[[str], IdEvent | None]) -> None:
        self.identity = Identity(policy, options)
        self.at = 0
        self.moved = 0
        self.log: list[LogRow] = []
        self._event_of = event_of

    @property
    def counts(self) -> Counts:
        """The counter strip."""
        identity = self.identity
        return Counts(identity.known + identity.anonymous, self.moved, identity.unattributed, identity.conflicts)

    def take(self, event: IdEvent) -> None:
        """Read the next arrival."""
        change = self.identity.ingest(event)
        self.at += 1
        for move in change.moves:
            self.moved += move.events_moved
            self.log.append(_merge(self.at, move, event))
        self.log += [self._conflict(warning, event) for warning in change.warnings if warning.code in _TOLD]

    def unlink(self, user_id: str, anonymous_id: str) -> None:
        """Take back a user's claims on an anonymousId."""
        rows = _unlinks(self.identity, self.at, user_id, anonymous_id)
        self.moved += sum(row.events for row in rows)
        self.log += rows

    def unlinked(self, user_id: str, anonymous_id: str) -> list[LogRow]:
        """Return what an unlink would move; this reading stays as it is."""
        # Our own bytes, never anybody else's. A copy takes a tenth of what reading the story again does.
        trial = pickle.loads(pickle.dumps(self.identity))  # noqa: S301
        return _unlinks(trial, self.at, user_id, anonymous_id)

    def _conflict(self, warning: IdWarning, event: IdEvent) -> LogRow:
        claimer = (self._event_of(warning.message_ids[0]) if warning.message_ids else None) or event
        carried = claimer.carried
        told = (one for one in carried if pointer((parted(one) or (ANON, one))[0]) == warning.path)
        claimed = next(told, carried[0] if carried else "")
        best = self.identity.best(claimer)
        to = f"user:{claimer.user_id}" if claimer.user_id or best is None else best.own
        return LogRow(
            self.at, "conflict", claimed, "", to, 0, claimer.message, claimer.time_us, claimer.documented,
            code=warning.code, text=warning.text,
        )  # fmt: skip


def _merge(at: int, move: Move, event: IdEvent) -> LogRow:
    return LogRow(
        at, "merge", move.anonymous_id, move.from_, move.to, move.events_moved,
        move.message or event.message, move.time_us, move.documented, move.basis,
    )  # fmt: skip


def _unlinks(identity: Identity, at: int, user_id: str, anonymous_id: str) -> list[LogRow]:
    return [
        LogRow(at, "unlink", move.anonymous_id, move.from_, move.to, move.events_moved, "", None, False)
        for move in identity.unlink(user_id, anonymous_id)
    ]
