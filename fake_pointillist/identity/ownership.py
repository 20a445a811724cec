"""Who owns the anonymous-only events of an anonymousId, and what a claim moves. Pure.

:class:`Ownership` serves every policy that gives each event to one claim (``graph``, where users are fused, is
:class:`fake_pointillist.identity.graph.FusedOwnership`). It keeps only counts: moving half a million events is one row
where all events of an anonymousId have one owner.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from functools import partial
from typing import TYPE_CHECKING

from fake_pointillist.identity.attribution import ActorIds
from fake_pointillist.identity.ledger import Other
from fake_pointillist.identity.moves import move
from fake_pointillist.identity.runs import changes, divided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fake_pointillist.identity.attribution import Claim, Identifiers, Move, Options
    from fake_pointillist.identity.ledger import Anon, User
    from fake_pointillist.identity.policies import Policy
    from fake_pointillist.identity.runs import Runs

DAY_US = 86_400_000_000
_ALL = slice(None)


class Ownership:
    """Owners under a policy that never fuses users.

    Attributes:
        known: Users with at least one event.
        anonymous: AnonymousIds with at least one event that is nobody's.
        plain: All events of an anonymousId have one owner, so nothing about single events is kept.
        timed: Event times are needed beside the places, which are arrivals.
    """

    def __init__(
        self, policy: Policy, options: Options, users: dict[str, User], rows: Callable[[str], Anon | None]
    ) -> None:
        self.policy = policy
        self.users = users
        self._rows = rows
        self.known = 0
        self.anonymous = 0
        self.lookback = None if options.lookback_days is None else options.lookback_days * DAY_US
        self.limit = options.max_anonymous_ids if options.on_limit == "refuse" else None
        self.plain = not policy.by_place and self.lookback is None
        self.timed = policy.by_place and self.lookback is not None and options.claim_order == "arrival"

    def meet(self, user: User) -> None:
        """Take note of a new user."""

    def seen_earlier(self, user: User, moves: list[Move], message: str, time_us: int) -> None:
        """Take note that the user's first event is another one now."""

    def name(self, user: User) -> str:
        """Return the actor a user's own events belong to."""
        return f"user:{user.value}"

    def owner(self, anon: Anon, _at: int, time_us: int) -> Claim | None:
        """Return the claim that owns an anonymous-only event, or ``None``: it stays anonymous."""
        if not anon.claims:
            return None
        claim = self.policy.owner(anon.claims, _at)
        if claim is None or (anon.refused is not None and claim.user_id in anon.refused):
            return None
        if self.lookback is not None and time_us < self.since(anon, claim).time_us - self.lookback:
            return None
        return claim

    def since(self, anon: Anon, claim: Claim) -> Claim:
        """Return the claim a lookback counts back from: the deciding one, or that user's first where one owns all.

        A user's every further track is a claim too; under ``last-claim`` it must not push old events out again.
        """
        return claim if self.policy.by_place else anon.firsts[claim.user_id]

    def events_of(self, user: User) -> int:
        """Return how many events the user's actor has."""
        return user.named + user.gained

    def count_named(self, user: User, step: int) -> None:
        """Count an event that names the user in (1) or out (-1)."""
        before = user.named + user.gained
        user.named += step
        self.known += (before + step > 0) - (before > 0)

    def count_anonymous(self, anon: Anon, at: int, time_us: int, step: int) -> None:
        """Count an anonymous-only event in (1) or out (-1)."""
        claim = self.owner(anon, at, time_us) if anon.claims else None
        anon.only += step
        if not self.plain:
            place = at if self.policy.by_place else time_us  # a lookback asks for the time alone
            if step > 0:
                anon.place(place, time_us, timed=self.timed)
            else:
                anon.displace(place)
        if claim is None:
            self._loosen(anon, step)
        else:
            self._gain(self.users[claim.user_id], step)

    def claim(self, user: User, anon: Anon, claim: Claim, moves: list[Move]) -> None:
        """Record a claim and move what it moves."""
        first = anon.firsts.get(user.value)
        if first is not None and claim > first and self._keeps_owner(anon, claim):
            return
        limited = self.limit is not None and (first is None or claim < first)  # the user's other ids may change, too
        span = slice(None) if limited else anon.reach(claim, self.policy.name)
        before, held = self.owners(anon, span), self._holds(user, anon)
        if not anon.record(claim, self.policy.kept):
            return
        if first is None:
            user.anons.append(anon)
        self._rehold(anon, user if first is None else None, claim, moves)
        if held and anon.firsts[user.value] is not first:
            self._rank(user, anon, first, anon.firsts[user.value], claim, moves=moves)
        self._settle(anon, span, before, claim, moves)

    def unclaim(self, user: User, anon: Anon, moves: list[Move]) -> Claim | None:
        """Delete every claim of a user on an anonymousId and move what that moves; return the first, if any."""
        if user.value not in anon.firsts:
            return None
        before = self.owners(anon)
        held = self._holds(user, anon)
        first = anon.erase(user.value)
        user.anons.remove(anon)
        if first is not None and held:
            self._unhold(user, anon, first, None, moves)
        self._rehold(anon, None, None, moves, gone=user)
        self._settle(anon, slice(None), before, None, moves)
        return first

    def actor(self, user: User) -> ActorIds:
        """Return the actor a user belongs to."""
        owned = ids_of(anon for anon in user.anons if self.owns(user, anon))
        return ActorIds(f"user:{user.value}", user.value, (user.value,), *owned, self.events_of(user))

    def owns(self, user: User, anon: Anon) -> bool:
        """Whether the user's claim on an anonymousId is in effect."""
        return self._holds(user, anon) and not (anon.refused is not None and user.value in anon.refused)

    def user_actors(self) -> Iterator[tuple[str, User]]:
        """Yield (actor, user it is named after) of every actor with events, in no order."""
        return ((f"user:{value}", user) for value, user in self.users.items() if user.named + user.gained)

    # What follows settles ownership after the claims on an anonymousId have changed.

    def owners(self, anon: Anon, span: slice = _ALL) -> Runs:
        """Divide the anonymous-only events in ``span`` by their owners; where all have one, ``span`` is all of them."""
        if self.plain:
            return [(anon.only, self._owner(anon, 0, 0))] if anon.only else []
        owner = partial(self._owner, anon)
        return divided(anon, span, owner, lookback=self.lookback, by_place=self.policy.by_place)

    def _owner(self, anon: Anon, at: int, time_us: int) -> str | None:
        claim = self.owner(anon, at, time_us)
        return claim and claim.user_id

    def _keeps_owner(self, anon: Anon, claim: Claim) -> bool:
        """Record a repeated claim at little cost where it can change nothing; return whether that was so."""
        kept = self.policy.kept
        if kept == "first":
            return True
        if kept == "all" or anon.owner is None or anon.owner.user_id != claim.user_id:
            return False
        if anon.record(claim, kept):
            anon.owner = anon.claims[-1]
        return True

    def _settle(self, anon: Anon, span: slice, before: Runs, cause: Claim | None, moves: list[Move]) -> None:
        for owners, count in sorted(changes(before, self.owners(anon, span)).items(), key=_change):
            self._transfer(anon, owners, count, cause, moves)

    def _transfer(
        self, anon: Anon, owners: tuple[str | None, str | None], count: int, cause: Claim | None, moves: list[Move]
    ) -> None:
        for owner, step in zip(owners, (-count, count), strict=True):
            if owner is None:
                self._loosen(anon, step)
            else:
                self._gain(self.users[owner], step)
        names = [anon.actor if owner is None else self.name(self.users[owner]) for owner in owners]
        moves.append(move(anon.value, names[0], names[1], count, cause))

    def _loosen(self, anon: Anon, step: int) -> None:
        before = anon.loose
        anon.loose += step
        if anon.joined is not None:
            before = anon.joined.bundle.loose
            anon.joined.bundle.loose += step
        self.anonymous += (before + step > 0) - (before > 0)

    def _gain(self, user: User, step: int) -> None:
        before = user.named + user.gained
        user.gained += step
        self.known += (before + step > 0) - (before > 0)

    def _holds(self, user: User, anon: Anon) -> bool:
        """Whether the id counts against the user's limit: the policy gives it all to the user, or it has claimed it."""
        if self.policy.by_place:
            return user.value in anon.firsts
        return anon.owner is not None and anon.owner.user_id == user.value

    def _rehold(
        self, anon: Anon, fresh: User | None, cause: Claim | None, moves: list[Move], gone: User | None = None
    ) -> None:
        """Let go and take hold after the claims changed; ``fresh`` has just claimed, ``gone`` is already let go."""
        if self.policy.by_place:
            if fresh is not None:
                self._hold(fresh, anon, cause, moves)
            return
        old, anon.owner = anon.owner, self.policy.owner(anon.claims, 0) if anon.claims else None
        old_user = old.user_id if old is not None else None
        new_user = anon.owner.user_id if anon.owner is not None else None
        if old_user == new_user:
            return
        if old_user is not None and (gone is None or old_user != gone.value):
            self._unhold(self.users[old_user], anon, anon.firsts[old_user], cause, moves)
        if new_user is not None:
            self._hold(self.users[new_user], anon, cause, moves)

    def _hold(self, user: User, anon: Anon, cause: Claim | None, moves: list[Move]) -> None:
        user.held += 1
        self._rank(user, anon, None, anon.firsts[user.value], cause, moves=moves)

    def _unhold(self, user: User, anon: Anon, first: Claim, cause: Claim | None, moves: list[Move]) -> None:
        user.held -= 1
        self._rank(user, anon, first, None, cause, moves=moves)

    def _rank(
        self,
        user: User,
        anon: Anon,
        old: Claim | None,
        new: Claim | None,
        cause: Claim | None,
        *,
        moves: list[Move],
    ) -> None:
        """Move ``anon`` to its place among the user's ids, first claimed first, and refuse what is past the limit.

        Other ids that come under or over the limit by it are settled here, ``anon`` itself by the caller.
        """
        if self.limit is None:
            return
        if user.ranked is None:
            user.ranked = []
        before = {rank[2] for rank in user.ranked[: self.limit]}
        if old is not None:
            del user.ranked[bisect_left(user.ranked, (old.key, old.seq, anon.own))]
        if new is not None:
            insort(user.ranked, (new.key, new.seq, anon.own))
        after = {rank[2] for rank in user.ranked[: self.limit]}
        mark(anon, user, refused=new is not None and anon.own not in after)
        for own in sorted((before ^ after) - {anon.own}):
            other = self._rows(own)
            assert other is not None
            self._regrant(user, other, cause, moves, refused=own in before)

    def _regrant(self, user: User, other: Anon, cause: Claim | None, moves: list[Move], *, refused: bool) -> None:
        """Refuse an id that came over the user's limit, or grant one that came under it."""
        before = self.owners(other)
        mark(other, user, refused=refused)
        self._settle(other, slice(None), before, cause, moves)


def ids_of(rows: Iterable[Anon]) -> tuple[tuple[str, ...], Identifiers]:
    """Return the anonymousIds among rows, and the other identifiers, both sorted."""
    anonymous_ids: list[str] = []
    others: list[tuple[str, str]] = []
    for row in rows:
        if isinstance(row, Other):
            others.append((row.name, row.plain))
        else:
            anonymous_ids.append(row.plain)
    return tuple(sorted(anonymous_ids)), tuple(sorted(others))


def mark(anon: Anon, user: User, *, refused: bool) -> None:
    """Note that an id is beyond the user's limit, or is no longer."""
    if refused:
        anon.refused = (anon.refused or set()) | {user.value}
    elif anon.refused is not None:
        anon.refused.discard(user.value)


def _change(item: tuple[tuple[str | None, str | None], int]) -> tuple[str, str]:
    (old, new), _ = item
    return (old or "", new or "")
