"""``stitch`` as a Graphviz graph: users, anonymousIds and other identifiers, every claim and join between them."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

from fake_pointillist.identity.reasons import more, named
from fake_pointillist.identity.ties import claims_of, joins_of
from simulator.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.identity.attribution import ActorIds
    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.identity.ledger import Anon, User
    from simulator.stitching.stitch import Stitching

MOST = 500


def graph(stitching: Stitching) -> Iterator[str]:
    """Yield the lines of a ``digraph``.

    An edge with an arrow is a claim, one without joins two identifiers. A solid one is an identify, a dashed one a
    track, a red one was not applied. Beyond :data:`MOST` actors only the largest are drawn, and a comment says so.
    """
    identity = stitching.identity
    total = identity.known + identity.anonymous
    actors = nlargest(MOST, identity.actors(), key=_by_size) if total > MOST else list(identity.actors())
    yield "digraph people {"
    yield f"  // policy {identity.policy.name} (ours); {total} actors"
    if total > MOST:
        yield f"  // only the {MOST} largest are drawn"
    yield '  rankdir=LR; node [fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];'
    drawn: set[str] = set()
    for actor in actors:
        yield from _actor(identity, actor, drawn)
    yield "}"


def _actor(identity: Identity, actor: ActorIds, drawn: set[str]) -> Iterator[str]:
    """Draw an actor's users, what they claim and what that shares events with; each once."""
    rows = identity.owned(actor) if actor.user_id is None else []
    for user_id in actor.user_ids:
        user = identity.user(user_id)
        yield from _user(user, drawn)
        rows += sorted(user.anons, key=_own)
    for anon in rows:  # grows
        if anon.own not in drawn:
            drawn.add(anon.own)
            yield from _anon(identity, anon, drawn)
            rows += (end for join, _ in joins_of(anon) for end in (join.best, join.other))


def _anon(identity: Identity, anon: Anon, drawn: set[str]) -> Iterator[str]:
    """Draw an identifier with the claims on it, and its joins to better ones."""
    note = f"{more(anon.loose, 'event')}, nobody's" if anon.loose else f"{more(anon.only, 'event')} without a userId"
    label = _quoted(f"{named(anon.own)}\n{note}")
    yield f"  {_quoted(anon.own)} [label={label}, shape=ellipse];"
    for claim, applied in claims_of(identity, anon):
        yield from _user(identity.user(claim.user_id), drawn)
        yield _edge(anon.own, f"user:{claim.user_id}", claim.message, documented=claim.documented, applied=applied)
    for join, applied in joins_of(anon):
        if join.other is anon:
            ends = anon.own, join.best.own
            yield _edge(*ends, join.message, documented=join.documented, applied=applied, arrow=False)


def _edge(one: str, other: str, message: str, *, documented: bool, applied: bool, arrow: bool = True) -> str:
    label = message if applied else f"{message}, not applied"
    style = "solid" if documented else "dashed"
    colour = "" if applied else ", color=red, fontcolor=red"
    line = "" if arrow else ", dir=none"
    return f"  {_quoted(one)} -> {_quoted(other)} [label={_quoted(label)}, style={style}{colour}{line}];"


def _user(user: User, drawn: set[str]) -> Iterator[str]:
    own = f"user:{user.value}"
    if own not in drawn:
        drawn.add(own)
        label = _quoted(f"{user.value}\n{more(user.named, 'event')} of its own")
        yield f"  {_quoted(own)} [label={label}, shape=box];"


def _quoted(text: str) -> str:
    """Return a DOT string: quotes and backslashes escaped, line ends as DOT writes them, control characters visible."""
    safe = [visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n")]
    return '"' + "\\n".join(safe) + '"'


def _by_size(actor: ActorIds) -> int:
    return actor.events


def _own(anon: Anon) -> str:
    return anon.own
