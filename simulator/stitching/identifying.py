"""What identity sees of a message: the identifiers of the event the mapping makes of it, as the fake reads them.

A mapping may give the customer further identifiers (``to = "actors.customer.email"``), take the two ids from elsewhere,
or leave one out. The shipped ones do not, so with them the admitted message says it all and no event is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fake_pointillist.identity.attribution import IdEvent
from fake_pointillist.intake import Refused, judge

if TYPE_CHECKING:
    from contracts.violations import Violation
    from simulator.mapping.apply import Mapping
    from simulator.segment.message import Admitted, Call

_TWO_IDS = {("/userId", "actors.customer.userId"), ("/anonymousId", "actors.customer.anonymousId")}
_TYPES: dict[Call, set[tuple[str | None, str | None]]] = {
    "identify": {("/event", None), (None, "identify")},
    "track": {("/event", None)},
}
"""Where an event type is what admission says it is, as (source, constant)."""
_TOLD = frozenset({"misspelt_id", "unjoined_identifier"})
"""Notes of the fake's intake that are about identifiers."""


def is_plain(mapping: Mapping) -> bool:
    """Say whether a mapping's events have exactly the ids and the event type of the admitted message."""
    for call, types in _TYPES.items():
        rules = [rule for rule in mapping.rules if call in rule.calls]
        actors = {(rule.source, rule.target) for rule in rules if rule.target.startswith("actors.")}
        if actors != _TWO_IDS:
            return False
        if any(rule.target == "eventType" and (rule.source, rule.value) not in types for rule in rules):
            return False
    return True


def of_admitted(seq: int, name: str, admitted: Admitted) -> IdEvent:
    """Return what identity sees of a message whose mapping :func:`is_plain`.

    Args:
        seq: Its place among the events, from 1.
        name: What it is called.
        admitted: What admission made of it.
    """
    _, _, user_id, anonymous_id, event_type, time_ms, *_ = admitted
    return IdEvent(seq, name, time_ms * 1000, user_id, anonymous_id, event_type == "identify", event_type)


def of_mapped(
    seq: int, name: str, payload: dict[str, Any], admitted: Admitted, mapping: Mapping
) -> tuple[IdEvent | None, tuple[Violation, ...]]:
    """Return what identity sees of a message, and what the fake notes about its identifiers.

    Without an event the second says why the fake refuses it; it is not empty then.

    Args:
        seq: Its place among the events, from 1.
        name: What it is called.
        payload: The message.
        admitted: What admission made of it.
        mapping: Makes the event.
    """
    verdict = judge(mapping.apply(payload, admitted).event)
    if isinstance(verdict, Refused):
        return None, verdict.violations
    ids = verdict.user_id, verdict.anonymous_id
    documented = verdict.event_type == "identify"
    event = IdEvent(seq, name, verdict.time_us, *ids, documented, verdict.event_type, verdict.others)
    return event, tuple(note for note in verdict.notes if note.code in _TOLD)
