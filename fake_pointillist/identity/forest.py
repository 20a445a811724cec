"""The proof forest of the policy ``graph``: which claims made ids one, and the way between two of them. Pure.

A claim that connects two components *caused a union*. Those claims are the edges of a forest, one tree a component, and
the way from one id to another in it is why the two are one. A claim between ids that were one already is no part of it.

Each id holds its parent in its tree. A union relabels and re-roots the smaller tree, so a million unions cost a million
times the logarithm, and a way is found by climbing, whatever the size of the component. What caused a union is told by
the arrival of the claims, as the merge log tells it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from fake_pointillist.identity.ledger import Anon, Component, User

if TYPE_CHECKING:
    from fake_pointillist.identity.attribution import Claim


def connects(anon: Anon, user_id: str) -> bool:
    """Whether the user's claim on ``anon`` is an edge: it claims, and its limit does not refuse the id."""
    return user_id in anon.firsts and not (anon.refused and user_id in anon.refused)


def caused_union(user: User, anon: Anon) -> bool:
    """Whether the claim of ``user`` on ``anon`` is what made their parts of the component one."""
    return anon.parent is user or user.parent is anon


def plant(user: User) -> Component:
    """Give a user a component of its own and return it."""
    user.parent = None
    user.component = Component(user)
    return user.component


def unite(user: User, anon: Anon) -> Component:
    """Make the components of the two ends of a claim one, and return it; it is named after the user seen first.

    The two must not be one already. Of an anonymousId that was in none, the events that are not loose are counted in.
    """
    mine, its = component_of(user), anon.component
    if its is None:
        mine.anons.append(anon)
        mine.events += anon.only - anon.loose
        anon.component, anon.parent = mine, user
        return mine
    if mine.size >= its.size:
        _absorb(mine, its)
        _root(anon)
        anon.parent = user
        return mine
    _absorb(its, mine)
    _root(user)
    user.parent = anon
    return its


def rebuild(component: Component) -> list[Component]:
    """Return the components its members form by the claims that are left; anonymousIds without any are in none.

    The claims that caused unions go first and stay causes; where one has gone, the first other claim that connects the
    two parts takes its place.
    """
    edges = sorted(
        (not caused_union(user, anon), anon.firsts[user.value], user.value, anon.own)
        for user in component.users
        for anon in user.anons
        if anon.component is component and connects(anon, user.value)
    )
    users = {user.value: user for user in component.users}
    anons = {anon.own: anon for anon in component.anons}
    for anon in component.anons:
        anon.component = anon.parent = None
    for user in component.users:
        plant(user).events = user.named
    for _, _, user_id, own in edges:
        user, anon = users[user_id], anons[own]
        if anon.component is not user.component:
            unite(user, anon)
    return list(dict.fromkeys(component_of(user) for user in component.users))


def way(start: User | Anon, goal: User | Anon) -> list[Claim] | None:
    """Return the claims between two ids in the forest, in order, or ``None`` where they are not one."""
    if start is goal:
        return []
    if start.component is None or start.component is not goal.component:
        return None
    up, down = _to_root(start), _to_root(goal)
    while len(up) > 1 and len(down) > 1 and up[-2] is down[-2]:  # above their nearest common id nothing matters
        up.pop()
        down.pop()
    return [_between(one, other) for one, other in pairwise([*up, *down[-2::-1]])]


def component_of(user: User) -> Component:
    """Return the component of a user; under ``graph`` every user has one.

    Raises:
        AssertionError: The policy is not ``graph``: a slip of ours.
    """
    assert user.component is not None
    return user.component


def seen(user: User) -> tuple[int, int]:
    """Return what orders users: their first event."""
    return user.key, user.seq


def _absorb(large: Component, small: Component) -> None:
    large.name = min(large.name, small.name, key=seen)
    for user in small.users:
        user.component = large
    for anon in small.anons:
        anon.component = large
    large.users += small.users
    large.anons += small.anons
    large.events += small.events


def _root(node: User | Anon) -> None:
    """Make an id the root of its tree: turn round every edge above it."""
    above: User | Anon | None = node
    below: User | Anon | None = None
    while above is not None:
        above.parent, below, above = below, above, above.parent


def _to_root(node: User | Anon) -> list[User | Anon]:
    found = [node]
    while (parent := found[-1].parent) is not None:
        found.append(parent)
    return found


def _between(one: User | Anon, other: User | Anon) -> Claim:
    if isinstance(one, Anon):
        return one.firsts[other.value]
    assert isinstance(other, Anon)
    return other.firsts[one.value]
