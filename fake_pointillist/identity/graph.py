"""Owners under the policy ``graph``: connected components over claims, joining, renaming, coming apart. Pure.

A component is named after its user seen first. Which claims made it one is kept in
:mod:`fake_pointillist.identity.forest`. Taking one of those away rebuilds that one component from the claims left; any
other holds nothing together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.identity.attribution import ActorIds, Move
from fake_pointillist.identity.forest import caused_union, component_of, connects, plant, rebuild, seen, unite
from fake_pointillist.identity.moves import move
from fake_pointillist.identity.ownership import Ownership, ids_of, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.identity.attribution import Claim
    from fake_pointillist.identity.ledger import Anon, Component, User


class FusedOwnership(Ownership):
    """Owners under ``graph``: a component is the actor, named after its user seen first; users do merge."""

    def meet(self, user: User) -> None:
        """Give a new user a component of its own."""
        plant(user)

    def seen_earlier(self, user: User, moves: list[Move], message: str, time_us: int) -> None:
        """Rename the component where the user is its first now; the events it has change their actor."""
        component = component_of(user)
        old = component.name
        if old is user or seen(user) > seen(old):
            return
        component.name = user
        if component.events:
            bridge = component.anons[0].value
            names = (f"user:{old.value}", f"user:{user.value}")
            moves.append(Move(bridge, *names, component.events, message, time_us, documented=False))

    def name(self, user: User) -> str:
        """Return the actor a user's own events belong to."""
        return f"user:{component_of(user).name.value}"

    def owner(self, anon: Anon, _at: int, time_us: int) -> Claim | None:
        """Return the claim that connects an anonymous-only event to its component, or ``None``."""
        claim = next((claim for claim in anon.claims if connects(anon, claim.user_id)), None)
        if claim is None or (self.lookback is not None and time_us < claim.time_us - self.lookback):
            return None
        return claim

    def events_of(self, user: User) -> int:
        """Return how many events the user's actor has."""
        return component_of(user).events

    def count_named(self, user: User, step: int) -> None:
        """Count an event that names the user in (1) or out (-1)."""
        user.named += step
        self._weigh(component_of(user), step)

    def claim(self, user: User, anon: Anon, claim: Claim, moves: list[Move]) -> None:
        """Record a claim, join what it connects and move what that moves."""
        first = anon.firsts.get(user.value)
        if (first is not None and claim > first) or not anon.record(claim, "first"):
            return
        if first is None:
            user.anons.append(anon)
            user.held += 1
        if self.limit is not None:
            self._rank(user, anon, first, claim, claim, moves=moves)
        self._connect(user, anon, claim, moves)
        self._recount(anon, claim, moves)

    def unclaim(self, user: User, anon: Anon, moves: list[Move]) -> Claim | None:
        """Delete every claim of a user on an anonymousId and take its component apart where that was the bridge."""
        first = anon.erase(user.value)
        if first is None:
            return None
        united = caused_union(user, anon)
        user.anons.remove(anon)
        user.held -= 1
        if self.limit is not None:
            self._rank(user, anon, first, None, None, moves=moves)
        self._disconnect(anon, None, moves, united=united)
        return first

    def actor(self, user: User) -> ActorIds:
        """Return the actor a user belongs to."""
        component = component_of(user)
        user_ids = tuple(sorted(member.value for member in component.users))
        name = component.name.value
        return ActorIds(f"user:{name}", name, user_ids, *ids_of(component.anons), component.events)

    def owns(self, user: User, anon: Anon) -> bool:
        """Whether the user's claim on an anonymousId is in effect."""
        return connects(anon, user.value)

    def user_actors(self) -> Iterator[tuple[str, User]]:
        """Yield (actor, user it is named after) of every actor with events, in no order."""
        for value, user in self.users.items():
            component = component_of(user)
            if component.name is user and component.events:
                yield f"user:{value}", user

    def _weigh(self, component: Component, step: int) -> None:
        before = component.events
        component.events += step
        self.known += (component.events > 0) - (before > 0)

    def _gain(self, user: User, step: int) -> None:
        self._weigh(component_of(user), step)

    def _connect(self, user: User, anon: Anon, cause: Claim | None, moves: list[Move]) -> None:
        if not connects(anon, user.value):
            return
        mine, its = component_of(user), anon.component
        if its is None:
            unite(user, anon)
        elif its is not mine:
            self.known -= mine.events > 0 and its.events > 0
            kept, lost = sorted((mine.name, its.name), key=seen)
            moved = component_of(lost).events
            unite(user, anon)
            if moved:
                moves.append(move(anon.value, f"user:{lost.value}", f"user:{kept.value}", moved, cause))

    def _disconnect(self, anon: Anon, cause: Claim | None, moves: list[Move], *, united: bool) -> None:
        """Bring people up to date after a claim on ``anon`` has gone; ``united``: it had caused a union."""
        whole = anon.component
        if whole is None:
            return
        self._recount(anon, cause, moves)
        if not united:
            return
        old = f"user:{whole.name.value}"
        self.known -= whole.events > 0
        for part in rebuild(whole):
            self.known += part.events > 0
            new = f"user:{part.name.value}"
            if new != old and part.events:
                moves.append(move(anon.value, old, new, part.events, cause))

    def _recount(self, anon: Anon, cause: Claim | None, moves: list[Move]) -> None:
        """Bring the events of ``anon`` to its component, or back to nobody, as its edges say now."""
        mine = sum(count for count, owner in self.owners(anon) if owner is not None)
        step = mine - (anon.only - anon.loose)
        if step == 0 or anon.component is None:
            return
        self._loosen(anon, -step)
        self._weigh(anon.component, step)
        names = [anon.actor, f"user:{anon.component.name.value}"]
        old, new = names if step > 0 else names[::-1]
        moves.append(move(anon.value, old, new, abs(step), cause))

    def _regrant(self, user: User, other: Anon, cause: Claim | None, moves: list[Move], *, refused: bool) -> None:
        mark(other, user, refused=refused)
        if refused:
            self._disconnect(other, cause, moves, united=caused_union(user, other))
        else:
            self._connect(user, other, cause, moves)
            self._recount(other, cause, moves)
