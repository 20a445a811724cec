"""Reading identity: whom an event belongs to, who there is, what stands to be warned of. Pure."""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest
from typing import TYPE_CHECKING

from fake_pointillist.identity.attribution import ActorIds, Attribution
from fake_pointillist.identity.bundles import Bundles
from fake_pointillist.identity.graph import FusedOwnership
from fake_pointillist.identity.joins import Names
from fake_pointillist.identity.ledger import Anon
from fake_pointillist.identity.notation import anon_plain, other_id
from fake_pointillist.identity.ownership import Ownership, ids_of
from fake_pointillist.identity.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Literal

    from fake_pointillist.identity.attribution import Claim, IdEvent, IdWarning, Options
    from fake_pointillist.identity.ledger import Other, User
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
        self._others: dict[str, Other] = {}
        self._watch = Watch(policy, options, self._users, self._anons, self._others)
        ownership = FusedOwnership if policy.fuses else Ownership
        self._ownership = ownership(policy, options, self._users, self._row)
        names = Names(options.unique)
        self._bundles = Bundles(names, policy, self._users, self._ownership, self._watch)
        self._place_of = names.place
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
        return named + sum(anon.only > 0 for anon in self._rows())

    def attribute(self, event: IdEvent) -> Attribution:
        """Return whom ``event`` belongs to by what is known now; the event need not have been added."""
        if event.user_id and (event.user_id in self._users or not self._is_blocked(event.user_id)):
            user = self._users.get(event.user_id)
            own = f"user:{event.user_id}"
            actor = self._ownership.name(user) if user is not None else own
            return Attribution(actor, "R8", None, own if actor != own else None)
        named, anon = self._best(event)
        if anon is None:
            return Attribution(named, "R5" if named is None else "R11")
        at = event.seq if self._by_arrival else event.time_us
        claim = self._ownership.owner(anon, at, event.time_us)
        if claim is None:
            return Attribution(anon.actor, "R11")
        came = self._ownership.since(anon, claim).seq
        if anon.joined is not None:
            came = max(came, anon.joined.since(claim))
        was = named if came > event.seq else None
        return Attribution(self._ownership.name(self._users[claim.user_id]), "R11", claim, was)

    def actor(self, actor: str) -> ActorIds | None:
        """Return one actor (``user:U``, ``anon:A``, ``id:NAME:VALUE``), or ``None`` where it has no events.

        Any name of an anonymous actor of several identifiers gives it; under ``graph`` that of a fused user, too.
        """
        kind, _, value = actor.partition(":")
        if kind == "user" and value in self._users:
            found = self._ownership.actor(self._users[value])
            return found if found.events else None
        anon = self._row(actor)
        if anon is None or not _is_loose(anon):
            return None
        if anon.joined is None:
            return ActorIds(actor, None, (), *ids_of([anon]), anon.loose)
        bundle = anon.joined.bundle
        return ActorIds(bundle.head.own, None, (), *ids_of(member.row for member in bundle.members), bundle.loose)

    def actors(
        self,
        kind: Literal["known", "anonymous"] | None = None,
        *,
        contains: str = "",
        after: str | None = None,
        limit: int | None = None,
    ) -> Iterator[ActorIds]:
        """Yield the actors with events, sorted by name; ``anon:`` comes before ``id:``, and that before ``user:``.

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
        """Return the first claim of every user on an anonymousId, in order; more than one is a conflict.

        Another identifier is asked for as ``id:NAME:VALUE``.
        """
        anon = self.named(anonymous_id)
        return tuple(sorted(anon.firsts.values())) if anon is not None else ()

    def named(self, identifier: str) -> Anon | None:
        """Return what is known of an identifier, written as claims name it; ``None`` where it was never seen."""
        return self._others.get(identifier) or self._anons.get(anon_plain(identifier))

    def owned(self, actor: ActorIds) -> list[Anon]:
        """Return what is known of the identifiers an actor owns, its anonymousIds first."""
        return [row for row in map(self.named, actor.owned) if row is not None]

    def warnings(self) -> Iterator[IdWarning]:
        """Yield what stands now: codes of :data:`fake_pointillist.identity.id_warnings.STANDING`, in no order.

        They depend on the set of events alone, not on their order of arrival.
        """
        yield from self._watch.standing()
        yield from self._bundles.refusals(self._rows())

    def best(self, event: IdEvent) -> Anon | None:
        """Return what is known of the best usable identifier of an event but the userId."""
        return self._best(event)[1]

    def carried(self, event: IdEvent) -> list[tuple[str, str, Anon | None]]:
        """Return the identifiers of an event but the userId, each with its name, value and what is known of it."""
        found: list[tuple[str, str, Anon | None]] = []
        if event.anonymous_id:
            found.append(("anonymousId", event.anonymous_id, self._anons.get(event.anonymous_id)))
        return found + [(*one, self._others.get(other_id(*one))) for one in event.others]

    def is_contested(self, event: IdEvent) -> bool:
        """Whether an event names a user, and not the only one who claims what it carries, whatever the reading."""
        if not event.user_id:
            return False
        rows = (row for *_, row in self.carried(event))
        return any(row is None or self._bundles.claimants(row) != {event.user_id} for row in rows)

    def find(self, value: str) -> User | Anon | None:
        """Return what is known of an id, written plainly or as its actor (``user:U``, ``anon:A``, ``id:NAME:VALUE``).

        Written plainly, a userId comes first, then an anonymousId; of the other identifiers the first by name.
        """
        kind, _, bare = value.partition(":")
        if kind == "user" and bare in self._users:
            return self._users[bare]
        found = self._row(value) or self._users.get(value) or self._anons.get(value)
        if found is None and self._others:
            found = min((row for row in self._others.values() if row.plain == value), key=_value, default=None)
        return found

    def user(self, user_id: str) -> User:
        """Return what is known of a userId that was seen.

        Raises:
            KeyError: It was not.
        """
        return self._users[user_id]

    def claimed(self, claim: Claim) -> Anon:
        """Return what is claimed."""
        return self._others.get(claim.anonymous_id) or self._anons[anon_plain(claim.anonymous_id)]

    def owns(self, user: User, anon: Anon) -> bool:
        """Whether the user's claim on an anonymousId is in effect, for all of its events or some."""
        return self._ownership.owns(user, anon)

    def owners_of(self, anon: Anon) -> list[str]:
        """Return the actors that own events of an anonymousId by a claim, sorted; more than one only by place."""
        users = (self._users[claim.user_id] for claim in anon.firsts.values())
        return sorted({self._ownership.name(user) for user in users if self._ownership.owns(user, anon)})

    def dissolve(self, most: int) -> bool:
        """Let go of up to ``most`` ids of each kind; return whether any are left. Nothing can be asked from then on."""
        for ids in (self._users, self._anons, self._others):
            for _ in range(min(most, len(ids))):
                _, one = ids.popitem()
                one.component = one.parent = None  # components hold their members, which hold them
                if isinstance(one, Anon) and one.joined is not None:
                    one.joined.let_go()
                    one.joined = None
        return bool(self._users or self._anons or self._others)

    def shares(self, anon: Anon) -> dict[str, int]:
        """Return how many of the events this is the best identifier of each actor has, the most first."""
        found: Counter[str] = Counter()
        for count, owner in self._ownership.owners(anon):
            found[anon.actor if owner is None else self._ownership.name(self._users[owner])] += count
        return dict(sorted(found.items(), key=_most_first))

    def place(self, event: IdEvent) -> int:
        """Return where an event stands among claims: its event time, or its arrival."""
        return event.seq if self._by_arrival else event.time_us

    def _holding(self, text: str, kind: str | None) -> Iterator[str]:
        """Yield the actors with events one of whose ids contains ``text``, without case; each once, in no order."""
        anons = [anon for anon in self._rows() if text in anon.own.casefold()]
        if kind != "anonymous":
            users = [user for value, user in self._users.items() if text in f"user:{value}".casefold()]
            for anon in anons:
                claimants = (self._users[value] for value in anon.firsts)
                users += [user for user in claimants if self._ownership.owns(user, anon)]
            yield from {self._ownership.name(user) for user in users if self._ownership.events_of(user)}
        if kind != "known":
            yield from {anon.actor for anon in anons if _is_loose(anon)}

    def _names(self, kind: str | None) -> Iterator[str]:
        if kind != "anonymous":
            for name, _ in self._ownership.user_actors():
                yield name
        if kind != "known":
            for anon in self._rows():
                if (anon.joined is None or anon.joined.bundle.head is anon) and _is_loose(anon):
                    yield anon.own

    def _rows(self) -> Iterator[Anon]:
        """Yield what may be anonymous."""
        yield from self._anons.values()
        yield from self._others.values()

    def _row(self, actor: str) -> Anon | None:
        """Return what is known of the identifier an anonymous actor is named after."""
        if actor.startswith("anon:"):
            return self._anons.get(actor[5:])
        return self._others.get(actor)

    def _best(self, event: IdEvent) -> tuple[str | None, Anon | None]:
        """Return the best usable identifier of an event but the userId: its name as an actor, and what is known of it.

        Where it was never seen, its row is ``None``; where there is none, its name, too.
        """
        if not event.others:
            value = event.anonymous_id
            anon = self._anons.get(value) if value else None
            return (None, None) if not value or (anon is None and self._is_blocked(value)) else (f"anon:{value}", anon)
        named = [*event.others, *([("anonymousId", event.anonymous_id)] if event.anonymous_id else ())]
        for name, value in sorted(named, key=lambda one: self._place_of(one[0])):
            own = f"anon:{value}" if name == "anonymousId" else other_id(name, value)
            row = self._row(own)
            if row is not None or not self._is_blocked(value):
                return own, row
        return None, None


def _is_loose(anon: Anon) -> bool:
    return (anon.loose if anon.joined is None else anon.joined.bundle.loose) > 0


def _value(one: Anon) -> str:
    return one.value


def _most_first(share: tuple[str, int]) -> tuple[int, str]:
    actor, count = share
    return -count, actor
