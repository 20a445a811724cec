"""The reasons identifiers are joined, or are not: steps for a chain of reasons. Pure; all of them ``ours``."""

from __future__ import annotations

from heapq import nsmallest
from typing import TYPE_CHECKING

from fake_pointillist.identity.ledger import Anon, Other
from fake_pointillist.identity.reasons import Step, claim_step, shown, spoken

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from fake_pointillist.identity.attribution import Claim, IdEvent
    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.identity.joins import Join
    from fake_pointillist.identity.ledger import Id

_MOST = 20
"""Joins one chain of reasons names; the rest are counted."""


def called(one: Id) -> str:
    """Return an id as people write it: the two ids by their value, another identifier with its name."""
    return f"{one.name} {one.plain}" if isinstance(one, Other) else one.value


def join_steps(way: Iterable[Join], day: int | None = None) -> list[Step]:
    """Return a step for each join."""
    return [
        Step(
            f"{called(join.best)} and {called(join.other)} are joined",
            f"both in {'identify' if join.documented else 'track'} {join.message}, {shown(join.time_us, day)}",
            *(join.message, None, "ours"),
        )
        for join in way
    ]


def claim_steps(row: Anon, claim: Claim, *, day: int | None = None, extra: str = "") -> list[Step]:
    """Return the steps that a user has claimed an identifier, or one that it is joined with."""
    if row.joined is None:
        return [claim_step(claim, day=day, extra=extra)]
    way, claimed = row.joined.to_claim(claim)
    return [*join_steps(way, day), claim_step(claim._replace(anonymous_id=claimed.value), day=day, extra=extra)]


def unclaimed_step(what: str, row: Anon | None) -> Step:
    """Return the step that no user has claimed an identifier, nor any it is joined with."""
    if row is not None and row.joined is not None and len(row.joined.bundle.members) > 1:
        return Step(f"no user has claimed {what}", "nor anything it is joined with", None, "R11", "ours")
    return Step(f"no user has claimed {what}", "it is an actor of its own", None, "R11", "inferred")


def head_steps(row: Anon) -> list[Step]:
    """Return the joins by which an identifier nobody has claimed is the actor it is."""
    if row.joined is None:
        return []
    head = row.joined.bundle.head
    return join_steps(row.joined.way(lambda one: one.row is head)[0])


def between_steps(one: Id, other: Id) -> list[Step] | None:
    """Return the joins that make two identifiers one, or ``None`` where they are not joined."""
    if not isinstance(one, Anon) or not isinstance(other, Anon) or one.joined is None or other.joined is None:
        return None
    if one is other or one.joined.bundle is not other.joined.bundle:
        return None
    goal = other.joined
    return join_steps(one.joined.way(lambda member: member is goal)[0])


def beside_steps(row: Anon) -> list[Step]:
    """Return the joins an identifier has itself."""
    if row.joined is None:
        return []
    joins = [join for other, join in row.joined.pairs.items() if other not in row.joined.apart]
    steps = join_steps(sorted(joins[:_MOST], key=lambda join: join[:3]))
    return [*steps, Step(f"and {len(joins) - _MOST:,} more", "", None, None, "ours")] if len(joins) > _MOST else steps


def refused_steps(identity: Identity, event: IdEvent) -> list[Step]:
    """Return the joins of an event's identifiers that are refused, and why."""
    rows = [row for *_, row in identity.carried(event) if row is not None and row.joined is not None]
    best = identity.best(event)
    steps = []
    for row in rows:
        assert row.joined is not None
        names = row.joined.barred.get(event.user_id or "")
        if names is None and best is not None and best.joined is not None:
            names = row.joined.apart.get(best.joined)
        if names is not None:
            text = f"not applied: joins {called(row)}"
            steps.append(Step(text, refusal(names), event.message, None, "ours"))
    return steps


def barred_steps(row: Anon, users: Container[str] | None = None) -> list[Step]:
    """Return the claims on an identifier, and on what it is joined with, that are refused, and why.

    Args:
        row: The identifier.
        users: Only claims of these.
    """
    barred = [
        (member.firsts[user], names)
        for member in (row.joined.bundle.members if row.joined is not None else ())
        for user, names in member.barred.items()
        if users is None or user in users
    ]
    steps = [
        Step(
            f"not applied: {claim.message} -> {claim.user_id}, by {spoken(claim.anonymous_id)}",
            *(refusal(names), claim.message, None, "ours"),
        )
        for claim, names in nsmallest(_MOST, barred, key=_claim)
    ]
    rest = len(barred) - _MOST
    return [*steps, Step(f"and {rest:,} more", "", None, None, "ours")] if rest > 0 else steps


def refused_pair(one: Id, other: Id) -> list[Step]:
    """Return the step that two identifiers share an event and are not joined, where it is so."""
    if not isinstance(one, Anon) or not isinstance(other, Anon) or one.joined is None or other.joined is None:
        return []
    names = one.joined.apart.get(other.joined)
    if names is None:
        return []
    message = one.joined.pairs[other.joined].message
    return [Step(f"not applied: {message} joins them", refusal(names), message, None, "ours")]


def refusal(names: Iterable[str]) -> str:
    """Return why a join is refused."""
    return f"one actor would have two values of {' and of '.join(sorted(names))}"


def _claim(one: tuple[Claim, frozenset[str]]) -> Claim:
    return one[0]
