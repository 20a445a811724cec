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
from fake_pointillist.identity.ledger import Anon, User
from fake_pointillist.identity.ownership import move
from fake_pointillist.identity.people import People
from fake_pointillist.identity.policies import DEFAULT_POLICY, POLICIES, policy_of
from fake_pointillist.identity.watch import ANON, USER

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
        seq, message, time_us, user_id, anonymous_id, documented, _ = event
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
        if user is not None:
            if anon is not None:
                first = anon.firsts.get(user.value)
                if first is None or self._every or (key, seq) < (first.key, first.seq):
                    claim = Claim(key, seq, time_us, user.value, anon.value, message, documented)
                    self._link(user, anon, claim, warnings, moves)
            elif documented and not anonymous_id:
                warnings.append(id_warnings.no_anonymous_id(event))
            if counts:
                self._ownership.count_named(user, 1)
        elif counts and anon is not None:
            self._ownership.count_anonymous(anon, key, time_us, 1)
        elif counts:
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
        anon = self._anons.get(event.anonymous_id) if event.anonymous_id else None
        if anon is None:
            self.unattributed -= 1
            return
        self._ownership.count_anonymous(anon, event.seq if self._by_arrival else event.time_us, event.time_us, -1)

    def unlink(self, user_id: str, anonymous_id: str) -> tuple[Move, ...]:
        """Delete every claim of a user on an anonymousId (R14) and return what moved; ``()`` where there was none.

        A new claim by a new event links them again. Where the user owned the id but no event moved, one row with
        ``events_moved`` 0 says so.
        """
        user, anon = self._users.get(user_id), self._anons.get(anonymous_id)
        if user is None or anon is None or user_id not in anon.firsts:
            return ()
        owner = anon.owner
        self._watch.conflicts -= len(anon.firsts) > 1
        moves: list[Move] = []
        self._ownership.unclaim(user, anon, moves)
        if not moves and owner is not None and owner.user_id == user_id:
            heir = f"user:{anon.owner.user_id}" if anon.owner is not None else f"anon:{anonymous_id}"
            moves.append(move(anonymous_id, f"user:{user_id}", heir, 0, None))
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
            anon = self._anons[value] = Anon(value, key, event)
            self._watch.met(ANON, anon, event, warnings)
        else:
            anon.seen(key, event)
        if anon.spaced:
            warnings.append(id_warnings.spaced(event, ANON, value))
        return anon

    def _link(self, user: User, anon: Anon, claim: Claim, warnings: list[IdWarning], moves: list[Move]) -> None:
        if self._identify_only and not claim.documented:
            self._watch.track(anon, claim, warnings)
            return
        first, held = anon.firsts.get(user.value), user.held
        overtaken = anon.claims[0] if anon.claims else None
        self._ownership.claim(user, anon, claim, moves)
        if first is None:
            self._watch.claimed(user, anon, claim, warnings)
        elif claim < first and first.documented:
            self._watch.undocumented(claim, warnings)
        if user.held > held:  # by a first claim, or by one that happened before another user's
            self._watch.grown(user, claim, warnings)
        if overtaken is not None and claim < overtaken:
            self._watch.overtakes(claim, overtaken, warnings)
