"""Why an event, an id or two ids belong where they do: the chain of reasons, step by step. Pure.

Every step has the fact, the message it comes from, the rule and what that rests on; after them stands what was *not*
applied, and why (``interface.md`` 5). Nothing here decides anything: it reads
:class:`~fake_pointillist.identity.engine.Identity`.

JSON: ``{"subject", "belongs_to"|"same", "steps": [{"text", "message", "rule", "basis"}], "not_applied": [...]}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from fake_pointillist.errors import UnknownIdError
from fake_pointillist.identity.ledger import Anon
from fake_pointillist.identity.reasons import (
    Step,
    Why,
    basis_of,
    claimed_by,
    denied,
    more,
    named,
    not_applied,
    policy_step,
    refused_tracks,
    shown,
    why_text,
)
from fake_pointillist.identity.why_joins import (
    barred_steps,
    beside_steps,
    called,
    claim_steps,
    head_steps,
    refused_steps,
    unclaimed_step,
)
from fake_pointillist.identity.why_pair import explain_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fake_pointillist.identity.attribution import ActorIds, Attribution, Claim, IdEvent
    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.identity.ledger import User

_Row = TypeVar("_Row")

__all__ = ["Step", "Why", "explain_actor", "explain_event", "explain_pair", "why_text"]

_MOST_ROWS, _MOST_PARTS, _MOST_WAYS = 50, 5, 5
"""Claims, parts of a divided id, and fused users an actor's explanation names; the rest are counted."""


def explain_event(identity: Identity, event: IdEvent) -> Why:
    """Say why an event belongs to whom it belongs."""
    found = identity.attribute(event)
    steps: list[Step] = []
    against: list[Step] = []
    user_blocked = bool(event.user_id) and found.rule != "R8"
    if user_blocked:
        against.append(
            Step(f"not applied: userId {event.user_id}", "a placeholder is no identifier", None, "R5", "ours")
        )
    if found.rule == "R8":
        _named(identity, event, found, steps, against)
    elif found.rule == "R5":
        _nobody(event, steps, against)
    else:
        on = "its userId is no identifier" if user_blocked else "no userId on the event"
        anon = identity.best(event)
        carries = f"anonymousId {event.anonymous_id}" if anon is None else f"{anon.name} {anon.plain}"
        steps.append(Step(f"carries {carries}", on, event.message, "R11", None))
        _by_anonymous_id(identity, event, found, steps, against)
        against += refused_steps(identity, event)
    heading = f"{event.message}  {event.event_type}  {shown(event.time_us)}"
    return Why(event.message, heading, found.actor, None, tuple(steps), tuple(against))


def explain_actor(identity: Identity, actor: str) -> Why:
    """Say what an actor (``user:U``, ``anon:A``, or a plain id) is made of, and what was kept out of it.

    Raises:
        UnknownIdError: No such id was seen.
    """
    node = identity.find(actor)
    if node is None:
        raise UnknownIdError(f"no event carries the id {actor!r}")
    if isinstance(node, Anon):
        return _explain_anon(identity, node)
    return _explain_user(identity, node)


def _explain_user(identity: Identity, user: User) -> Why:
    listed = identity.actor(f"user:{user.value}")
    name = f"user:{user.value}" if listed is None else listed.actor
    owned = [anon for anon in sorted(user.anons, key=_value) if identity.owns(user, anon)]
    kept_out = [anon.firsts[user.value] for anon in sorted(user.anons, key=_value) if not identity.owns(user, anon)]
    kept_out += [claim for anon in owned for claim in _refused(identity, anon) if claim.user_id != user.value]

    def claimed(anon: Anon) -> Step:
        share = identity.shares(anon).get(name, 0)
        part = "" if share == anon.only else f"{share:,} of "
        events = f", {part}{more(anon.only, 'event')}"
        first, *rest = claim_steps(anon, anon.firsts[user.value], extra=events)
        return first._replace(detail=first.detail + events) if rest else first

    steps = [
        Step(f"named by {more(user.named, 'event')}", "an event that names a user is theirs", None, "R8", "inferred"),
        *_first(owned, claimed),
        *(_fused(identity, listed, user) if listed is not None else ()),
    ]
    heading = f"{user.value}  {more(listed.events if listed else 0, 'event')}"
    return Why(name, heading, name, None, tuple(steps), _against(identity, kept_out))


def _refused(identity: Identity, anon: Anon) -> list[Claim]:
    """Return the claims on an id that are not applied, in order."""
    if len(anon.firsts) == 1 and anon.refused is None and anon.owner is not None:
        return []
    claims = sorted(anon.firsts.values())
    return [claim for claim in claims if not identity.owns(identity.user(claim.user_id), anon)]


def _against(identity: Identity, claims: list[Claim]) -> tuple[Step, ...]:
    def kept_out(claim: Claim) -> Step:
        anon = identity.claimed(claim)
        return denied(identity, anon, claim)

    return tuple(_first(claims, kept_out))


def _fused(identity: Identity, actor: ActorIds, asked: User) -> list[Step]:
    """Say how many users ``graph`` has made one, and by which claims; first how the one asked about came to it."""
    others = sorted(
        (value for value in actor.user_ids if value != actor.user_id), key=lambda value: (value != asked.value, value)
    )
    if not others:
        return []
    text = f"{more(len(actor.user_ids), 'user')} fused"
    steps = [Step(text, "graph makes one of them", None, None, "ours")]
    steps += [explain_pair(identity, actor.actor, f"user:{value}").steps[-1] for value in others[:_MOST_WAYS]]
    if len(others) > _MOST_WAYS:
        steps.append(Step(f"and {more(len(others) - _MOST_WAYS, 'user')} more", "", None, None, "ours"))
    return steps


