"""What is remembered of identifiers that share events with others: their own claims, their joins. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.identity.ledger import Claimed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from fake_pointillist.identity.attribution import Claim
    from fake_pointillist.identity.joins import Join
    from fake_pointillist.identity.ledger import Anon

_LONG_AGO = (-(1 << 63), 0)


class Joined(Claimed):
    """One identifier that shares events with others.

    Attributes:
        row: What is remembered of it; there the claims on its whole bundle stand.
        firsts, claims, lasts: Its own claims.
        barred: Users whose claim on it is refused, with the unique names that bar it.
        pairs: What it shared an event with, and the first such event; refused joins too.
        apart: What it is not joined with all the same, with the unique names that keep the two apart.
        bundle: What it is joined with.
    """

    __slots__ = ("apart", "barred", "bundle", "claims", "firsts", "lasts", "pairs", "row")

    def __init__(self, row: Anon) -> None:
        self.row = row
        self.firsts = dict(row.firsts)
        self.claims = list(row.claims)
        self.lasts = None if row.lasts is None else dict(row.lasts)
        self.barred: dict[str, frozenset[str]] = {}
        self.pairs: dict[Joined, Join] = {}
        self.apart: dict[Joined, frozenset[str]] = {}
        newest = max((claim[:2] for claim in self.firsts.values()), default=_LONG_AGO)
        self.bundle = Bundle([self], row, newest)

    def since(self, claim: Claim) -> int:
        """Return the arrival of the last of what brings a claim on its bundle to it."""
        way, _ = self.to_claim(claim)
        return max([claim.seq, *(join.seq for join in way)])

    def to_claim(self, claim: Claim) -> tuple[list[Join], Anon]:
        """Return the joins that bring a claim on its bundle to it, from it on, and what is claimed."""
        return self.way(lambda one: any(made[:2] == claim[:2] for made in one.effective()))

    def way(self, is_goal: Callable[[Joined], bool]) -> tuple[list[Join], Anon]:
        """Return a shortest way of joins to a member of its bundle, and that; no way where none of them is wanted."""
        ways: dict[Joined, list[Join]] = {self: []}
        waiting = [self]
        for one in waiting:
            if is_goal(one):
                return ways[one], one.row
            for other, join in one.pairs.items():
                if other not in ways and other not in one.apart:
                    ways[other] = [*ways[one], join]
                    waiting.append(other)
        return [], self.row

    def let_go(self) -> None:
        """Forget what it is joined with, which would hold it in memory."""
        self.pairs.clear()
        self.apart.clear()
        self.bundle.members.clear()

    def effective(self) -> Iterator[Claim]:
        """Yield its own claims that are not refused."""
        for claim in {*self.firsts.values(), *self.claims}:
            if claim.user_id not in self.barred:
                yield claim


class Book(Claimed):
    """Claims of several members, put together."""

    __slots__ = ("claims", "firsts", "lasts")

    def __init__(self) -> None:
        self.firsts = {}
        self.claims = []
        self.lasts = None


class Bundle:
    """Identifiers joined with each other.

    Attributes:
        members: They.
        head: The best of them; the anonymous actor is named after it.
        loose: Their events that are nobody's.
        newest: No join or claim on a member comes after this, as (key, seq).
    """

    __slots__ = ("head", "loose", "members", "newest")

    def __init__(self, members: list[Joined], head: Anon, newest: tuple[int, int]) -> None:
        self.members = members
        self.head = head
        self.loose = sum(member.row.loose for member in members)
        self.newest = newest

    def takes(self, at: tuple[int, int]) -> bool:
        """Take note of a join or a claim; return whether it is late: another one comes after it."""
        is_late = at < self.newest
        self.newest = max(self.newest, at)
        return is_late

    def claims(self) -> list[Claim]:
        """Return the claims that stand on it, in order; every member has them."""
        return sorted({*self.head.firsts.values(), *self.head.claims})

    def absorb(self, other: Bundle, head: Anon) -> None:
        """Take in the members of another bundle; what is to be moved, has been."""
        for member in other.members:
            member.bundle = self
        self.members += other.members
        self.loose += other.loose
        self.head = head
        self.newest = max(self.newest, other.newest)

    @property
    def conflicts(self) -> int:
        """Users but the first who claim it."""
        return max(len(self.head.firsts) - 1, 0)


def conflicts_of(members: Iterable[Joined]) -> int:
    """Return the conflicts of the bundles of members."""
    return sum(bundle.conflicts for bundle in {member.bundle for member in members})


def standing_on(claim: Claim, row: Anon) -> Claim:
    """Return a claim as it stands on another member of the bundle."""
    return claim if claim.anonymous_id == row.value else claim._replace(anonymous_id=row.value)
