"""Connected components over claims, for the policy ``graph``: joining, renaming, coming apart. Pure.

A component is named after its user seen first. Joining moves the smaller one's members into the larger, so a million
joins cost a million times the logarithm. Taking a claim away rebuilds that one component from the claims left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.attribution import ActorIds, Move
from fake_pointillist.ledger import Anon, Component, User
from fake_pointillist.ownership import Ownership, mark, move

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fake_pointillist.attribution import Claim


def connects(anon: Anon, user_id: str) -> bool:
    """Whether the user's claim on ``anon`` is an edge: it claims, and its limit does not refuse the id."""
    return user_id in anon.firsts and not (anon.refused and user_id in anon.refused)


def attach(component: Component, anon: Anon) -> None:
    """Put an anonymousId that was in no component into one; its events are counted by the caller."""
    anon.component = component
    component.anons.append(anon)


def join(one: Component, other: Component) -> None:
    """Make two components one; it is named after the user seen first."""
    size, other_size = len(one.users) + len(one.anons), len(other.users) + len(other.anons)
    large, small = (one, other) if size >= other_size else (other, one)
    large.name = min(one.name, other.name, key=_seen)
    for user in small.users:
        user.component = large
    for anon in small.anons:
        anon.component = large
    large.users += small.users
    large.anons += small.anons
    large.events += small.events


def rebuild(component: Component, users: Mapping[str, User]) -> list[Component]:
    """Return the components its members form by the claims that are left; anonymousIds without any are in none.

    ``events`` of each is the sum over its members: named events, and the anonymous-only ones that are not loose.
    """
    for user in component.users:
        user.component = None
    for anon in component.anons:
        anon.component = None
    return [_grown(user, users) for user in component.users if user.component is None]


def _grown(user: User, users: Mapping[str, User]) -> Component:
    part = Component(user)
    user.component = part
    for member in part.users:  # grows while it is read
        for anon in member.anons:
            if anon.component is None and connects(anon, member.value):
                attach(part, anon)
                part.events += anon.only - anon.loose
                for claimant in anon.firsts:
                    other = users[claimant]
                    if other.component is None and connects(anon, claimant):
                        other.component = part
                        part.users.append(other)
    part.events += sum(member.named for member in part.users)
    part.name = min(part.users, key=_seen)
    return part


def path(start: User | Anon, goal: User | Anon, users: Mapping[str, User]) -> list[Claim] | None:
    """Return the shortest chain of claims from one id to another, or ``None`` where they are not connected.

    Of several equally short ones it is the one through the earliest claims, so that it is the same every time.
    """
    came: dict[int, tuple[User | Anon, Claim] | None] = {id(start): None}
    rim = [start]
    while rim and id(goal) not in came:
        reached = []
        for node in rim:
            for claim, other in _edges(node, users):
                if id(other) not in came:
                    came[id(other)] = (node, claim)
                    reached.append(other)
        rim = reached
    if id(goal) not in came:
        return None
    chain = []
    step = came[id(goal)]
    while step is not None:
        chain.append(step[1])
        step = came[id(step[0])]
    return chain[::-1]


def _edges(node: User | Anon, users: Mapping[str, User]) -> list[tuple[Claim, User | Anon]]:
    if isinstance(node, Anon):
        found: list[tuple[Claim, User | Anon]] = [
            (claim, users[user]) for user, claim in node.firsts.items() if connects(node, user)
        ]
    else:
        found = [(anon.firsts[node.value], anon) for anon in node.anons if connects(anon, node.value)]
    return sorted(found, key=_claim)


def _claim(edge: tuple[Claim, User | Anon]) -> Claim:
    return edge[0]


def _seen(user: User) -> tuple[int, int]:
    return user.key, user.seq


class FusedOwnership(Ownership):
    """Owners under ``graph``: a component is the actor, named after its user seen first; users do merge."""

    def meet(self, user: User) -> None:
        """Give a new user a component of its own."""
        user.component = Component(user)

    def seen_earlier(self, user: User, moves: list[Move], message: str, time_us: int) -> None:
        """Rename the component where the user is its first now; the events it has change their actor."""
        component = component_of(user)
        old = component.name
        if old is user or _seen(user) > _seen(old):
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
        user.anons.remove(anon)
        user.held -= 1
        if self.limit is not None:
            self._rank(user, anon, first, None, None, moves=moves)
        self._disconnect(anon, None, moves)
        return first

    def actor(self, user: User) -> ActorIds:
        """Return the actor a user belongs to."""
        component = component_of(user)
        user_ids = tuple(sorted(member.value for member in component.users))
        anonymous_ids = tuple(sorted(anon.value for anon in component.anons))
        name = component.name.value
        return ActorIds(f"user:{name}", name, user_ids, anonymous_ids, component.events)

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
            attach(mine, anon)
        elif its is not mine:
            self.known -= mine.events > 0 and its.events > 0
            kept, lost = sorted((mine.name, its.name), key=_seen)
            moved = component_of(lost).events
            join(mine, its)
            if moved:
                moves.append(move(anon.value, f"user:{lost.value}", f"user:{kept.value}", moved, cause))

    def _disconnect(self, anon: Anon, cause: Claim | None, moves: list[Move]) -> None:
        """Rebuild the component ``anon`` was in after one of its edges has gone."""
        whole = anon.component
        if whole is None:
            return
        self._recount(anon, cause, moves)
        old = f"user:{whole.name.value}"
        self.known -= whole.events > 0
        for part in rebuild(whole, self.users):
            self.known += part.events > 0
            new = f"user:{part.name.value}"
            if new != old and part.events:
                moves.append(move(anon.value, old, new, part.events, cause))

    def _recount(self, anon: Anon, cause: Claim | None, moves: list[Move]) -> None:
        """Bring the events of ``anon`` to its component, or back to nobody, as its edges say now."""
        if self.plain:
            mine = anon.only if self.owner(anon, 0, 0) is not None else 0
        else:
            mine = sum(self.owner(anon, at, time_us) is not None for at, time_us in anon.places(slice(None)))
        step = mine - (anon.only - anon.loose)
        if step == 0 or anon.component is None:
            return
        self._loosen(anon, -step)
        self._weigh(anon.component, step)
        names = [f"anon:{anon.value}", f"user:{anon.component.name.value}"]
        old, new = names if step > 0 else names[::-1]
        moves.append(move(anon.value, old, new, abs(step), cause))

    def _regrant(self, user: User, other: Anon, cause: Claim | None, moves: list[Move], *, refused: bool) -> None:
        mark(other, user, refused=refused)
        if refused:
            self._disconnect(other, cause, moves)
        else:
            self._connect(user, other, cause, moves)
            self._recount(other, cause, moves)


def component_of(user: User) -> Component:
    """Return the component of a user; under ``graph`` every user has one.

    Raises:
        AssertionError: The policy is not ``graph``: a slip of ours.
    """
    assert user.component is not None
    return user.component
