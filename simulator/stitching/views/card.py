"""One actor on the page of ``stitch``: a lane an id on event time, and beside it what made the id the actor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.identity.ledger import Anon
from fake_pointillist.identity.reasons import basis_of, more, named, shown
from fake_pointillist.identity.ties import claims_of, joins_of
from fake_pointillist.identity.why_joins import called
from simulator.stitching.views.markup import brief, code, sign, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.identity.attribution import ActorIds, Claim, IdEvent
    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.identity.joins import Join
    from fake_pointillist.identity.ledger import Id

MOST_EVENTS = 400
_MOST_LANES = 25
_MOST_CLAIMS = 5


class Card:
    """Collects the events of one actor, by event time, and draws them.

    Lanes are the actor's userIds, the identifiers it owns, and those it has claimed in vain.
    """

    def __init__(self, identity: Identity, actor: ActorIds) -> None:
        self._identity = identity
        self._actor = actor
        self._events: list[IdEvent] = []
        self._hidden = 0
        users = [identity.user(user) for user in actor.user_ids]
        self._owned = identity.owned(actor)
        vain = {anon for user in users for anon in user.anons}.difference(self._owned)
        ids: list[Id] = [*users, *self._owned, *sorted(vain, key=_own)]
        self._left_out = len(ids[_MOST_LANES:])
        self._marks: dict[Id, list[str]] = {one: [] for one in ids[:_MOST_LANES]}
        self._claims = {one: claims_of(identity, one) for one in self._marks if isinstance(one, Anon)}

    def add(self, event: IdEvent) -> None:
        """Take in one event; they come by event time."""
        if len(self._events) < MOST_EVENTS:
            self._events.append(event)
        else:
            self._hidden += 1

    def markup(self) -> Iterator[str]:
        """Yield the section."""
        actor = self._actor
        name = text(named(actor.actor))
        facts = [more(actor.events, "event")]
        if actor.anonymous_ids and (actor.user_id is not None or len(self._owned) > 1):
            facts.append(more(len(actor.anonymous_ids), "anonymousId"))
        if actor.identifiers and len(self._owned) > (actor.user_id is None):
            facts.append(more(len(actor.identifiers), "other identifier"))
        kind = "named" if actor.user_id is not None else "anonymous"
        yield f'<section class="actor"><h3><svg class="sign">{sign(kind, 50, kind)}</svg> {name}'
        yield f' <span class="note">{" · ".join(facts)}</span></h3>'
        if len(actor.user_ids) > 1:
            yield f'<p class="no">{len(actor.user_ids)} users fused: {", ".join(map(code, actor.user_ids))}</p>'
        yield from self._lanes()
        if self._left_out:
            yield f'<p class="note">and {more(self._left_out, "id")} more</p>'
        if self._hidden:
            yield f'<p class="note">The first {MOST_EVENTS:,} events are drawn, {self._hidden:,} are not.</p>'
        yield "</section>"

    def _lanes(self) -> Iterator[str]:
        refused = [
            (anon, claim)
            for anon, claims in self._claims.items()
            for claim, applied in claims[:_MOST_CLAIMS]
            if not applied
        ]
        times = [event.time_us for event in self._events] + [claim.time_us for _, claim in refused]
        first, last = min(times), max(times)
        span = max(last - first, 1)
        for event in self._events:
            self._mark(event, (event.time_us - first) * 100 / span)
        for anon, claim in refused:
            title = f"{claim.message}  {claim.user_id} claims {called(anon)}  {_moment(claim.time_us)}"
            self._marks[anon].append(sign("refused", (claim.time_us - first) * 100 / span, title))
        for one, marks in self._marks.items():
            yield f'<div class="lane"><span class="id">{brief(called(one))}</span>'
            yield f'<svg class="time"><line x2="100%" y1="50%" y2="50%"/>{"".join(marks)}</svg>'
            yield f'<span class="by">{self._reason(one)}</span></div>'
        ends = "".join(f"<span>{_moment(end)}</span>" for end in dict.fromkeys((first, last)))
        yield f'<div class="lane"><span class="ends">{ends}</span></div>'

    def _mark(self, event: IdEvent, percent: float) -> None:
        """Draw one event: on the lane of the id it belongs by, and as a claim on each id it claims."""
        identity = self._identity
        found = identity.attribute(event)
        title = f"{event.message}  {event.event_type}  {_moment(event.time_us)}"
        own = identity.user(event.user_id or "") if found.rule == "R8" else identity.best(event)
        if own in self._marks:
            self._marks[own].append(sign(found.kind, percent, title))
        for anon in (row for *_, row in identity.carried(event) if row is not None):
            for claim, applied in self._claims.get(anon, ()):
                if applied and claim.seq == event.seq:
                    self._marks[anon].append(sign("claim", percent, title))

    def _reason(self, one: Id) -> str:
        """Say what makes an id the actor's, and which claims on it are not applied."""
        if not isinstance(one, Anon):
            return f"{more(self._identity.user(one.value).named, 'event')} of its own"
        claims = self._claims[one]
        rows = [self._said(one, claim, applied=applied) for claim, applied in claims[:_MOST_CLAIMS]]
        if len(claims) > _MOST_CLAIMS:
            rows.append(f"and {more(len(claims) - _MOST_CLAIMS, 'claim')} more")
        joins = joins_of(one)
        rows += [_joined(one, join, applied=applied) for join, applied in joins[:_MOST_CLAIMS]]
        if len(joins) > _MOST_CLAIMS:
            rows.append(f"and {more(len(joins) - _MOST_CLAIMS, 'join')} more")
        return "<br>".join(rows or ["no user has claimed it"])

    def _said(self, anon: Anon, claim: Claim, *, applied: bool) -> str:
        by = f"{'identify' if claim.documented else 'track'} {brief(claim.message)}"
        mine = claim.user_id == self._actor.user_id
        if not applied:
            whose = "" if mine else f" by {brief(claim.user_id)}"
            return f'<span class="no">not applied: {by}{whose}</span>'
        basis = f'<span class="basis">{basis_of(claim)}</span>'
        if anon not in self._owned:
            return f"belongs to {brief(claim.user_id)} by {by} {basis}"
        return f"{by} {basis}" if mine else f"{by} by {brief(claim.user_id)} {basis}"


def _joined(one: Anon, join: Join, *, applied: bool) -> str:
    """Say what an identifier shares an event with."""
    beside = brief(called(join.best if join.other is one else join.other))
    if not applied:
        return f'<span class="no">not applied: {brief(join.message)} joins it with {beside}</span>'
    return f'with {beside} in {brief(join.message)} <span class="basis">ours</span>'


def _own(anon: Anon) -> str:
    return anon.own


def _moment(time_us: int) -> str:
    return shown(time_us, beside=time_us - 86_400_000_000)
