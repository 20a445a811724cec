"""Identity: which person each event belongs to. The theory, and the one implementation of it. Pure.

What the Segment page says (``seed``): "set *userId* and *anonymousId* as Actor Identifiers. Pointillist will then
automatically associate all events tagged previously with the *anonymousId* to the provided *userId*." So an event that
carries both ids is a **claim** of that user on that anonymousId, and it reaches back over all earlier events. Nothing
public says more; every further rule is ``inferred`` or ``ours`` and is shown so (``facts/identity.md``).

The reading in use, policy ``first-claim``:

    An event that names a usable userId belongs to that user (R8). Otherwise it belongs to the user holding the *first
    claim* on its anonymousId (R10, R11): first by event time, then by arrival. Otherwise it belongs to the anonymous
    actor of that anonymousId. An event without any usable id is nobody's (R5). Users are never merged with users.

Attribution is a function event -> actor, derived when asked; nothing stored is ever rewritten. With one owner an
anonymousId, a claim moves any number of events by changing one row, the same events give the same people in whatever
order they arrive, a replay changes nothing, and taking a claim away (:meth:`Identity.unlink`, R14) is exact. The other
policies are rows of :mod:`fake_pointillist.identity.policies`; ``graph`` alone needs more
(:mod:`fake_pointillist.identity.graph`).

The state is a row an id and a row a pair that met, not a row an event (:mod:`fake_pointillist.identity.ledger`);
``split``, ``previous-only`` and a lookback keep 8 bytes an anonymous-only event beside it. ``stitch`` feeds events and
reads the result at the end; the fake feeds the same events one by one as they arrive. Both get the same people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fake_pointillist.identity import id_warnings
from fake_pointillist.identity.attribution import ActorIds, Added, Attribution, Claim, IdEvent, IdWarning, Move, Options
from fake_pointillist.identity.blocked import is_blocked
from fake_pointillist.identity.id_warnings import ANON, USER
from fake_pointillist.identity.ledger import Anon, Other, User
from fake_pointillist.identity.moves import move
from fake_pointillist.identity.notation import anon_id, other_id
from fake_pointillist.identity.people import People
from fake_pointillist.identity.policies import DEFAULT_POLICY, POLICIES, policy_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["DEFAULT_POLICY", "POLICIES", "ActorIds", "Added", "Attribution", "Change", "Claim", "IdEvent"]
__all__ += ["IdWarning", "Identity", "Move", "Options"]

_DEFAULTS = Options()


class Change(NamedTuple):
    """What one event brought: what there is to warn of, and what it moved."""

    warnings: tuple[IdWarning, ...]
    moves: tuple[Move, ...]


NOTHING = Change((), ())


class Identity(People):
    """Who is who after the events fed so far.

    Feeding is here, reading in :class:`~fake_pointillist.identity.people.People`.

    Attributes:
        merges: Rows of the merge log so far; the log itself is kept by whoever reads the moves.

    Raises:
        UnknownPolicyError: No policy of that name.
    """

    def __init__(
        self,
        policy: str = DEFAULT_POLICY,
        options: Options = _DEFAULTS,
        *,
        is_blocked: Callable[[str], bool] = is_blocked,
    ) -> None:
        super().__init__(policy_of(policy), options, is_blocked)
        self.merges = 0
        self._more_unique = len(options.unique) > 1
        self._every = self.policy.kept != "first"
        self._identify_only = options.link_on == "identify"

    def add(self, event: IdEvent, *, counts: bool = True) -> Added:
        """Take in one event, in order of arrival, and say whom it belongs to now.

        Args:
            event: The event; its ``seq`` must be greater than that of every event before it.
            counts: Whether the event itself is there; ``False`` takes in only its claim (a dropped event's).
        """
        warnings, moves = self.ingest(event, counts=counts)
        return Added(self.attribute(event), warnings, moves)

    def ingest(self, event: IdEvent, *, counts: bool = True) -> Change:
        """Do what :meth:`add` does but for the attribution, which a batch asks for at the end."""
        seq, message, time_us, user_id, anonymous_id, documented, _, others = event
        key = seq if self._by_arrival else time_us
        warnings: list[IdWarning] = []
        moves: list[Move] = []
        user = anon = None
        if user_id:  # what is known already and came no later needs no second look: this event is the newest
            user = self._users.get(user_id)
            if user is None or user.spaced or key < user.key:
                user = self._user(event, key, warnings, moves)
        if anonymous_id:
            anon = self._anons.get(anonymous_id)
            if anon is None or anon.spaced or key < anon.key:
                anon = self._anon(event, key, warnings)
        if others:
            anon = self._join(event, key, user, anon, warnings, moves)
        elif user is not None:
            if anon is not None:
                first = anon.firsts.get(user.value)
                if first is None or self._every or (key, seq) < (first.key, first.seq) or anon.joined is not None:
                    claim = Claim(key, seq, time_us, user.value, anon.value, message, documented)
                    self._link(user, anon, claim, event, warnings, moves)
            elif documented and not anonymous_id:
                warnings.append(id_warnings.no_anonymous_id(event))
        if counts:
            if user is not None:
                self._ownership.count_named(user, 1)
            elif anon is not None:
                self._ownership.count_anonymous(anon, key, time_us, 1)
            else:
                self.unattributed += 1
        if not warnings and not moves:
            return NOTHING
        self.merges += len(moves)
        return Change(tuple(warnings), tuple(moves))

    def drop(self, event: IdEvent) -> None:
        """Forget an event that was added, but not its claim: the people stay who they are."""
        user = self._users.get(event.user_id) if event.user_id else None
        if user is not None:
            self._ownership.count_named(user, -1)
            return
        _, anon = self._best(event)
        if anon is None:
            self.unattributed -= 1
            return
        self._ownership.count_anonymous(anon, event.seq if self._by_arrival else event.time_us, event.time_us, -1)

    def unlink(self, user_id: str, anonymous_id: str) -> tuple[Move, ...]:
        """Delete every claim of a user on an anonymousId (R14) and return what moved; ``()`` where there was none.

        A new claim by a new event links them again. Where the user owned the id but no event moved, one row with
        ``events_moved`` 0 says so. Another identifier is written ``id:NAME:VALUE``. From what is joined with it, the
        claims go as well: a claim on one of them is a claim on all.
        """
        user = self._users.get(user_id)
        anon = self.named(anonymous_id)
        if user is None or anon is None or user_id not in anon.firsts:
            return ()
        owner = anon.owner
        moves: list[Move] = []
        if anon.joined is not None:
            moves = self._bundles.unclaim(user, anon)
        else:
            self._watch.conflicts -= len(anon.firsts) > 1
            self._ownership.unclaim(user, anon, moves)
        if not moves and owner is not None and owner.user_id == user_id:
            heir = f"user:{anon.owner.user_id}" if anon.owner is not None else anon.actor
            moves.append(move(anon.value, f"user:{user_id}", heir, 0, None))
        self.merges += len(moves)
        return tuple(moves)

    def _user(self, event: IdEvent, key: int, warnings: list[IdWarning], moves: list[Move]) -> User | None:
        value = event.user_id or ""
        user = self._users.get(value)
        if user is None:
            if self._is_blocked(value):
                warnings.append(id_warnings.blocked(event, USER, value))
                return None
            user = self._users[value] = User(value, key, event)
            self._ownership.meet(user)
            self._watch.met(USER, user, event, warnings)
        elif user.seen(key, event):
            self._ownership.seen_earlier(user, moves, event.message, event.time_us)
        if user.spaced:
            warnings.append(id_warnings.spaced(event, USER, value))
        return user

    def _anon(self, event: IdEvent, key: int, warnings: list[IdWarning]) -> Anon | None:
        value = event.anonymous_id or ""
        anon = self._anons.get(value)
        if anon is None:
            if self._is_blocked(value):
                warnings.append(id_warnings.blocked(event, ANON, value))
                return None
            anon = self._anons[value] = Anon(anon_id(value), key, event)
            if self._more_unique:
                self._bundles.meet(anon)
            self._watch.met(ANON, anon, event, warnings)
        else:
            anon.seen(key, event)
        if anon.spaced:
            warnings.append(id_warnings.spaced(event, ANON, value))
        return anon

    def _other(self, event: IdEvent, key: int, name: str, value: str, warnings: list[IdWarning]) -> Other | None:
        own = other_id(name, value)
        other = self._others.get(own)
        if other is None:
            if self._is_blocked(value):
                warnings.append(id_warnings.blocked(event, name, value))
                return None
            other = self._others[own] = Other(name, value, key, event)
            if self._more_unique:
                self._bundles.meet(other)
            self._watch.met(name, other, event, warnings)
        else:
            other.seen(key, event)
        if other.spaced:
            warnings.append(id_warnings.spaced(event, name, value))
        return other

    def _join(  # noqa: PLR0917 - one call, in one place
        self,
        event: IdEvent,
        key: int,
        user: User | None,
        anon: Anon | None,
        warnings: list[IdWarning],
        moves: list[Move],
    ) -> Anon | None:
        """Join an event's identifiers to its best one; return the best of those that are no userId."""
        others = (self._other(event, key, name, value, warnings) for name, value in event.others)
        rows: list[Anon] = [row for row in (anon, *others) if row is not None]
        rows.sort(key=lambda row: self._place_of(row.name))
        if user is None:
            for row in rows[1:]:
                moves += self._bundles.join(rows[0], row, key, event, warnings)
        else:
            for row in rows:
                claim = Claim(key, event.seq, event.time_us, user.value, row.value, event.message, event.documented)
                self._link(user, row, claim, event, warnings, moves)
        return rows[0] if rows else None

    def _link(  # noqa: PLR0917 - two calls, both here
        self, user: User, anon: Anon, claim: Claim, event: IdEvent, warnings: list[IdWarning], moves: list[Move]
    ) -> None:
        if self._identify_only and not claim.documented:
            self._watch.track(anon, claim, warnings)
            return
        if anon.joined is not None:
            moves += self._bundles.claim(user, anon, claim, event, warnings)
            return
        first, held = anon.firsts.get(user.value), user.held
        overtaken = anon.claims[0] if anon.claims else None
        self._ownership.claim(user, anon, claim, moves)
        if first is None:
            self._watch.claimed(user, anon, claim, warnings)
        elif claim < first and first.documented:
            self._watch.undocumented(claim, warnings)
        if user.held > held:  # by a first claim, or by one that happened before another user's
            self._watch.grown(user, held, claim.message, warnings)
        if overtaken is not None and claim < overtaken:
            self._watch.overtakes(claim, overtaken, warnings)
