"""The actor identifiers of an event: which say who is who, and what is wrong with the others. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.codes import violation
from contracts.violations import Violation, pointer
from contracts.wording import shown, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fake_pointillist.identity.attribution import Identifiers

PRIMARY_ACTOR = "customer"
"""The actor type whose ids are stitched; compared without case."""
JOINED = frozenset({"userId", "anonymousId"})
"""The identifiers of that actor that Segment sends; any other one of it joins people as well, if it is not misspelt."""
MISSPELT = frozenset({"anonymousID", "anonymous_id", "anonymousid", "userID", "user_id", "userid"})
"""Identifier names of the customer that look like the two ids and are not; they join nothing."""


def read_identifiers(
    actors: Any, present: bool, broken: list[Violation], notes: list[Violation]
) -> tuple[str | None, str | None, Identifiers]:
    """Check the identifiers of every actor type; return the customer's two ids, and its others.

    Args:
        actors: The event's ``actors``, whatever it is.
        present: Whether the event has that key.
        broken: Gets the hard rules that are broken: ``no_actor``, ``id_not_string``.
        notes: Gets ``misspelt_id`` and ``unjoined_identifier``.
    """
    if type(actors) is not dict:
        what = f"actors is {told(actors)}, not an object" if present else "the event has no actors"
        broken.append(violation("no_actor", "/actors", what))
        return None, None, ()
    found = has_others = False
    faults = len(broken)
    ids: dict[str, str] = {}
    for actor_type, identifiers in actors.items():
        if type(identifiers) is not dict:
            path = pointer("actors", actor_type)
            broken.append(violation("no_actor", path, f"actor {shown(actor_type)} is {told(identifiers)}"))
            continue
        primary = actor_type == PRIMARY_ACTOR or actor_type.lower() == PRIMARY_ACTOR
        for name, identifier in identifiers.items():
            if type(identifier) is str:
                text = identifier
            elif identifier is None:
                continue
            else:
                path = pointer("actors", actor_type, name)
                broken.append(violation("id_not_string", path, f"identifier {shown(name)} is {told(identifier)}"))
                continue
            if text:
                found = True
                if primary and ids.setdefault(name, text) != text and name not in MISSPELT:
                    notes.append(_second(actor_type, name, ids[name]))
        if not primary or not identifiers.keys() <= JOINED:
            has_others = True
            notes.extend(_unjoined(actor_type, identifiers, primary=primary))
    if not found and len(broken) == faults:
        broken.append(violation("no_actor", "/actors", "no actor has a non-empty identifier"))
    return ids.get("userId"), ids.get("anonymousId"), others_of(ids) if has_others else ()


def others_of(ids: Mapping[str, str]) -> Identifiers:
    """Return those of the customer's identifiers that join people and are neither userId nor anonymousId."""
    return tuple(sorted((name, value) for name, value in ids.items() if name not in JOINED and name not in MISSPELT))


def _second(actor_type: str, name: str, first: str) -> Violation:
    """Return the note on an identifier of an actor type that the event has in two spellings."""
    what = f"identifier {shown(name)} of actor {shown(actor_type)} joins nothing: the event says {shown(first)} before"
    return violation("unjoined_identifier", pointer("actors", actor_type, name), what)


def _unjoined(actor_type: str, identifiers: dict[str, Any], *, primary: bool) -> Iterator[Violation]:
    """Yield a note for each identifier that is stored but joins no events: those of other actors are nobody's own."""
    for name, identifier in identifiers.items():
        path = pointer("actors", actor_type, name)
        if primary and name in MISSPELT:
            what = f"identifier {name} is neither userId nor anonymousId and joins nothing"
            yield violation("misspelt_id", path, what)
        elif identifier and not primary:
            what = f"identifier {shown(name)} of actor {shown(actor_type)} is stored, and joins no events here"
            yield violation("unjoined_identifier", path, what)
