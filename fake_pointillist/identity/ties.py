"""What ties an identifier to users and to other identifiers, and whether each tie is applied. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pointillist.identity.attribution import Claim
    from fake_pointillist.identity.joins import Join
    from fake_pointillist.identity.ledger import Anon
    from fake_pointillist.identity.people import People


def claims_of(identity: People, anon: Anon) -> list[tuple[Claim, bool]]:
    """Return the first claim of every user whose event carries the identifier itself, in order.

    What is joined also has the claims made on the rest of its bundle, and not those that are refused
    (:meth:`~fake_pointillist.identity.people.People.claims`).
    """
    claims, barred = (anon.firsts, ()) if anon.joined is None else (anon.joined.firsts, anon.joined.barred)
    return [
        (claim, claim.user_id not in barred and identity.owns(identity.user(claim.user_id), anon))
        for claim in sorted(claims.values())
    ]


def joins_of(anon: Anon) -> list[tuple[Join, bool]]:
    """Return the joins of an identifier with others, in order."""
    if anon.joined is None:
        return []
    joins = [(join, other not in anon.joined.apart) for other, join in anon.joined.pairs.items()]
    return sorted(joins, key=_order)


def _order(tie: tuple[Join, bool]) -> tuple[object, ...]:
    return tie[0][:3]
