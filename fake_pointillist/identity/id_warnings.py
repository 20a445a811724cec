"""What there is to warn of about ids before it is too late: the texts, and what stands at the end. Pure.

Some warnings are told by one event alone. Others hang on what else is known: :func:`standing`
derives those from the state, so that at the end they are the same whatever the order of arrival, while
:meth:`Identity.add` gives them as news when they come up. ``late_claim`` is news only: it tells of the arrival.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.violations import pointer
from fake_pointillist.identity.attribution import IdWarning
from fake_pointillist.identity.notation import anon_plain, parted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from fake_pointillist.identity.attribution import Claim, IdEvent
    from fake_pointillist.identity.joined import Joined
    from fake_pointillist.identity.ledger import Anon, Id, User

STANDING = frozenset(
    {
        *("conflicting_claim", "users_merged", "linked_without_identify", "both_ids_without_identify"),
        *("ids_differ_by_case", "identity_limit", "refused_join"),
    }
)
"""Codes :func:`standing` derives from the state."""

USER, ANON = "userId", "anonymousId"

MANY_IDS = 500
"""A user with so many anonymousIds is probably a constant or a shared account (Mixpanel's own limit)."""

MANY_USERS = 100
"""An anonymousId claimed by so many users is probably a constant, a kiosk, or a server's."""


def blocked(event: IdEvent, key: str, value: str) -> IdWarning:
    """An id is a placeholder."""
    text = f"{key} {value!r} is a placeholder; it is not used as an identifier"
    return IdWarning("blocked_id", (event.message,), text, pointer(key))


def spaced(event: IdEvent, key: str, value: str) -> IdWarning:
    """An id begins or ends with white space."""
    text = f"{key} {value!r} begins or ends with white space, which is part of it"
    return IdWarning("whitespace_in_id", (event.message,), text, pointer(key))


def no_anonymous_id(event: IdEvent) -> IdWarning:
    """An identify names only the user."""
    text = f"identify of {event.user_id!r} has no anonymousId, so it links no anonymous events"
    return IdWarning("no_anonymous_id", (event.message,), text, "/anonymousId")


def twins(key: str, ids: Iterable[Id], newest: str | None = None) -> IdWarning:
    """Ids that differ only by case; ``newest`` is the event that brought the last one."""
    known = sorted(ids, key=_of_id)
    text = f"{key}s {', '.join(repr(one.plain) for one in known)} differ only by case; they are {len(known)} ids"
    messages = [one.message for one in known]
    if newest is not None:
        messages = [newest, *(message for message in messages if message != newest)]
    return IdWarning("ids_differ_by_case", tuple(dict.fromkeys(messages)), text, pointer(key))


def contested(first: Claim, later: Claim, *, fused: bool) -> IdWarning:
    """A second user claims an anonymousId."""
    what, path = _said(later.anonymous_id)
    facts = (
        f"{what} is claimed by {later.user_id!r} ({later.message}), and before by {first.user_id!r} ({first.message})"
    )
    if fused:
        return IdWarning("users_merged", (later.message,), f"{facts}: graph makes the two one actor", path)
    return IdWarning("conflicting_claim", (later.message,), facts, path)


def late(claim: Claim, overtaken: Claim) -> IdWarning:
    """A claim arrived after another user's, but happened before it, and takes over."""
    what, path = _said(claim.anonymous_id)
    text = (
        f"the claim of {claim.user_id!r} on {what} ({claim.message}) arrived after that of"
        f" {overtaken.user_id!r} ({overtaken.message}) but happened before it, and takes over"
    )
    return IdWarning("late_claim", (claim.message,), text, path)


def undocumented(claim: Claim, *, links: bool) -> IdWarning:
    """A track carries both ids where no identify has linked them."""
    what, path = _said(claim.anonymous_id)
    pair = f"track {claim.message} carries userId {claim.user_id!r} and {what}"
    if links:
        text = f"{pair} and links them; Segment's page promises that only for identify"
        return IdWarning("linked_without_identify", (claim.message,), text, path)
    text = f"{pair} but links nothing, since only identify may"
    return IdWarning("both_ids_without_identify", (claim.message,), text, path)


def refused_join(message: str, one: Id, other: Id, names: Iterable[str]) -> IdWarning:
    """Two identifiers in one event are not joined: an actor would have two values of a unique name."""
    text = (
        f"{other.name} {other.plain!r} and {one.name} {one.plain!r}, both in {message}, are not joined:"
        f" one actor would have two values of {' and of '.join(sorted(names))}"
    )
    return IdWarning("refused_join", (message,), text, pointer(other.name))


def refused_ties(joined: Joined, users: Mapping[str, User]) -> Iterator[IdWarning]:
    """Yield a warning for each refused join of which an identifier is the lesser end, and each refused claim on it."""
    for other, names in joined.apart.items():
        join = joined.pairs[other]
        if join.other is joined.row:
            yield refused_join(join.message, other.row, joined.row, names)
    for user, names in joined.barred.items():
        yield refused_join(joined.firsts[user].message, users[user], joined.row, names)


def too_many_ids(user: User, limit: int | None, messages: tuple[str, ...], *, refused: bool) -> IdWarning:
    """A user owns very many anonymousIds, or more than it may; other identifiers count as well."""
    kinds = "anonymousIds" if all(anon.name == ANON for anon in user.anons) else "identifiers"
    text = f"userId {user.value!r} has {user.held} {kinds}"
    if limit is not None:
        text += f", more than the {limit} allowed"
    if refused:
        text += "; the events of the further ones stay anonymous"
    return IdWarning("identity_limit", messages, text, "/userId")


def too_many_users(anon: str, count: int, messages: tuple[str, ...]) -> IdWarning:
    """An anonymousId is claimed by very many users."""
    what, path = _said(anon)
    text = f"{what} is claimed by {count} users: a constant, or a device many share"
    return IdWarning("identity_limit", messages, text, path)


def standing(
    users: Iterable[User], anons: Iterable[Anon], *, fuses: bool, limit: int | None, refuses: bool
) -> Iterator[IdWarning]:
    """Yield what hangs on the claims known now: conflicts or fusions, links without identify, too many ids.

    One warning a pair of user and anonymousId, user, or anonymousId; in no order.
    """
    for anon in anons:
        if anon.firsts:
            yield from of_claims(anon, fuses=fuses)
        for user_id, track in (anon.tracks or {}).items():
            if user_id not in anon.firsts:
                yield undocumented(track, links=False)
    bound = MANY_IDS if limit is None else limit + 1
    for user in users:
        if user.held >= bound:
            claims = sorted(anon.firsts[user.value] for anon in user.anons if _counts(anon, user.value))
            messages = tuple(claim.message for claim in claims[bound - 1 :])
            yield too_many_ids(user, limit, messages, refused=refuses)


def of_claims(anon: Anon, *, fuses: bool) -> Iterator[IdWarning]:
    """Yield what hangs on the claims on one identifier; of those that reach it from another one, that one tells."""
    claims = sorted(anon.firsts.values())
    for place, claim in enumerate(claims):
        if anon.joined is not None and anon.joined.firsts.get(claim.user_id) != claim:
            continue
        if not claim.documented and anon.name == ANON:
            yield undocumented(claim, links=True)
        if place and not fuses:
            yield contested(claims[0], claim, fused=False)
        elif place and not (anon.refused and {claims[0].user_id, claim.user_id} & anon.refused):
            yield contested(claims[0], claim, fused=True)
    if len(claims) >= MANY_USERS and (anon.joined is None or anon.joined.bundle.head is anon):
        messages = tuple(claim.message for claim in claims[MANY_USERS - 1 :])
        yield too_many_users(anon.value, len(claims), messages)


def _said(claimed: str) -> tuple[str, str]:
    """Return what is claimed in words, and its path."""
    name, plain = parted(claimed) or (ANON, anon_plain(claimed))
    return f"{name} {plain!r}", pointer(name)


def _counts(anon: Anon, user: str) -> bool:
    return user in anon.firsts and (anon.owner is None or anon.owner.user_id == user)


def _of_id(one: Id) -> tuple[int, int, str]:
    return one.key, one.seq, one.value
