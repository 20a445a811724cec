"""One actor on the page of ``stitch``: a lane an id on event time, and beside it what made the id the actor's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.identity.reasons import more, shown
from simulator.stitching.views.markup import brief, code, sign, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.identity.attribution import ActorIds, Claim, IdEvent
    from fake_pointillist.identity.engine import Identity

MOST_EVENTS = 400
_MOST_LANES = 25
_MOST_CLAIMS = 5


class Card:
    """Collects the events of one actor, by event time, and draws them.

    Lanes are the actor's userIds, its anonymousIds, and the anonymousIds it has claimed in vain.
    """

    def __init__(self, identity: Identity, actor: ActorIds) -> None:
        self._identity = identity
        self._actor = actor
        self._events: list[IdEvent] = []
        self._hidden = 0
        users = [identity.user(user) for user in actor.user_ids]
        vain = {anon.value for user in users for anon in user.anons} - set(actor.anonymous_ids)
        ids = [("user", user) for user in actor.user_ids]
        ids += [("anon", value) for value in (*actor.anonymous_ids, *sorted(vain))]
        self._left_out = len(ids[_MOST_LANES:])
        self._claims = {value: identity.claims(value) for kind, value in ids[:_MOST_LANES] if kind == "anon"}
        self._marks: dict[tuple[str, str], list[str]] = {one: [] for one in ids[:_MOST_LANES]}

    def add(self, event: IdEvent) -> None:
        """Take in one event; they come by event time."""
        if len(self._events) < MOST_EVENTS:
            self._events.append(event)
        else:
            self._hidden += 1

    def markup(self) -> Iterator[str]:
        """Yield the section."""
        actor = self._actor
        name = text(actor.user_id) if actor.user_id is not None else f"anon {text(actor.anonymous_ids[0])}"
        facts = [more(actor.events, "event")]
        if actor.user_id is not None and actor.anonymous_ids:
            facts.append(more(len(actor.anonymous_ids), "anonymousId"))
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
            claim
            for claims in self._claims.values()
            for claim in claims
            if self._is_drawn(claim) and not self._applied(claim)
        ]
        times = [event.time_us for event in self._events] + [claim.time_us for claim in refused]
        first, last = min(times), max(times)
        span = max(last - first, 1)
        for event in self._events:
            self._mark(event, (event.time_us - first) * 100 / span)
        for claim in refused:
            title = f"{claim.message}  {claim.user_id} claims {claim.anonymous_id}  {_moment(claim.time_us)}"
            mark = sign("refused", (claim.time_us - first) * 100 / span, title)
            self._marks["anon", claim.anonymous_id].append(mark)
        for (kind, value), marks in self._marks.items():
            yield f'<div class="lane"><span class="id">{brief(value)}</span>'
            yield f'<svg class="time"><line x2="100%" y1="50%" y2="50%"/>{"".join(marks)}</svg>'
            yield f'<span class="by">{self._reason(kind, value)}</span></div>'
        ends = "".join(f"<span>{_moment(end)}</span>" for end in dict.fromkeys((first, last)))
        yield f'<div class="lane"><span class="ends">{ends}</span></div>'

    def _mark(self, event: IdEvent, percent: float) -> None:
        """Draw one event: on the lane of the id it belongs by, and as a claim on the id it claims."""
        found = self._identity.attribute(event)
        title = f"{event.message}  {event.event_type}  {_moment(event.time_us)}"
        own = ("user", event.user_id or "") if found.rule == "R8" else ("anon", event.anonymous_id or "")
        if own in self._marks:
            self._marks[own].append(sign(found.kind, percent, title))
        for claim in self._claims.get(event.anonymous_id or "", ()):
            if claim.seq == event.seq and self._applied(claim):
                self._marks["anon", claim.anonymous_id].append(sign("claim", percent, title))

    def _reason(self, kind: str, value: str) -> str:
        """Say what makes an id the actor's, and which claims on it are not applied."""
        if kind == "user":
            return f"{more(self._identity.user(value).named, 'event')} of its own"
        claims = self._claims[value]
        rows = [self._said(claim) for claim in claims[:_MOST_CLAIMS]] or ["no user has claimed it"]
        if len(claims) > _MOST_CLAIMS:
            rows.append(f"and {more(len(claims) - _MOST_CLAIMS, 'claim')} more")
        return "<br>".join(rows)

    def _said(self, claim: Claim) -> str:
        by = f"{'identify' if claim.documented else 'track'} {brief(claim.message)}"
        mine = claim.user_id == self._actor.user_id
        if not self._applied(claim):
            whose = "" if mine else f" by {brief(claim.user_id)}"
            return f'<span class="no">not applied: {by}{whose}</span>'
        basis = f'<span class="basis">{"seed" if claim.documented else "inferred"}</span>'
        if claim.anonymous_id not in self._actor.anonymous_ids:
            return f"belongs to {brief(claim.user_id)} by {by} {basis}"
        return f"{by} {basis}" if mine else f"{by} by {brief(claim.user_id)} {basis}"

    def _applied(self, claim: Claim) -> bool:
        anon = self._identity.find(f"anon:{claim.anonymous_id}")
        return anon is not None and self._identity.owns(self._identity.user(claim.user_id), anon)  # type: ignore[arg-type]

    def _is_drawn(self, claim: Claim) -> bool:
        return claim in self._claims[claim.anonymous_id][:_MOST_CLAIMS]


def _moment(time_us: int) -> str:
    return shown(time_us, beside=time_us - 86_400_000_000)