def _explain_anon(identity: Identity, anon: Anon) -> Why:
    shares = identity.shares(anon)
    owners = list(shares) or identity.owners_of(anon) or [anon.actor]
    steps = [
        Step(f"{more(anon.only, 'event')} with only {called(anon)}", "no userId on them", anon.message, "R11", None)
    ]
    steps += beside_steps(anon)
    claims = [claim for claim in sorted(anon.firsts.values()) if identity.owns(identity.user(claim.user_id), anon)]
    told = dict.fromkeys(step for claim in claims[:_MOST_ROWS] for step in claim_steps(anon, claim))
    steps += [step for step in told if step not in steps]
    untold = len(claims) - _MOST_ROWS
    steps += [Step(f"and {untold:,} more", "", None, None, None)] if untold > 0 else []
    steps += policy_step(identity) if anon.firsts else ()
    if len(shares) > 1:
        parts = [f"{named(actor)} {count:,}" for actor, count in shares.items()]
        rest = [f"{len(parts) - _MOST_PARTS:,} more"] if len(parts) > _MOST_PARTS else []
        steps.append(Step("its events are divided", ", ".join(parts[:_MOST_PARTS] + rest), None, "R11", "ours"))
    if not anon.firsts:
        steps.append(unclaimed_step(called(anon), anon))
    against = (*_against(identity, _refused(identity, anon)), *barred_steps(anon), *refused_tracks(anon))
    subject, heading = anon.own, f"{called(anon)}  {more(anon.only, 'event')}"
    return Why(subject, heading, owners[0], None, tuple(steps), against, also=tuple(owners[1:]))


def _named(identity: Identity, event: IdEvent, found: Attribution, steps: list[Step], against: list[Step]) -> None:
    steps.append(
        Step(f"names userId {event.user_id}", "an event that names a user is theirs", event.message, "R8", "inferred")
    )
    if found.was is not None and found.actor is not None:
        pair = explain_pair(identity, found.was, found.actor)
        steps += pair.steps
    for name, value, anon in identity.carried(event):
        if anon is None:
            text = f"not applied: {name} {value}"
            against.append(Step(text, "a placeholder is no identifier", event.message, "R5", "ours"))
        elif event.user_id in anon.firsts:
            claim = anon.firsts[event.user_id]
            user = identity.user(claim.user_id)
            if not identity.owns(user, anon):
                against.append(denied(identity, anon, claim))
            elif claim.message == event.message:
                text = f"claims {name} {value}"
                steps.append(Step(text, claimed_by(claim), event.message, "R9", basis_of(claim)))
        else:
            against += refused_tracks(anon, event.user_id)
    against += refused_steps(identity, event)


def _nobody(event: IdEvent, steps: list[Step], against: list[Step]) -> None:
    against.clear()
    for key, value in (("userId", event.user_id), ("anonymousId", event.anonymous_id), *event.others):
        if value:
            text = f"carries {key} {value}"
            steps.append(Step(text, "a placeholder is no identifier", event.message, "R5", "ours"))
    carries = event.user_id or event.anonymous_id or event.others
    lacks = "no usable id on the event" if carries else "no userId and no anonymousId on it"
    steps.append(Step(lacks, "stored, and nobody's", event.message, "R5", "ours"))


def _by_anonymous_id(
    identity: Identity, event: IdEvent, found: Attribution, steps: list[Step], against: list[Step]
) -> None:
    anon = identity.best(event)
    if anon is None or not anon.firsts:
        steps.append(unclaimed_step(event.anonymous_id or "" if anon is None else called(anon), anon))
    if anon is None:
        return
    claim = found.claim
    if claim is not None:
        reasons = claim_steps(anon, claim, day=event.time_us)
        steps += reasons
        order = _order(event, found, claim)
        steps.append(order._replace(basis="ours") if reasons[-1].basis == "ours" or len(reasons) > 1 else order)
    else:
        steps += head_steps(anon)
    if anon.firsts:
        steps += policy_step(identity)
    against += (*not_applied(identity, anon, event, claim), *barred_steps(anon))
    if claim is not None and identity.policy.fuses and found.actor != f"user:{claim.user_id}":
        steps += explain_pair(identity, f"user:{claim.user_id}", found.actor or "").steps


def _order(event: IdEvent, found: Attribution, claim: Claim) -> Step:
    """Say how the event and the claim stand in time, and what that means."""
    if event.time_us < claim.time_us:
        text = f"{event.message} is earlier than {claim.message}"
        if found.was is not None:
            return Step(text, f"re-attributed, was {named(found.was)}", event.message, None, "seed")
        return Step(text, f"already claimed by {claim.message} when it arrived", event.message, None, "seed")
    text = f"{event.message} is not earlier than {claim.message}"
    if found.was is not None:
        return Step(text, f"re-attributed, was {named(found.was)}", event.message, "R11", "inferred")
    return Step(text, "before and after the claim alike", event.message, "R11", "inferred")


def _first(rows: Sequence[_Row], step: Callable[[_Row], Step]) -> list[Step]:
    """Return the steps of the first rows, and say how many are left out: a thousand are no explanation."""
    rest = len(rows) - _MOST_ROWS
    steps = [step(row) for row in rows[:_MOST_ROWS]]
    return [*steps, Step(f"and {rest:,} more", "", None, None, None)] if rest > 0 else steps


def _value(one: User | Anon) -> str:
    return one.value
