"""What identity remembers of each id: a row a userId, a row an anonymousId, the claims between them. Pure.

Any other identifier of the customer (email, phone ...) has a row as an anonymousId has, since it is owned the same way.
An event leaves nothing behind but counts. Only readings that need to know *when* an anonymous-only event happened
(``split``, ``previous-only``, a lookback) keep its place, 8 bytes an event.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right, insort
from typing import TYPE_CHECKING

from fake_pointillist.identity.notation import anon_plain, other_id

if TYPE_CHECKING:
    from fake_pointillist.identity.attribution import Claim, IdEvent
    from fake_pointillist.identity.joined import Joined


class Id:
    """One id.

    Attributes:
        name: What it is called on the wire.
        value: The id, exactly as sent.
        spaced: It begins or ends with white space.
        key, seq, message: The first event that carries it, in the order of claims.
    """

    __slots__ = ("key", "message", "seq", "spaced", "value")

    name: str

    def __init__(self, value: str, key: int, event: IdEvent) -> None:
        self.value = value
        self.spaced = value != value.strip()
        self.key = key
        self.seq = event.seq
        self.message = event.message

    @property
    def plain(self) -> str:
        """Its value on the wire."""
        return self.value

    def seen(self, key: int, event: IdEvent) -> bool:
        """Take note of an event that carries it; return whether that is its first now."""
        if (key, event.seq) >= (self.key, self.seq):
            return False
        self.key, self.seq, self.message = key, event.seq, event.message
        return True


class User(Id):
    """One userId.

    Attributes:
        named: Events that name it.
        gained: Anonymous-only events that are its by a claim.
        anons: The anonymousIds, and other identifiers, it has claimed.
        held: How many of them count against the limit.
        ranked: Those, first claimed first, as (key, seq, name as an actor); kept only where the limit refuses.
        component: What it is connected to; only under ``graph``.
        parent: The anonymousId above it in the proof forest of that component.
    """

    __slots__ = ("anons", "component", "gained", "held", "named", "parent", "ranked")

    name = "userId"

    def __init__(self, value: str, key: int, event: IdEvent) -> None:
        super().__init__(value, key, event)
        self.named = 0
        self.gained = 0
        self.held = 0
        self.anons: list[Anon] = []
        self.ranked: list[tuple[int, int, str]] | None = None
        self.component: Component | None = None
        self.parent: Anon | None = None


class Claimed:
    """What is claimed; its heirs hold the slots, since two of them are of other kinds as well.

    Attributes:
        firsts: userId -> its first claim; losing claims too.
        claims: The claims the policy needs, sorted: each user's first, each user's last, or all.
        lasts: userId -> its last claim; only where the policy needs them.
    """

    __slots__ = ()

    firsts: dict[str, Claim]
    claims: list[Claim]
    lasts: dict[str, Claim] | None

    def record(self, claim: Claim, kept: str) -> bool:
        """Take in a claim; return whether the user's first or the claims kept have changed."""
        user = claim.user_id
        first = self.firsts.get(user)
        earlier = first is None or claim < first
        if earlier:
            self.firsts[user] = claim
        if kept == "all":
            insort(self.claims, claim)
            return True
        held, changed = first, earlier
        if kept == "last":
            if self.lasts is None:
                self.lasts = {}  # type: ignore[misc]  # a slot of the heir's
            held = self.lasts.get(user)
            changed = held is None or claim > held
            if changed:
                self.lasts[user] = claim
        if changed:
            if held is not None:
                del self.claims[bisect_left(self.claims, held)]
            insort(self.claims, claim)
        return changed or earlier

    def erase(self, user: str) -> Claim | None:
        """Delete every claim of ``user`` and return its first, or ``None`` where there is none."""
        first = self.firsts.pop(user, None)
        if first is not None:
            left = [claim for claim in self.claims if claim.user_id != user]
            self.claims = left  # type: ignore[misc]  # as above
            if self.lasts is not None:
                self.lasts.pop(user, None)
        return first

    def by_user(self) -> dict[str, set[Claim]]:
        """Return the claims, the first and those kept, by user."""
        found: dict[str, set[Claim]] = {}
        for claim in (*self.firsts.values(), *self.claims):
            found.setdefault(claim.user_id, set()).add(claim)
        return found


