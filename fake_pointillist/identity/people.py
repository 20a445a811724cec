"""Reading identity: whom an event belongs to, who there is, what stands to be warned of. Pure."""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest
from typing import TYPE_CHECKING

from fake_pointillist.identity.attribution import ActorIds, Attribution
from fake_pointillist.identity.graph import FusedOwnership
from fake_pointillist.identity.ownership import Ownership
from fake_pointillist.identity.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    from fake_pointillist.identity.attribution import Claim, IdEvent, IdWarning, Options
    from fake_pointillist.identity.ledger import Anon, User
    from fake_pointillist.identity.policies import Policy


class People:
    """Who is who after the events fed so far, to be read; :class:`~fake_pointillist.identity.engine.Identity` feeds it.

    Attributes:
        policy: The row of the table in use.
        options: The knobs in use.
        unattributed: Events without a usable id.
    """

    def __init__(self, policy: Policy, options: Options, is_blocked: Callable[[str], bool]) -> None:
        self.policy = policy
        self.options = options
        self.unattributed = 0
        self._is_blocked = is_blocked
        self._users: dict[str, User] = {}
        self._anons: dict[str, Anon] = {}
        self._watch = Watch(policy, options, self._users, self._anons)
        ownership = FusedOwnership if policy.fuses else Ownership
        self._ownership = ownership(policy, options, self._users, self._anons)
        self._by_arrival = options.claim_order == "arrival"

    @property
    def conflicts(self) -> int:
        """Claims by a second, third, ... user on an anonymousId."""
        return self._watch.conflicts

    @property
    def known(self) -> int:
        """Actors with a userId and at least one event."""
        return self._ownership.known

    @property
    def anonymous(self) -> int:
        """AnonymousIds with at least one event that is nobody's."""
        return self._ownership.anonymous

    @property
    def apart(self) -> int:
        """Actors there would be if nothing were claimed: userIds named by events, ids of events without a userId."""
        named = sum(user.named > 0 for user in self._users.values())
        return named + sum(anon.only > 0 for anon in self._anons.values())

    def attribute(self, event: IdEvent) -> Attribution:
        """Return whom ``event`` belongs to by what is known now; the event need not have been added."""
        if event.user_id and (event.user_id in self._users or not self._is_blocked(event.user_id)):
            user = self._users.get(event.user_id)
            own = f"user:{event.user_id}"
            actor = self._ownership.name(user) if user is not None else own
            return Attribution(actor, "R8", None, own if actor != own else None)
        if not event.anonymous_id:
            return Attribution(None, "R5")
        anon = self._anons.get(event.anonymous_id)
        if anon is None:
            return Attribution(None, "R5") if self._is_blocked(event.anonymous_id) else _anonymous(event)
        at = event.seq if self._by_arrival else event.time_us
        claim = self._ownership.owner(anon, at, event.time_us)
        if claim is None:
            return _anonymous(event)
        came = self._ownership.since(anon, claim).seq
        was = f"anon:{anon.value}" if came > event.seq else None
        return Attribution(self._ownership.name(self._users[claim.user_id]), "R11", claim, was)

    def actor(self, actor: str) -> ActorIds | None:
        """Return one actor (``user:U``, ``anon:A``), or ``None`` where it has no events.

        Under ``graph`` the name of a fused user gives the actor it is part of.
        """
        kind, _, value = actor.partition(":")
        if kind == "user" and value in self._users:
            found = self._ownership.actor(self._users[value])
            return found if found.events else None
        if kind == "anon" and value in self._anons and self._anons[value].loose:
            return ActorIds(actor, None, (), (value,), self._anons[value].loose)
        return None

    def actors(
        self,
        kind: Literal["known", "anonymous"] | None = None,
        *,
        contains: str = "",
        after: str | None = None,
        limit: int | None = None,
    ) -> Iterator[ActorIds]:
        """Yield the actors with events, sorted by name; ``anon:`` comes before ``user:``.

        Args:
            kind: Only these.
            contains: Only actors one of whose ids, written ``user:U`` or ``anon:A``, contains this, without case.
            after: Only actors after this one: the last of the page before.
            limit: At most so many.
        """
        found = self._names(kind) if not contains else self._holding(contains.casefold(), kind)
        names = (name for name in found if after is None or name > after)
        for name in sorted(names) if limit is None else nsmallest(limit, names):
            actor = self.actor(name)
            if actor is not None:
                yield actor

    def claims(self, anonymous_id: str) -> tuple[Claim, ...]:
        """Return the first claim of every user on an anonymousId, in order; more than one is a conflict."""
        anon = self._anons.get(anonymous_id)
        return tuple(sorted(anon.firsts.values())) if anon is not None else ()

    def warnings(self) -> Iterator[IdWarning]:
        """Yield what stands now: codes of :data:`fake_pointillist.identity.id_warnings.STANDING`, in no order.

        They depend on the set of events alone, not on their order of arrival.
        """
        yield from self._watch.standing()

    def find(self, value: str) -> User | Anon | None:
        """Return what is known of an id, written plainly or as ``user:U`` or ``anon:A``; a userId comes first."""
        kind, _, bare = value.partition(":")
        if kind == "user" and bare in self._users:
            return self._users[bare]
        if kind == "anon" and bare in self._anons:
            return self._anons[bare]
        return self._users.get(value) or self._anons.get(value)

    def user(self, user_id: str) -> User:
        """Return what is known of a userId that was seen.

        Raises:
            KeyError: It was not.
        """
        return self._users[user_id]

    def owns(self, user: User, anon: Anon) -> bool:
        """Whether the user's claim on an anonymousId is in effect, for all of its events or some."""
        return self._ownership.owns(user, anon)

    def owners_of(self, anon: Anon) -> list[str]:
        """Return the actors that own events of an anonymousId by a claim, sorted; more than one only by place."""
        users = (self._users[claim.user_id] for claim in anon.firsts.values())
        return sorted({self._ownership.name(user) for user in users if self._ownership.owns(user, anon)})

    def dissolve(self, most: int) -> bool:
        """Let go of up to ``most`` ids of each kind; return whether any are left. Nothing can be asked from then on."""
        for ids in (self._users, self._anons):
            for _ in range(min(most, len(ids))):
                _, one = ids.popitem()
                one.component = one.parent = None  # components hold their members, which hold them
        return bool(self._users or self._anons)

    def shares(self, anon: Anon) -> dict[str, int]:
        """Return how many of the events that carry only this anonymousId each actor has, the most first."""
        found: Counter[str] = Counter()
        for count, owner in self._ownership.owners(anon):
            found[f"anon:{anon.value}" if owner is None else self._ownership.name(self._users[owner])] += count
        return dict(sorted(found.items(), key=_most_first))

    def place(self, event: IdEvent) -> int:
        """Return where an event stands among claims: its event time, or its arrival."""
        return event.seq if self._by_arrival else event.time_us

    def _holding(self, text: str, kind: str | None) -> Iterator[str]:
        """Yield the actors with events one of whose ids contains ``text``, without case; each once, in no order."""
        anons = [anon for value, anon in self._anons.items() if text in f"anon:{value}".casefold()]
        if kind != "anonymous":
            users = [user for value, user in self._users.items() if text in f"user:{value}".casefold()]
            for anon in anons:
                claimants = (self._users[value] for value in anon.firsts)
                users += [user for user in claimants if self._ownership.owns(user, anon)]
            yield from {self._ownership.name(user) for user in users if self._ownership.events_of(user)}
        if kind != "known":
            yield from (f"anon:{anon.value}" for anon in anons if anon.loose)

    def _names(self, kind: str | None) -> Iterator[str]:
        if kind != "anonymous":
            for name, _ in self._ownership.user_actors():
                yield name
        if kind != "known":
            for anon in self._anons.values():
                if anon.loose:
                    yield f"anon:{anon.value}"


def _anonymous(event: IdEvent) -> Attribution:
    return Attribution(f"anon:{event.anonymous_id}", "R11")


def _most_first(share: tuple[str, int]) -> tuple[int, str]:
    actor, count = share
    return -count, actor
