"""Which identifiers are one person's, where events carry more than a userId and an anonymousId. Pure.

Nothing public says how Pointillist treats an email or a phone number posted as an identifier; all of this is ``ours``.

    An event joins each of its usable identifiers to its **best** one: its userId (the join is a claim, R9), else the
    first of the names declared unique, else its anonymousId, else the first by name. It belongs to whom its best
    identifier belongs to. Joins are taken in the order of claims, (event time, arrival). One that would give an actor
    two values of a unique name is refused; the first event of a pair decides for all that repeat it.

``userId`` is unique under every policy but ``graph``. A second user's claim is not refused, it is what policies are
about (R12). So R8 to R12 are this rule where an event has a userId and an anonymousId and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fake_pointillist.identity.ledger import Anon, Id

Place: TypeAlias = tuple[int, str]
"""How good an identifier is by its name; the least is the best."""


class Join(NamedTuple):
    """Two identifiers but userIds in one event. Joins are taken in the order of their first three fields.

    Attributes:
        key, seq: The event, in the order of claims.
        place: Of ``other``: an event's better identifiers are joined first.
        best, other: The two.
        time_us: The event time.
        message: The event's name.
        documented: Whether it is an identify.
    """

    key: int
    seq: int
    place: Place
    best: Anon
    other: Anon
    time_us: int
    message: str
    documented: bool


class Edge(NamedTuple):
    """A join, or a claim, between two ids, for :func:`clashes`; the first three as in :class:`Join`."""

    key: int
    seq: int
    place: Place
    one: Id
    other: Id


class Names:
    """What the names of identifiers mean.

    Attributes:
        unique: The names declared unique but ``userId``, the best first.
    """

    def __init__(self, unique: Sequence[str]) -> None:
        self.unique = tuple(name for name in unique if name != "userId")
        self._places = {name: (place, "") for place, name in enumerate((*self.unique, "anonymousId"))}

    def place(self, name: str) -> Place:
        """Return how good an identifier of this name is."""
        return self._places.get(name, (len(self._places), name))


def clashes(edges: Iterable[Edge], unique: frozenset[str]) -> dict[Edge, frozenset[str]]:
    """Take edges in order; return those that join nothing, each with the unique names that kept the two apart."""
    parts: dict[Id, list[Id]] = {}
    values: dict[int, dict[str, str]] = {}  # of each part, by the list it is
    found: dict[Edge, frozenset[str]] = {}
    for edge in sorted(edges, key=lambda edge: edge[:3]):
        for end in (edge.one, edge.other):
            if end not in parts:
                parts[end] = [end]
                values[id(parts[end])] = {end.name: end.plain} if end.name in unique else {}
        large, small = sorted((parts[edge.one], parts[edge.other]), key=len, reverse=True)
        if large is small:
            continue
        mine, its = values[id(large)], values[id(small)]
        clash = frozenset(name for name, value in its.items() if mine.get(name, value) != value)
        if clash:
            found[edge] = clash
            continue
        mine.update(its)
        large += small
        for end in small:
            parts[end] = large
    return found
