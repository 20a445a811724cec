"""Bundles: identifiers joined with each other. A claim on one of them is a claim on all. Pure.

The rule is :mod:`fake_pointillist.identity.joins`; here it is kept up as events come. Who owns a bundle is the policy's
business as it is of a lone anonymousId: the claims on each member are recorded on every other one, so that nothing in
:mod:`fake_pointillist.identity.ownership` need know of bundles.

What comes in the order of claims costs the smaller bundle, and so does an identifier's first tie, whenever it comes: an
end of the net bars nothing. Another tie that comes late, or where more than the userId is unique, may change what is
joined elsewhere: all that ever shared an event with these, and so on, is judged anew, some 4 us an identifier.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from fake_pointillist.identity.id_warnings import ANON, of_claims, refused_ties
from fake_pointillist.identity.joined import Book, Bundle, Joined, conflicts_of, standing_on
from fake_pointillist.identity.joins import Edge, Join, clashes
from fake_pointillist.identity.moves import caused, move, net

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fake_pointillist.identity.attribution import Claim, IdEvent, IdWarning, Move
    from fake_pointillist.identity.joins import Names
    from fake_pointillist.identity.ledger import Anon, User
    from fake_pointillist.identity.ownership import Ownership
    from fake_pointillist.identity.policies import Policy
    from fake_pointillist.identity.watch import Watch


class Bundles:
    """Every bundle, kept up to date.

    Args:
        names: What the names of identifiers mean.
        policy: Which claims it needs, and whether it fuses users.
        users: By userId.
        ownership: Where claims move events.
        watch: What there is to warn of.
    """

    def __init__(
        self, names: Names, policy: Policy, users: dict[str, User], ownership: Ownership, watch: Watch
    ) -> None:
        self._names = names
        self._policy = policy
        self._unique = frozenset(names.unique if policy.fuses else ("userId", *names.unique))
        self._users = users
        self._ownership = ownership
        self._watch = watch
        self._claimed: dict[str, list[Joined]] = {}

    def meet(self, row: Anon) -> None:
        """Take note of a new identifier where more is unique than the userId: any claim on it may be refused."""
        self._of(row)

    def join(self, best: Anon, other: Anon, key: int, event: IdEvent, warnings: list[IdWarning]) -> list[Move]:
        """Join two identifiers of an event, unless that is refused; return what it moved."""
        one, two = self._of(best), self._of(other)
        place = self._names.place(other.name)
        join = Join(key, event.seq, place, best, other, event.time_us, event.message, event.documented)
        known = one.pairs.get(two)
        if known is not None and known[:2] <= join[:2]:
            return []
        one.pairs[two] = two.pairs[one] = join
        moves: list[Move] = []
        is_late = one.bundle.takes(join[:2]) | two.bundle.takes(join[:2])
        is_end = self._is_end(one) or self._is_end(two)
        if (is_late or self._names.unique) and not is_end:
            self._judge_anew([one, two], event, moves, warnings)
        elif one.bundle is not two.bundle:
            self._unite(one, two, event, moves, warnings)
        return net(moves, event)

    def claim(self, user: User, row: Anon, claim: Claim, event: IdEvent, warnings: list[IdWarning]) -> list[Move]:
        """Record a user's claim on a joined identifier; return what it moved."""
        joined = self._of(row)
        first, known, held = joined.firsts.get(user.value), row.firsts.get(user.value), user.held
        overtaken = row.claims[0] if row.claims else None
        if not joined.record(claim, self._policy.kept):
            return []
        moves: list[Move] = []
        if known is not None and known[:2] == claim[:2] and row.name == ANON:
            self._watch.undocumented(claim, warnings)  # by another identifier of this event it was there already
        if first is None and self._names.unique:
            self._claimed.setdefault(user.value, []).append(joined)
        is_tied = self._names.unique and not self._is_end(joined)
        if (first is None or claim < first) and (joined.bundle.takes(claim[:2]) or is_tied):
            self._judge_anew([joined], event, moves, warnings)
            if overtaken is not None and row.claims and row.claims[0] == claim:
                self._watch.overtakes(claim, overtaken, warnings)
            return net(moves, event)
        if user.value not in joined.barred:
            for member in joined.bundle.members:
                self._record(member, [claim], moves)
            if known is None:
                self._watch.claimed(user, row, claim, warnings)
            self._watch.grown(user, held, claim.message, warnings)
        return caused(moves, event)

    def unclaim(self, user: User, row: Anon) -> list[Move]:
        """Delete every claim of a user on an identifier and on what it is joined with; return what that moved."""
        members = self._of(row).bundle.members
        beside = self._claimed.get(user.value, [])
        start = [*members, *beside]
        for member in members:
            member.barred.pop(user.value, None)
            if member.erase(user.value) is not None and self._names.unique:
                beside.remove(member)
        moves: list[Move] = []
        self._judge_anew(start, None, moves, [])
        return net(moves, None)

    def claimants(self, row: Anon) -> set[str]:
        """Return who claims an identifier, or anything it may be joined with, whatever is unique and links."""
        members = [] if row.joined is None else self._connected([row.joined])
        ties = [row.firsts, *(member.firsts for member in members)]
        ties += [one.tracks or {} for one in (row, *(member.row for member in members))]
        return {user for claims in ties for user in claims}

    def refusals(self, rows: Iterable[Anon]) -> Iterator[IdWarning]:
        """Yield a warning for each pair of identifiers that share an event and are not joined."""
        for row in rows:
            if row.joined is not None:
                yield from refused_ties(row.joined, self._users)

    def _of(self, row: Anon) -> Joined:
        if row.joined is None:
            row.joined = Joined(row)
            for user in row.firsts if self._names.unique else ():
                self._claimed.setdefault(user, []).append(row.joined)
        return row.joined

    def _is_end(self, joined: Joined) -> bool:
        """Whether an identifier has one tie only and no value to be unique: that tie can neither be refused nor bar."""
        return joined.row.name not in self._unique and len(joined.pairs) + len(joined.firsts) == 1

    def _unite(self, one: Joined, two: Joined, event: IdEvent, moves: list[Move], warnings: list[IdWarning]) -> None:
        """Make two bundles one, unless two users were the first to claim them."""
        firsts = [min(end.row.firsts.values()).user_id for end in (one, two) if end.row.firsts]
        if "userId" in self._unique and len(set(firsts)) > 1:
            one.apart[two] = two.apart[one] = _CONTESTED
            warnings += refused_ties(two, self._users)
            return
        mine, its = one.bundle.claims(), two.bundle.claims()
        changing = [*(two.bundle.members if mine else ()), *(one.bundle.members if its else ())]
        small, large = sorted((one.bundle, two.bundle), key=lambda bundle: len(bundle.members))
        conflicts = small.conflicts + large.conflicts
        with self._watching(changing, {claim.user_id for claim in mine + its}, event, warnings):
            for taking, claims in ((two.bundle, mine), (one.bundle, its)):
                for member in taking.members if claims else ():
                    self._record(member, claims, moves)
            self._ownership.anonymous -= (small.loose > 0) + (large.loose > 0)
            head = min(small.head, large.head, key=self._goodness)
            moves += (
                move(bundle.head.value, bundle.head.own, head.own, bundle.loose, None)
                for bundle in (small, large)
                if bundle.loose and bundle.head is not head
            )
            large.absorb(small, head)
            self._ownership.anonymous += large.loose > 0
        self._watch.conflicts += large.conflicts - conflicts

    def _record(self, member: Joined, claims: Iterable[Claim], moves: list[Move]) -> None:
        row = member.row
        for claim in claims:
            self._ownership.claim(self._users[claim.user_id], row, standing_on(claim, row), moves)

    def _judge_anew(
        self, start: list[Joined], event: IdEvent | None, moves: list[Move], warnings: list[IdWarning]
    ) -> None:
        """Judge the joins and claims of everything connected with ``start`` from the first on."""
        members = self._connected(start)
        users = {user for member in members for user in (*member.row.firsts, *member.firsts)}
        conflicts = conflicts_of(members)
        with self._watching(members, users, event, warnings):
            parts = self._parts(members)
            wanted = {member: claims for part in parts for claims in [self._wanted(part)] for member in part}
            for member in members:
                self._withdraw(member, wanted[member], moves)
            self._regroup(parts, moves)
            for member in members:
                missing = [
                    claim for user, some in wanted[member].items() if user not in member.row.firsts for claim in some
                ]
                self._record(member, sorted(missing), moves)
        self._watch.conflicts += conflicts_of(members) - conflicts

    def _parts(self, members: list[Joined]) -> list[list[Joined]]:
        """Judge every join and claim among members; return who is joined with whom."""
        users, place = self._users, self._names.place
        pairs = {
            Edge(*join[:3], member.row, other.row): (member, other)
            for member in members
            for other, join in member.pairs.items()
            if join.other is member.row
        }
        claims = {
            Edge(claim.key, claim.seq, place(member.row.name), users[user], member.row): (member, user)
            for member in members
            for user, claim in member.firsts.items()
        }
        found = clashes([*pairs, *claims], self._unique)
        for member in members:
            member.barred.clear()
            member.apart.clear()
        part_of = {member: [member] for member in members}
        for edge, (one, other) in pairs.items():
            if edge in found:
                one.apart[other] = other.apart[one] = found[edge]
                continue
            large, small = sorted((part_of[one], part_of[other]), key=len, reverse=True)
            if large is not small:
                large += small
                part_of.update(dict.fromkeys(small, large))
        for edge, (member, user) in claims.items():
            if found.get(edge, _CONTESTED) != _CONTESTED:
                member.barred[user] = found[edge]
        return list({id(part): part for part in part_of.values()}.values())

    def _wanted(self, part: list[Joined]) -> dict[str, set[Claim]]:
        """Return the claims that stand on every member of a part, by user, without saying on what."""
        book = Book()
        for member in part:
            for claim in member.effective():
                book.record(claim._replace(anonymous_id=""), self._policy.kept)
        return book.by_user()

    def _withdraw(self, member: Joined, wanted: dict[str, set[Claim]], moves: list[Move]) -> None:
        """Take from an identifier the claims of every user whose claims on it are others now."""
        row = member.row
        for user, claims in row.by_user().items():
            if claims != {standing_on(claim, row) for claim in wanted.get(user, ())}:
                self._ownership.unclaim(self._users[user], row, moves)

    def _connected(self, start: list[Joined]) -> list[Joined]:
        """Return what shared events with these, and so on; by way of users too, where they can be barred."""
        found = dict.fromkeys(start)
        waiting = list(found)
        while waiting:
            one = waiting.pop()
            beside = [*one.pairs]
            if self._names.unique:
                beside += [member for user in one.firsts for member in self._claimed[user]]
            waiting += [other for other in dict.fromkeys(beside) if other not in found]
            found.update(dict.fromkeys(beside))
        return list(found)

    def _regroup(self, parts: list[list[Joined]], moves: list[Move]) -> None:
        """Make each part a bundle, and let the events that are nobody's follow its name."""
        changed = [part for part in parts if set(part) != set(part[0].bundle.members)]
        before = [(member.row, member.row.actor) for part in changed for member in part]
        self._ownership.anonymous -= sum(
            bundle.loose > 0 for bundle in {member.bundle for part in changed for member in part}
        )
        for part in changed:
            newest = max(member.bundle.newest for member in part)
            head = min((member.row for member in part), key=self._goodness)
            bundle = Bundle(part, head, newest)
            self._ownership.anonymous += bundle.loose > 0
            for member in part:
                member.bundle = bundle
        moves += (
            move(row.value, old, row.actor, row.loose, None) for row, old in before if row.loose and row.actor != old
        )

    @contextmanager
    def _watching(
        self, members: list[Joined], users: Iterable[str], event: IdEvent | None, warnings: list[IdWarning]
    ) -> Iterator[None]:
        """Warn of what comes up among members, and of users who own more than they should."""
        before = {_news(warning) for warning in self._standing(members)}
        held = [(self._users[user], self._users[user].held) for user in sorted(users)]
        yield
        if event is None:
            return
        warnings += (warning for warning in self._standing(members) if _news(warning) not in before)
        for user, count in held:
            self._watch.grown(user, count, event.message, warnings)

    def _standing(self, members: Iterable[Joined]) -> Iterator[IdWarning]:
        for member in members:
            yield from of_claims(member.row, fuses=self._policy.fuses)
            yield from refused_ties(member, self._users)

    def _goodness(self, row: Anon) -> tuple[tuple[int, str], str]:
        return self._names.place(row.name), row.value


_CONTESTED = frozenset({"userId"})
"""A claim kept apart by this alone is not refused: it is another user's, and the policy's business."""


def _news(warning: IdWarning) -> tuple[str, tuple[str, ...], str]:
    """Return what makes a warning another one than those before; its words may change."""
    return warning.code, warning.message_ids, warning.path
