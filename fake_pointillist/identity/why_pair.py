"""Why two ids are one actor, or are not. Pure."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from fake_pointillist.errors import UnknownIdError
from fake_pointillist.identity.forest import way
from fake_pointillist.identity.ledger import Anon
from fake_pointillist.identity.reasons import Step, Why, denied, named, policy_step, spoken
from fake_pointillist.identity.why_joins import (
    barred_steps,
    between_steps,
    called,
    claim_steps,
    refused_pair,
    unclaimed_step,
)

if TYPE_CHECKING:
    from fake_pointillist.identity.attribution import Claim
    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.identity.ledger import User


def explain_pair(identity: Identity, a: str, b: str) -> Why:
    """Say why two ids (plain, or written ``user:U``, ``anon:A``) are one actor, or are not.

    Under ``graph`` the steps are the claims that made the two one, bridge by bridge: their way in the proof forest.

    Raises:
        UnknownIdError: One of the two was never seen.
    """
    nodes = []
    for value in (a, b):
        node = identity.find(value)
        if node is None:
            raise UnknownIdError(f"no event carries the id {value!r}")
        nodes.append(node)
    one, other = nodes
    joins = between_steps(one, other)
    if joins is not None:
        return _why(one, other, tuple(joins), (), same=True)
    if identity.policy.fuses:
        return _by_graph(identity, one, other)
    shared = [actor for actor in _actors(identity, one) if actor in _actors(identity, other)]
    steps = [*_own(identity, one), *(_own(identity, other) if other is not one else ())]
    against: list[Step] = []
    if not shared:
        against = _apart(identity, one, other)
        if all(actor.startswith("user:") for node in nodes for actor in _actors(identity, node)):
            steps.append(Step("two users are two actors", "users are never merged with users", None, "R8", "ours"))
    steps += policy_step(identity)
    return _why(one, other, tuple(steps), tuple(against), same=bool(shared))


def _by_graph(identity: Identity, one: User | Anon, other: User | Anon) -> Why:
    chain = way(one, other)
    if chain is None:
        steps = [Step("no chain of claims connects the two", "policy graph", None, None, "ours")]
        return _why(one, other, tuple(steps), (), same=False)
    if not chain:
        return _why(one, other, (Step("the two are one id", "", None, None, None),), (), same=True)
    steps = [step for claim in chain for step in claim_steps(identity.claimed(claim), claim)]
    steps.append(Step(_way(one, chain), f"{_bridges(chain)} (policy graph)", None, None, "ours"))
    return _why(one, other, tuple(steps), (), same=True)


def _way(start: User | Anon, chain: list[Claim]) -> str:
    """Return ``sam - l2 - s-2 - l3 - uma``."""
    parts = [called(start)]
    at_anon = isinstance(start, Anon)
    for claim in chain:
        parts += [claim.message, claim.user_id if at_anon else spoken(claim.anonymous_id)]
        at_anon = not at_anon
    return " - ".join(parts)


def _bridges(chain: list[Claim]) -> str:
    bridges = [
        spoken(before.anonymous_id)
        for before, after in pairwise(chain)
        if before.anonymous_id == after.anonymous_id and before.user_id != after.user_id
    ]
    if not bridges:
        return "one claim after the other"
    return f"{', '.join(bridges)} {'is the bridge' if len(bridges) == 1 else 'are the bridges'}"


def _actors(identity: Identity, node: User | Anon) -> tuple[str, ...]:
    if isinstance(node, Anon):
        return tuple(identity.owners_of(node)) or (node.actor,)
    return (f"user:{node.value}",)


def _own(identity: Identity, node: User | Anon) -> list[Step]:
    """Say whom one id belongs to."""
    if not isinstance(node, Anon):
        return [
            Step(f"{node.value} is a userId", "an event that names a user is theirs", node.message, "R8", "inferred")
        ]
    claims = [claim for claim in sorted(node.firsts.values()) if identity.owns(identity.user(claim.user_id), node)]
    if claims:
        return [step for claim in claims for step in claim_steps(node, claim)]
    what = called(node)
    if node.firsts:
        return [Step(f"no claim on {what} is applied", "it is an actor of its own", node.message, "R11", "ours")]
    return [unclaimed_step(what, node)._replace(message=node.message)]


def _apart(identity: Identity, one: User | Anon, other: User | Anon) -> list[Step]:
    """Say what could have joined two ids and was not applied."""
    rows = refused_pair(one, other)
    for node, beside in ((one, other), (other, one)):
        if not isinstance(node, Anon):
            continue
        wanted = {beside.value} if not isinstance(beside, Anon) else set(beside.firsts)
        rows += [
            denied(identity, node, claim)
            for claim in sorted(node.firsts.values())
            if claim.user_id in wanted and not identity.owns(identity.user(claim.user_id), node)
        ]
        rows += barred_steps(node, wanted)
    if not isinstance(one, Anon) and not isinstance(other, Anon):
        shared = [anon for anon in one.anons if other.value in anon.firsts]
        for anon in shared[:20]:
            pair = sorted((anon.firsts[one.value], anon.firsts[other.value]))
            messages = " and ".join(claim.message for claim in pair)
            text = f"not applied: {called(anon)} joins them"
            detail = f"claimed by both, {messages}; only graph fuses users"
            rows.append(Step(text, detail, pair[1].message, "R12", "ours"))
    return rows


def _why(
    one: User | Anon, other: User | Anon, steps: tuple[Step, ...], against: tuple[Step, ...], *, same: bool
) -> Why:
    names = [node.own if isinstance(node, Anon) else f"user:{node.value}" for node in (one, other)]
    heading = " and ".join(named(name) for name in names)
    return Why(", ".join(names), heading, None, same, steps, against)
