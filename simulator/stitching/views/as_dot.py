"""``stitch`` as a Graphviz graph: users, anonymousIds, and every claim between them."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

from fake_pointillist.identity.ledger import Anon
from fake_pointillist.identity.reasons import more
from simulator.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.identity.attribution import ActorIds, Claim
    from simulator.stitching.stitch import Stitching

MOST = 500


def graph(stitching: Stitching) -> Iterator[str]:
    """Yield the lines of a ``digraph``.

    A solid edge is an identify, a dashed one a track, a red one was not applied. Beyond :data:`MOST` actors only the
    largest are drawn, and a comment says so.
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
        yield from _actor(stitching, actor, drawn)
    yield "}"


def _actor(stitching: Stitching, actor: ActorIds, drawn: set[str]) -> Iterator[str]:
    identity = stitching.identity
    if actor.user_id is None:
        value = actor.anonymous_ids[0]
        yield from _anon(value, f"{more(actor.events, 'event')}, nobody's", drawn)
        yield from _claims(stitching, value, drawn)
        return
    for user_id in actor.user_ids:
        label = f"{user_id}\n{more(identity.user(user_id).named, 'event')} of its own"
        yield from _user(user_id, label, drawn)
        for anon in sorted(identity.user(user_id).anons, key=_value):
            yield from _claims(stitching, anon.value, drawn)


def _claims(stitching: Stitching, value: str, drawn: set[str]) -> Iterator[str]:
    """Draw an anonymousId with all the claims on it, once."""
    if f"claims of {value}" in drawn:
        return
    drawn.add(f"claims of {value}")
    identity = stitching.identity
    anon = identity.find(f"anon:{value}")
    if not isinstance(anon, Anon):
        return
    yield from _anon(value, f"{more(anon.only, 'event')} without a userId", drawn)
    for claim in identity.claims(value):
        user = identity.user(claim.user_id)
        yield from _user(claim.user_id, f"{claim.user_id}\n{more(user.named, 'event')} of its own", drawn)
        yield _edge(claim, applied=identity.owns(user, anon))


def _edge(claim: Claim, *, applied: bool) -> str:
    style = "solid" if claim.documented else "dashed"
    colour = "" if applied else ", color=red, fontcolor=red"
    label = claim.message if applied else f"{claim.message}, not applied"
    ends = f"{_quoted('anon:' + claim.anonymous_id)} -> {_quoted('user:' + claim.user_id)}"
    return f"  {ends} [label={_quoted(label)}, style={style}{colour}];"


def _user(value: str, label: str, drawn: set[str]) -> Iterator[str]:
    if f"user:{value}" not in drawn:
        drawn.add(f"user:{value}")
        yield f"  {_quoted('user:' + value)} [label={_quoted(label)}, shape=box];"


def _anon(value: str, note: str, drawn: set[str]) -> Iterator[str]:
    if f"anon:{value}" not in drawn:
        drawn.add(f"anon:{value}")
        label = _quoted(f"anon {value}\n{note}")
        yield f"  {_quoted('anon:' + value)} [label={label}, shape=ellipse];"


def _quoted(text: str) -> str:
    """Return a DOT string: quotes and backslashes escaped, line ends as DOT writes them, control characters visible."""
    safe = [visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n")]
    return '"' + "\\n".join(safe) + '"'


def _by_size(actor: ActorIds) -> int:
    return actor.events


def _value(anon: Anon) -> str:
    return anon.value
