"""Who is who after these messages: admission, the mapping where it matters, then identity; a stream of any length.

The engine is :class:`fake_pointillist.identity.engine.Identity`, the same one the fake uses as events arrive. Nothing
is kept a message but for its messageId (R2) and, where message lists are asked for, a row in a temporary SQLite file
(:mod:`simulator.stitching.spill`); what is kept grows with the ids, not with the messages.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from fake_pointillist.identity.attribution import IdEvent, IdWarning, Move, Options
from fake_pointillist.identity.engine import DEFAULT_POLICY, Identity
from fake_pointillist.identity.id_warnings import STANDING
from simulator.segment.message import Discarded
from simulator.stitching.identifying import is_plain, of_admitted, of_mapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.violations import Violation
    from simulator.mapping.apply import Mapping as EventMapping
    from simulator.segment.admission import Admission
    from simulator.segment.message import Received
    from simulator.stitching.spill import Spill

IGNORED = frozenset({"UNSUPPORTED_EVENT_TYPE", "FILTERED_BY_INTEGRATIONS_OBJECT", "duplicate_message_id"})
"""Discards that are nobody's mistake; every other discard is a rejection."""

_WARNED_DISCARDS: Mapping[str, str] = {
    "UNSUPPORTED_EVENT_TYPE": "unsupported_call",
    "duplicate_message_id": "duplicate_message_id",
}
_ID_NOTES = frozenset({"non_string_id", "misspelt_id", "unjoined_identifier"})
"""Notes of admission, and of the fake, that are about identity."""

EXAMPLES = 5
"""Findings kept in memory of each warning code, for people; the lists are in the spill."""

_NO_OPTIONS = Options()


class Asked(NamedTuple):
    """A message ``--why`` may mean: the event it became, or why it became none.

    Attributes:
        event: The event.
        discarded: Why it never left Segment.
        refused: Why the fake refuses the event the mapping makes of it.
    """

    event: IdEvent | None = None
    discarded: Discarded | None = None
    refused: Violation | None = None


@dataclass(slots=True)
class Warned:
    """The findings of one warning code: how many, over how many messages, and the first few."""

    findings: int = 0
    messages: int = 0
    examples: list[IdWarning] = field(default_factory=list)

    def add(self, warning: IdWarning) -> None:
        """Count a finding in."""
        self.findings += 1
        self.messages += len(warning.message_ids)
        if len(self.examples) < EXAMPLES:
            self.examples.append(warning)

    @property
    def text(self) -> str:
        """Return the first finding in words, and how many more there are."""
        more = self.findings - 1
        return f"{self.examples[0].text}{f' (and {more:,} more)' if more else ''}"


class Stitching:
    """One run of ``stitch``.

    Attributes:
        identity: The engine.
        messages: How many messages were read.
        events: How many of them became events.
        ignored, rejected: Discards by code.
        merges: The merge log, in order of arrival.
        warned: The findings by code; complete once :meth:`finish` was called.
        asked: The messages of the names asked for.
    """

    def __init__(
        self,
        policy: str = DEFAULT_POLICY,
        options: Options = _NO_OPTIONS,
        *,
        mapping: EventMapping | None = None,
        spill: Spill | None = None,
        ask: Iterable[str] = (),
    ) -> None:
        """Start a run.

        Args:
            policy: A name of :data:`fake_pointillist.identity.policies.POLICIES`.
            options: Its knobs.
            mapping: Makes the events; ``None`` where they carry a userId and an anonymousId as the messages do.
            spill: Takes what is kept a message; without it message lists cannot be given.
            ask: Names of messages to remember, for ``--why``.

        Raises:
            UnknownPolicyError: No policy of that name.
        """
        self.identity = Identity(policy, options)
        self.messages = 0
        self.events = 0
        self.ignored: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.merges: list[Move] = []
        self.warned: dict[str, Warned] = {}
        self.asked: dict[str, Asked] = dict.fromkeys(ask, Asked())
        self._mapping = None if mapping is None or is_plain(mapping) else mapping
        self._spill = spill

    def feed(self, messages: Iterable[Received], admission: Admission) -> None:
        """Read messages to the end of the stream."""
        admit, ingest, spill, asked = admission.admit, self.identity.ingest, self._spill, self.asked
        mapping = self._mapping
        for received in messages:
            self.messages += 1
            admitted = admit(received.payload, received.received_at)
            name = admitted.message_id or f"#{received.index + 1}"
            if isinstance(admitted, Discarded):
                self._discard(name, _as_read(received, admitted))
                continue
            event: IdEvent | None
            if mapping is None:
                event = of_admitted(self.events + 1, name, admitted)
            else:
                event, said = of_mapped(self.events + 1, name, received.payload, admitted, mapping)
                if event is None:
                    self._refuse(name, said[0])
                    continue
                self._note(name, said)
            self.events += 1
            change = ingest(event)
            if spill is not None:
                spill.event(event)
            if change.moves:
                self.merges += change.moves
            if change.warnings:
                for warning in change.warnings:
                    if warning.code not in STANDING:
                        self._warn(warning)
            if admitted.notes:
                self._note(name, admitted.notes)
            if name in asked:
                asked[name] = Asked(event)

    def unlink(self, user_id: str, anonymous_id: str) -> bool:
        """Take a user's claims on an anonymousId, or ``id:NAME:VALUE``, away; return whether there were any."""
        claims = self.identity.claims(anonymous_id)
        self.merges += self.identity.unlink(user_id, anonymous_id)
        return any(claim.user_id == user_id for claim in claims)

    def finish(self) -> None:
        """Add the warnings that hang on the whole set of events; to be called once, after the last message."""
        for warning in sorted(self.identity.warnings()):
            self._warn(warning)

    def _discard(self, name: str, discarded: Discarded) -> None:
        code = discarded.code
        is_ignored = code in IGNORED
        (self.ignored if is_ignored else self.rejected)[code] += 1
        if self._spill is not None:
            self._spill.discard(name, code, is_ignored=is_ignored)
        if code in _WARNED_DISCARDS:
            self._warn(IdWarning(_WARNED_DISCARDS[code], (name,), discarded.message, discarded.path))
        self._note(name, discarded.notes)
        if name in self.asked and self.asked[name].event is None:
            self.asked[name] = Asked(discarded=discarded)

    def _refuse(self, name: str, why: Violation) -> None:
        """Take note of a message whose event the fake would refuse: the mapping leaves it without an identifier."""
        self.rejected[why.code] += 1
        if self._spill is not None:
            self._spill.discard(name, why.code, is_ignored=False)
        if name in self.asked and self.asked[name].event is None:
            self.asked[name] = Asked(refused=why)

    def _note(self, name: str, notes: Iterable[Violation]) -> None:
        for note in notes:
            code, text, path = note.code, note.message, note.path
            if code in _ID_NOTES:
                self._warn(IdWarning(code, (name,), text, path))

    def _warn(self, warning: IdWarning) -> None:
        warned = self.warned.get(warning.code)
        if warned is None:
            warned = self.warned[warning.code] = Warned()
        warned.add(warning)
        if self._spill is not None:
            self._spill.warning(warned.findings, warning)


def _as_read(received: Received, discarded: Discarded) -> Discarded:
    """Return why a message never was one: a line that was not read is no ``null``, which stands for it."""
    for note in received.notes:
        if note.code == "line_too_long":
            return replace(discarded, code=note.code, path=note.path, message=note.message)
    return discarded
