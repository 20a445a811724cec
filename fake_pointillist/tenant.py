"""One tenant: what a token's events, refusals, identities, faults and listeners are.

Events come in by :meth:`Tenant.take`; everything that is asked of them is in :mod:`fake_pointillist.wire.readings`.
What is held in memory is a function of the store: :mod:`fake_pointillist.restoring` makes it again after a restart.
Callers hold the server's lock; nothing in here awaits.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson

from contracts.codes import violation
from fake_pointillist.bell import Bell
from fake_pointillist.event_warnings import EventWarnings
from fake_pointillist.faults import Faults
from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.merge_log import MergeLog
from fake_pointillist.intake import Accepted, Refused
from fake_pointillist.keeping import Keeping
from fake_pointillist.records import ACCEPTED, REFUSED, Taken
from fake_pointillist.rereading import Unlink
from fake_pointillist.storage import identifiers
from fake_pointillist.storage.commits import SAFE
from fake_pointillist.storage.statements import INSERT_BODY, INSERT_EVENT, INSERT_RAW
from fake_pointillist.storage.store import message_digest, row_of, seq_of
from fake_pointillist.storage.sweeping import renumber

if TYPE_CHECKING:
    from contracts.violations import Violation
    from fake_pointillist.identity.attribution import IdWarning, Move
    from fake_pointillist.intake import Verdict
    from fake_pointillist.records import OnViolation, Rules
    from fake_pointillist.rereading import Rereading
    from fake_pointillist.storage.commits import Commit
    from fake_pointillist.storage.statements import Write
    from fake_pointillist.storage.store import Store

_INSERT_TENANT = "INSERT OR IGNORE INTO tenant (number, digest) VALUES (?, ?)"
_INSERT_NAME = "INSERT OR REPLACE INTO name VALUES (?, ?, ?)"
_COUNT = "INSERT INTO tally VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET n = n + 1"
_FIND_MESSAGE = "SELECT row FROM event WHERE message_id = ? AND row BETWEEN ? AND ? AND status > 0 LIMIT 1"
_FIND_SEEN = "SELECT row FROM seen WHERE digest = ?"
_RECENT = 50_000
"""Message ids remembered in memory: more than can ever wait for a commit, which is what the store does not show yet."""
_NOTHING = b"[]"


class Tenant:
    """One token's world.

    Args:
        store: Where it is kept.
        number: Its number in the store, from 1; another one after each reset.
        digest: The digest of its token; the token itself is never held.
        rules: The server's.

    Attributes:
        seq: Number of events and refusals so far; the newest one's ``seq``.
        generation: Resets so far; part of every event id, so that an old id never names a new event.
        accepted: Events accepted, dropped ones included.
        refused: Refusals, dropped ones included.
        duplicates: Posts answered ``duplicate``.
        keeping: Which events are kept.
        by_type: Accepted events by event type.
        refused_by_type: Refusals by event type, where that is text.
        warnings: Findings on accepted events by code.
        identity: Who is who.
        merges: The merge log.
        unlinks: Claims taken away, in order.
        rereading: The reading under another policy that is under way, or ``None``.
        faults: What strikes its posts.
        policy, options, on_violation: Its settings: the identity policy in force with its options, and what becomes of
            an event that breaks a hard rule. At first what the server's rules say.
        bell: Rung whenever something of it has changed and is settled.
    """

    def __init__(self, store: Store, number: int, digest: bytes, rules: Rules) -> None:
        self.store = store
        self.number = number
        self.digest = digest
        self.rules = rules
        self.generation = 0
        self.faults = Faults()
        self.bell = Bell()
        self.is_stored = False
        self.choose({})
        self.clear()

    def choose(self, chosen: dict[str, Any]) -> None:
        """Follow these settings, as the store keeps them; what they leave out is as the server's rules say."""
        self._chosen = chosen
        self.policy: str = chosen.get("policy", self.rules.policy)
        self.options = Options(**chosen["options"]) if "options" in chosen else self.rules.options
        self.on_violation: OnViolation = chosen.get("on_violation", self.rules.on_violation)

    def clear(self) -> None:
        """Forget everything in memory but settings, faults and listeners."""
        self._commit: Commit | None = SAFE
        self.seq = 0
        self.accepted = self.refused = self.duplicates = 0
        self.by_type: Counter[str] = Counter()
        self.refused_by_type: Counter[str] = Counter()
        self.warnings: Counter[str] = Counter()
        self.identity = Identity(self.policy, self.options)
        self.event_warnings = EventWarnings()
        self.merges = MergeLog()
        self.unlinks: list[Unlink] = []
        self.rereading: Rereading | None = None
        self._recent: dict[str, int] = {}
        self.keeping = Keeping(self.number, self.rules.keep)

    def event_id(self, seq: int) -> str:
        """Return the id of event ``seq``."""
        return f"e{self.generation}-{seq}"

    def seq_of_id(self, event_id: str) -> int | None:
        """Return the ``seq`` an event id names, or ``None`` where it is none of this tenant's present ones."""
        generation, dash, seq = event_id.removeprefix("e").partition("-")
        plain = dash and generation.isascii() and seq.isascii() and generation.isdigit() and seq.isdigit()
        if not plain or len(seq) > 12 or not event_id.startswith("e") or generation != str(self.generation):
            return None
        return int(seq) if self.floor < int(seq) <= self.seq else None

    @property
    def is_ahead(self) -> bool:
        """Whether its memory holds what the store has lost, or never took."""
        return self._commit is None or self._commit.failure is not None

    @property
    def floor(self) -> int:
        """The newest ``seq`` that is no longer kept; 0 where all are."""
        return self.keeping.floor(self.seq)

    def take(self, verdict: Verdict, message_id: str | None, now_us: int, body: bytes) -> Taken:
        """Take one event, or its refusal, into the store, the counts and the identities.

        Args:
            verdict: What the hard rules say.
            message_id: Of the header, or ``None``.
            now_us: Arrival.
            body: The body as it came, decompressed.
        """
        if message_id is not None and type(verdict) is Accepted:
            first = self._known(message_id)
            if first is not None:
                return self._duplicate(first)
        self.seq = seq = self.seq + 1
        row = row_of(self.number, seq)
        event_id = self.event_id(seq)
        if type(verdict) is Accepted:
            return self._accept(verdict, row, event_id, message_id, now_us, body)
        assert type(verdict) is Refused
        return self._refuse(verdict, row, event_id, message_id, now_us, body)

    def _accept(  # noqa: PLR0917 - one call, in one place
        self, verdict: Accepted, row: int, event_id: str, message_id: str | None, now_us: int, body: bytes
    ) -> Taken:
        event, is_as_sent, event_type, time_us, user_id, anonymous_id, notes, others = verdict
        seq = self.seq
        found = notes + self.event_warnings.of(event, time_us, now_us)
        known_as, documented = message_id or event_id, event_type == "identify"
        id_event = IdEvent(seq, known_as, time_us, user_id, anonymous_id, documented, event_type, others)
        added = self.identity.ingest(id_event)
        if added.warnings:
            found += tuple(map(_identity_warning, added.warnings))
        if added.moves:
            self.merges.add(added.moves, seq)
        if self.rereading is not None:
            self.rereading.follow(id_event)
        if self.rules.keep is not None:
            self.keeping.events.append(id_event)
        self.accepted += 1
        self.by_type[event_type] += 1
        findings, told = _NOTHING, None
        if found:
            self.warnings.update(finding.code for finding in found)
            findings = orjson.dumps([finding.to_json() for finding in found])
            told = findings.decode()
        number = self.number
        values = (row, number, ACCEPTED, now_us, event_type, time_us, user_id, anonymous_id, message_id, told)
        more = tuple(identifiers.writes(number, row, time_us, others)) if others else ()
        commit = self._write(values, (INSERT_BODY, (row, body if is_as_sent else orjson.dumps(event))), more)
        if message_id is not None:
            self._remember(message_id, seq)
        return Taken("accepted", event_id, findings, commit)

    def _refuse(  # noqa: PLR0917 - one call, in one place
        self, verdict: Refused, row: int, event_id: str, message_id: str | None, now_us: int, body: bytes
    ) -> Taken:
        self.refused += 1
        if verdict.event_type is not None:
            self.refused_by_type[verdict.event_type] += 1
        findings = orjson.dumps([finding.to_json() for finding in verdict.violations])
        values = (
            *(row, self.number, REFUSED, now_us, verdict.event_type, None, None, None, message_id),
            findings.decode(),
        )
        is_json = all(finding.code != "not_json" for finding in verdict.violations)
        commit = self._write(values, (INSERT_BODY, (row, body)) if is_json else (INSERT_RAW, (row, body[:4096])))
        status = "refused" if self.on_violation == "reject" else "recorded"
        return Taken(status, event_id, findings, commit)  # type: ignore[arg-type]  # a conditional of two literals

    def _write(self, values: tuple[Any, ...], body: Write, more: tuple[Write, ...] = ()) -> Commit:
        writes: list[Write] = [(INSERT_EVENT, values), body, *more]
        if not self.is_stored:
            writes.insert(0, self._introduction())
        fresh = self.event_warnings.fresh
        if fresh:
            writes.extend((_INSERT_NAME, (self.number, name, kind)) for name, kind in fresh)
            fresh.clear()
        if self.rules.keep is not None:
            writes.extend(self.keeping.drop(self.seq, self.identity))
        return self._hand_over(writes)

    def _hand_over(self, writes: list[Write]) -> Commit:
        """Have the store write down what the memory holds by now."""
        self._commit = None  # unless the store takes it
        self._commit = commit = self.store.write(writes)
        return commit

    def _introduction(self) -> Write:
        self.is_stored = True
        return (_INSERT_TENANT, (self.number, self.digest))

    def _duplicate(self, first: int) -> Taken:
        self.duplicates += 1
        commit = self._hand_over([(_COUNT, (self.number, "duplicates"))])
        return Taken("duplicate", self.event_id(first), _NOTHING, commit)

    def _known(self, message_id: str) -> int | None:
        """Return the ``seq`` of the accepted event that carried this message id."""
        recent = self._recent.get(message_id)
        if recent is not None:
            return recent
        if not self.seq:
            return None
        span = (row_of(self.number, 0), row_of(self.number, self.seq))
        rows = self.store.read(_FIND_MESSAGE, (message_id, *span))
        if not rows and self.keeping.trimmed:
            rows = self.store.read(_FIND_SEEN, (message_digest(self.number, message_id),))
        return seq_of(rows[0][0]) if rows else None

    def _remember(self, message_id: str, seq: int) -> None:
        self._recent[message_id] = seq
        if len(self._recent) > _RECENT:
            del self._recent[next(iter(self._recent))]

    def reset(self, number: int) -> Commit:
        """Forget every event and fault and go on under a new number; return the commit. Settings stay."""
        introduction = self._introduction()
        old, self.number = self.number, number
        self.generation += 1
        self.clear()
        self.faults.clear()
        return self._hand_over([introduction, *renumber(old, number, self.generation)])

    def adopt(self, reading: Rereading) -> Commit:
        """Follow a reading that has caught up, and its policy, from now on; return the commit."""
        commit = self._set(policy=reading.policy, options=reading.options.to_json())
        self.identity, self.merges, self.rereading = reading.identity, reading.merges, None
        return commit

    def treat_violations(self, on_violation: OnViolation) -> Commit:
        """Reject events that break a hard rule, or record them, from now on; return the commit."""
        return self._set(on_violation=on_violation)

    def _set(self, **settings: Any) -> Commit:
        self.choose(self._chosen | settings)
        statement = "UPDATE tenant SET settings = ? WHERE number = ?"
        return self._hand_over([self._introduction(), (statement, (orjson.dumps(self._chosen), self.number))])

    def unlink(self, user_id: str, anonymous_id: str) -> tuple[tuple[Move, ...], Commit]:
        """Delete a user's claims on an anonymousId (R14); return what moved, and the commit."""
        moves: tuple[Move, ...] = self.identity.unlink(user_id, anonymous_id)
        self.merges.add(moves, self.seq)
        unlink = Unlink(self.seq, user_id, anonymous_id)
        self.unlinks.append(unlink)
        if self.rereading is not None:
            self.rereading.follow(unlink)
        deed = "INSERT INTO deed (tenant, after_seq, user_id, anonymous_id) VALUES (?, ?, ?, ?)"
        return moves, self._hand_over([self._introduction(), (deed, (self.number, *unlink))])

    def count(self, status: str, event_type: str | None) -> int:
        """Return how many events are ``accepted`` or ``refused``, of one type or of all."""
        if event_type is None:
            return self.accepted if status == "accepted" else self.refused
        return self.by_type[event_type] if status == "accepted" else self.refused_by_type[event_type]


def _identity_warning(warning: IdWarning) -> Violation:
    path = f"/actors/customer{warning.path}" if warning.path else "/actors"
    return violation(warning.code, path, warning.text)