class Anon(Id, Claimed):
    """One anonymousId.

    Attributes:
        value: As claims name it, see :func:`anon_id`; as sent it is ``plain``.
        only: Events that carry it and no usable userId.
        loose: Those of them that are nobody's.
        firsts, claims, lasts: The claims on it, and on what it is joined with; as in :class:`Claimed`.
        owner: The claim the policy gives it to, where all its events have one owner.
        refused: userIds beyond their limit; ``None`` for none.
        tracks: userId -> its first track with both ids, where only identify links.
        keys: Sorted places of the anonymous-only events, or their event times where all have one owner but for a
            lookback; only where the reading needs them.
        times: Their event times, where places are arrivals and a lookback is asked for.
        component: What it is connected to; only under ``graph``.
        parent: The userId above it in the proof forest of that component.
        joined: What it is joined with, and its own claims; ``None`` for what shared no event with another identifier.
    """

    __slots__ = (
        *("claims", "component", "firsts", "joined", "keys", "lasts", "loose", "only", "owner", "parent", "refused"),
        *("times", "tracks"),
    )

    name = "anonymousId"

    def __init__(self, value: str, key: int, event: IdEvent) -> None:
        super().__init__(value, key, event)
        self.only = 0
        self.loose = 0
        self.firsts: dict[str, Claim] = {}
        self.claims: list[Claim] = []
        self.lasts: dict[str, Claim] | None = None
        self.owner: Claim | None = None
        self.refused: set[str] | None = None
        self.tracks: dict[str, Claim] | None = None
        self.keys: array[int] | None = None
        self.times: array[int] | None = None
        self.component: Component | None = None
        self.parent: User | None = None
        self.joined: Joined | None = None

    @property
    def plain(self) -> str:
        """Its value on the wire."""
        return anon_plain(self.value)

    @property
    def own(self) -> str:
        """Its name as an actor of its own."""
        return f"anon:{anon_plain(self.value)}"

    @property
    def actor(self) -> str:
        """The anonymous actor its loose events belong to."""
        return self.own if self.joined is None else self.joined.bundle.head.own

    def place(self, key: int, time_us: int, *, timed: bool) -> None:
        """Remember where an anonymous-only event stands."""
        if self.keys is None:
            self.keys = array("q")
            self.times = array("q") if timed else None
        at = bisect_right(self.keys, key)
        self.keys.insert(at, key)
        if self.times is not None:
            self.times.insert(at, time_us)

    def displace(self, key: int) -> None:
        """Forget one event at ``key``; nothing where there is none."""
        if self.keys is None:
            return
        at = bisect_left(self.keys, key)
        if at < len(self.keys) and self.keys[at] == key:
            del self.keys[at]
            if self.times is not None:
                del self.times[at]

    def reach(self, claim: Claim, policy: str) -> slice:
        """Return the events whose owner may change when ``claim``, not yet recorded, is.

        Under ``split`` those from it to the next claim, and all before it where it is the first; under
        ``previous-only`` those after the claim before it, up to it; else all.
        """
        if self.keys is None or policy not in _NEAR:
            return slice(None)
        at = bisect_left(self.claims, claim)
        if policy == "split":
            low = bisect_left(self.keys, claim.key) if at else 0
            high = bisect_left(self.keys, self.claims[at].key) if at < len(self.claims) else len(self.keys)
        else:
            low = bisect_right(self.keys, self.claims[at - 1].key) if at else 0
            high = bisect_right(self.keys, claim.key)
        return slice(low, high)


_NEAR = ("split", "previous-only")


class Other(Anon):
    """One other identifier of the customer: an email, a phone number, an account.

    Attributes:
        name: What it is called on the wire.
        value: ``id:name:plain``, which no other row has; as sent it is ``plain``.
    """

    __slots__ = ("_plain", "name")

    def __init__(self, name: str, plain: str, key: int, event: IdEvent) -> None:
        super().__init__(other_id(name, plain), key, event)
        self.spaced = plain != plain.strip()
        self.name = name
        self._plain = plain

    @property
    def plain(self) -> str:
        """Its value on the wire."""
        return self._plain

    @property
    def own(self) -> str:
        """Its name as an actor of its own."""
        return self.value


class Component:
    """Ids connected by claims; under ``graph`` it is the actor.

    Attributes:
        name: Its user seen first.
        users, anons: Its members.
        events: How many events belong to it.
    """

    __slots__ = ("anons", "events", "name", "users")

    def __init__(self, user: User) -> None:
        self.name = user
        self.users = [user]
        self.anons: list[Anon] = []
        self.events = 0

    @property
    def size(self) -> int:
        """How many ids it has."""
        return len(self.users) + len(self.anons)
