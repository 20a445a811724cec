"""``stitch`` as one HTML file to share: people, their ids, their timelines, merges and warnings.

The page stands alone: no script, no font, no address is loaded, and its policy forbids it. Every text from outside is
escaped. Beyond :data:`MOST_ACTORS` people only the largest are shown, and the page says so.
"""

from __future__ import annotations

from heapq import nlargest
from html import escape
from typing import TYPE_CHECKING

from contracts.codes import CODES
from fake_pointillist.reasons import more
from simulator.stitching.views.timeline import MOST_EVENTS, Timeline
from simulator.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.attribution import ActorIds
    from fake_pointillist.identity import Identity
    from simulator.stitching.spill import Spill
    from simulator.stitching.stitch import Stitching

MOST_ACTORS = 100
MOST_MERGES = 500
_MOST_IDS = 50

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Who is who: pointillist-sim stitch</title>
<style>
:root { color-scheme: light dark; --soft: #8883; --line: #8886; --blue: #2a6fdb; --red: #c33; --amber: #a60 }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.15rem; margin-top: 2.5rem } h3 { font-size: 1rem; margin: 0 }
code, td.id { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .2rem .6rem .2rem 0;
  border-bottom: 1px solid var(--soft); vertical-align: top } td.n { text-align: right }
section.actor { border: 1px solid var(--line); border-radius: .4rem; padding: .8rem 1rem; margin: 1rem 0 }
.basis { color: var(--blue) } .no { color: var(--red) } .note { opacity: .75 }
ul { margin: .3rem 0; padding-left: 1.2rem }
svg { width: 100%; height: auto; display: block; margin-top: .5rem } svg text { font: 11px ui-monospace, monospace;
  fill: currentColor } .lane { stroke: var(--line) } .named { fill: currentColor } .claimed { fill: var(--blue) }
.anonymous { fill: none; stroke: currentColor } .claim { fill: var(--blue) } .refused { fill: none; stroke: var(--red) }
</style></head><body>
"""


def page(stitching: Stitching, spill: Spill) -> Iterator[str]:
    """Yield the page piece by piece."""
    identity = stitching.identity
    options = "".join(f", {name} {value}" for name, value in identity.options.changed().items())
    moved = sum(move.events_moved for move in stitching.merges)
    total = identity.known + identity.anonymous
    yield _HEAD
    yield "<h1>Who is who</h1>"
    yield (
        f"<p>Policy <strong>{_text(identity.policy.name)}</strong>{_text(options)}: {_text(identity.policy.sentence)}"
        ' <span class="basis">ours</span>. A simulation; the real tenant may be set up differently.</p>'
    )
    facts = (
        *(("messages", stitching.messages), ("events", stitching.events), ("actors", total)),
        *(("known", identity.known), ("anonymous", identity.anonymous), ("events moved", moved)),
        *(("unattributed", identity.unattributed), ("conflicts", identity.conflicts)),
    )
    yield f"<p>{' · '.join(f'{name} <strong>{count:,}</strong>' for name, count in facts)}</p>"
    yield from _warnings(stitching)
    yield "<h2>People</h2>"
    yield (
        '<p class="note">● names the user · ◐ belongs to the user by a claim · ○ anonymous · ◆ claim ·'
        " ◇ claim not applied. Times are UTC.</p>"
    )
    listed = nlargest(MOST_ACTORS, identity.actors(), key=_by_size)
    if total > len(listed):
        yield f'<p class="note">The {len(listed):,} largest of {total:,} actors.</p>'
    yield from _people(identity, listed, spill)
    yield from _merges(stitching)
    yield from _discards(stitching)
    yield "</body></html>\n"


def _people(identity: Identity, listed: list[ActorIds], spill: Spill) -> Iterator[str]:
    timelines = {actor.actor: Timeline(identity, actor) for actor in listed}
    for owner, event in spill.events(identity, frozenset(timelines)):
        timelines[owner].add(event)
    for actor in listed:
        yield from _person(identity, actor, timelines[actor.actor])


def _person(identity: Identity, actor: ActorIds, timeline: Timeline) -> Iterator[str]:
    name = f"● {actor.user_id}" if actor.user_id is not None else f"○ anon {actor.anonymous_ids[0]}"
    yield f'<section class="actor"><h3>{_text(name)} <span class="note">{more(actor.events, "event")}</span></h3>'
    if len(actor.user_ids) > 1:
        yield f'<p class="no">fused by policy graph: {", ".join(_code(user) for user in actor.user_ids)}</p>'
    yield "<ul>"
    for value in actor.anonymous_ids[:_MOST_IDS]:
        yield from _claims(identity, value, actor)
    if len(actor.anonymous_ids) > _MOST_IDS:
        yield f"<li>and {len(actor.anonymous_ids) - _MOST_IDS:,} more</li>"
    yield "</ul>"
    yield timeline.svg()
    if timeline.hidden:
        yield f'<p class="note">The first {MOST_EVENTS:,} events are drawn, {timeline.hidden:,} are not.</p>'
    yield "</section>"


def _claims(identity: Identity, value: str, actor: ActorIds) -> Iterator[str]:
    claims = identity.claims(value)
    rows = []
    for claim in claims[:_MOST_IDS]:
        applied = claim.user_id in actor.user_ids
        basis = "seed" if claim.documented else "inferred"
        how = f"{'identify' if claim.documented else 'track'} {_code(claim.message)}"
        if applied:
            rows.append(f'claimed by {_code(claim.user_id)}, {how} <span class="basis">{basis}</span>')
        else:
            rows.append(f'<span class="no">also claimed by {_code(claim.user_id)}, {how}</span>')
    if len(claims) > _MOST_IDS:
        rows.append(f"and {len(claims) - _MOST_IDS:,} more claims")
    yield f"<li>{_code(value)} {'; '.join(rows) if rows else 'no user has claimed it'}</li>"


def _warnings(stitching: Stitching) -> Iterator[str]:
    if not stitching.warned:
        return
    yield "<h2>Warnings</h2><table><tr><th>code</th><th>findings</th><th>basis</th>"
    yield "<th>first of them, and the mend</th></tr>"
    for code in sorted(stitching.warned):
        warned, row = stitching.warned[code], CODES[code]
        hint = f'<br><span class="note">{_text(row.hint)}</span>' if row.hint else ""
        yield f'<tr><td>{code}</td><td class="n">{warned.findings:,}</td><td class="basis">{row.basis}</td>'
        yield f"<td>{_text(warned.text)}{hint}</td></tr>"
    yield "</table>"


def _merges(stitching: Stitching) -> Iterator[str]:
    merges = stitching.merges
    if not merges:
        return
    yield "<h2>Merges, in order of arrival</h2>"
    if len(merges) > MOST_MERGES:
        yield f'<p class="note">The first {MOST_MERGES:,} of {len(merges):,}.</p>'
    yield "<table><tr><th>anonymousId</th><th>from</th><th>to</th><th>events</th><th>by</th><th>basis</th></tr>"
    for move in merges[:MOST_MERGES]:
        by = "unlink" if move.message is None else move.message
        basis = "ours" if move.message is None else "seed" if move.documented else "inferred"
        cells = "".join(f'<td class="id">{_text(cell)}</td>' for cell in (move.anonymous_id, move.from_, move.to))
        yield f'<tr>{cells}<td class="n">{move.events_moved:,}</td><td class="id">{_text(by)}</td>'
        yield f'<td class="basis">{basis}</td></tr>'
    yield "</table>"


def _discards(stitching: Stitching) -> Iterator[str]:
    rows = [
        (title, code, count)
        for title, codes in (("ignored", stitching.ignored), ("rejected", stitching.rejected))
        for code, count in sorted(codes.items())
    ]
    if rows:
        yield "<h2>Not events</h2><table>"
        for title, code, count in rows:
            yield f'<tr><td>{title}</td><td>{_text(code)}</td><td class="n">{count:,}</td>'
            yield f"<td>{_text(CODES[code].sentence if code in CODES else '')}</td></tr>"
        yield "</table>"


def _text(text: str) -> str:
    return escape(visible(text))


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _by_size(actor: ActorIds) -> int:
    return actor.events
