"""The six identity policies, as a table. Pure.

A policy is one function: the claims on one anonymousId, sorted, and the place ``at`` of an anonymous-only event among
them (its event time; under ``claim_order="arrival"`` its arrival). It returns the claim that owns the event, or
``None``: the event stays anonymous. What Pointillist does where two users claim one anonymousId is public nowhere, so
every row is ``ours``; where only one user claims, all rows agree but ``previous-only``.

==================  ==========================================================  ======================================
policy              owner of an anonymous-only event                            who works so
==================  ==========================================================  ======================================
``first-claim``     the first claim (the default)                               Heap, PostHog, Mixpanel, Segment Unify
``last-claim``      the last claim                                              Snowplow Unified dbt, Adobe last-auth
``split``           the last claim at or before it, else the first              Adobe device-split
``previous-only``   the first claim at or after it, else nobody                 the seed taken literally, Jitsu
``quarantine``      the claim if all claims name one user, else nobody          Snowplow Identities
``graph``           the connected component over all claims; users do merge     RudderStack, Mixpanel ``$merge``
==================  ==========================================================  ======================================
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from fake_pointillist.errors import UnknownPolicyError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fake_pointillist.identity.attribution import Claim

Kept: TypeAlias = Literal["first", "last", "all"]
"""Which claims a policy needs: each user's first, each user's last, or all of them."""


class Policy(NamedTuple):
    """One row of the table.

    Attributes:
        name: As users write it.
        owner: (claims sorted, at) -> the claim that owns an event there, or ``None``. ``claims`` is not empty.
        kept: Which claims it needs.
        by_place: Whether ``at`` matters; if not, all events of an anonymousId have one owner.
        fuses: Whether users are merged with users.
        refusal: Why a claim was not applied, for people; ``{anon}``, ``{user}`` (who claims in vain) and ``{owner}``.
        sentence: What it means, for people.
    """

    name: str
    owner: Callable[[Sequence[Claim], int], Claim | None]
    kept: Kept
    by_place: bool
    fuses: bool
    refusal: str
    sentence: str


def _first(claims: Sequence[Claim], _at: int) -> Claim | None:
    return claims[0]


def _last(claims: Sequence[Claim], _at: int) -> Claim | None:
    return claims[-1]


def _split(claims: Sequence[Claim], at: int) -> Claim | None:
    return claims[max(bisect_right(claims, at, key=_key) - 1, 0)]


def _previous_only(claims: Sequence[Claim], at: int) -> Claim | None:
    place = bisect_left(claims, at, key=_key)
    return claims[place] if place < len(claims) else None


def _quarantine(claims: Sequence[Claim], _at: int) -> Claim | None:
    return claims[0] if len(claims) == 1 else None  # each user's first is kept: one claim is one user


def _key(claim: Claim) -> int:
    return claim.key


DEFAULT_POLICY = "first-claim"

POLICIES: dict[str, Policy] = {
    row.name: row
    for row in (
        Policy("first-claim", _first, "first", False, False, "{anon} already claimed", "the first claim owns all"),
        Policy("last-claim", _last, "last", False, False, "{anon} claimed again later", "the last claim owns all"),
        Policy("split", _split, "all", True, False, "another claim is nearer in time", "each claim owns from then on"),
        Policy(
            *("previous-only", _previous_only, "all", True, False, "not the next claim"),
            "a claim owns only what came before it",
        ),
        Policy(
            "quarantine",
            _quarantine,
            "first",
            False,
            False,
            "{anon} claimed by two users",
            "a contested id is nobody's",
        ),
        Policy("graph", _first, "first", False, True, "", "what is connected is one; users are fused"),
    )
}
"""Every policy by its name, the default first."""


def policy_of(name: str) -> Policy:
    """Return the policy ``name``.

    Raises:
        UnknownPolicyError: There is none of that name; the text lists the known ones.
    """
    if name not in POLICIES:
        raise UnknownPolicyError(f"unknown policy {name!r}; known: {', '.join(POLICIES)}")
    return POLICIES[name]
