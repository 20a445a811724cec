"""``stitch`` as one HTML file to share: people, their ids, their timelines, merges and warnings.

The page stands alone: no script, no font, no address is loaded, and its policy forbids it. Every text from outside is
escaped. Beyond :data:`MOST_ACTORS` people only the largest are shown, and the page says so.
"""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

from contracts.codes import CODES
from fake_pointillist.identity.reasons import more, named, spoken
from simulator.stitching.views.card import Card
from simulator.stitching.views.markup import code, legend, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_pointillist.identity.attribution import ActorIds
    from fake_pointillist.identity.engine import Identity
    from simulator.stitching.spill import Spill
    from simulator.stitching.stitch import Stitching

MOST_ACTORS = 100
MOST_MERGES = 500

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Who is who: pointillist-sim stitch</title>
<style>
:root { color-scheme: light dark; --soft: #8883; --line: #8886; --blue: #1f5fc4; --red: #b3261e }
@media (prefers-color-scheme: dark) { :root { --blue: #8ab4ff; --red: #ff9b91 } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.15rem; margin-top: 2.5rem } h3 { font-size: 1rem; margin: 0 0 .4rem }
h3, code, td { overflow-wrap: anywhere } td.key, .basis { white-space: nowrap; overflow-wrap: normal }
code { font: .92em ui-monospace, monospace }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; padding: .2rem .8rem .2rem 0;
  border-bottom: 1px solid var(--soft); vertical-align: top } td.n, th.n { text-align: right }
div.wide { overflow-x: auto }
section.actor { border: 1px solid var(--line); border-radius: .4rem; padding: .8rem 1rem; margin: 1rem 0;
  break-inside: avoid }
.basis { color: var(--blue) } .no, del { color: var(--red) } .note { opacity: .75; font-weight: normal }
.facts { font-size: 1.1rem } .legend span { margin-right: 1rem; white-space: nowrap }
.lane { display: grid; grid-template: "id time by" auto / 11rem 1fr 19rem; gap: 0 1rem; align-items: center }
.id { grid-area: id } .by { grid-area: by; font-size: .85rem } .lane .time, .lane .ends { grid-area: time }
.ends { display: flex; justify-content: space-between; font-size: .75rem; opacity: .75 }
@media (max-width: 52rem) { .lane { grid-template: "id by" auto "time time" auto / minmax(0, 1fr) minmax(0, 1fr) } }
svg { overflow: visible } svg.time { width: 100%; height: 24px; display: block } svg.sign { width: 14px; height: 11px }
line { stroke: var(--line) } .named { fill: currentColor } .claimed circle { fill: Canvas; stroke: var(--blue) }
.claimed path, .claim { fill: var(--blue) } .anonymous { fill: Canvas; stroke: currentColor }
.refused { fill: Canvas; stroke: var(--red); stroke-width: 1.5 }
</style></head><body>
"""


def page(stitching: Stitching, spill: Spill) -> Iterator[str]:
    """Yield the page piece by piece."""
    identity = stitching.identity
    options = "".join(f"; {option}" for option in identity.options.told())
    moved = sum(move.events_moved for move in stitching.merges)
    apart = identity.apart
    total = identity.known + identity.anonymous
    yield _HEAD
    yield "<h1>Who is who</h1>"
    yield (
        f"<p>Policy <strong>{text(identity.policy.name)}</strong>{text(options)}: {text(identity.policy.sentence)}"
        ' <span class="basis">ours</span>. A simulation; the real tenant may be set up differently.</p>'
    )
    facts = (
        ("actors", f"{apart:,} → {total:,}" if apart != total else f"{total:,}"),
        *((name, f"{count:,}") for name, count in (("events moved", moved), ("conflicts", identity.conflicts))),
        ("unattributed", f"{identity.unattributed:,}"),
    )
    yield f'<p class="facts">{" · ".join(f"{name} <strong>{count}</strong>" for name, count in facts)}</p>'
    yield (
        f'<p class="note">{stitching.messages:,} messages, {more(stitching.events, "event")};'
        f" {more(identity.known, 'actor')} with a userId, {identity.anonymous:,} anonymous.</p>"
    )
    yield from _warnings(stitching)
    yield "<h2>People</h2>"
    yield legend()
    listed = nlargest(MOST_ACTORS, identity.actors(), key=_by_size)
    if total > len(listed):
        yield f'<p class="note">The {len(listed):,} largest of {total:,} actors.</p>'
    yield from _people(identity, listed, spill)
    yield from _merges(stitching)
    yield from _discards(stitching)
    yield "</body></html>\n"


def _people(identity: Identity, listed: list[ActorIds], spill: Spill) -> Iterator[str]:
    cards = {actor.actor: Card(identity, actor) for actor in listed}
    for owner, event in spill.events(identity, frozenset(cards)):
        cards[owner].add(event)
    for card in cards.values():
        yield from card.markup()


def _warnings(stitching: Stitching) -> Iterator[str]:
    if not stitching.warned:
        return
    yield '<h2>Warnings</h2><div class="wide"><table><tr><th>code</th><th class="n">findings</th><th>basis</th>'
    yield "<th>first of them, and the mend</th></tr>"
    for name in sorted(stitching.warned):
        warned, row = stitching.warned[name], CODES[name]
        hint = f'<br><span class="note">{text(row.hint)}</span>' if row.hint else ""
        yield f'<tr><td class="key">{name}</td><td class="n">{warned.findings:,}</td><td class="basis">{row.basis}</td>'
        yield f"<td>{text(warned.text)}{hint}</td></tr>"
    yield "</table></div>"


def _merges(stitching: Stitching) -> Iterator[str]:
    merges = stitching.merges
    if not merges:
        return
    yield "<h2>Merges, in order of arrival</h2>"
    if len(merges) > MOST_MERGES:
        yield f'<p class="note">The first {MOST_MERGES:,} of {len(merges):,}.</p>'
    yield '<div class="wide"><table><tr><th>actor</th><th class="n">events moved</th><th>by</th><th>basis</th></tr>'
    for move in merges[:MOST_MERGES]:
        by = "unlink" if move.message is None else f"{'identify ' if move.documented else ''}{code(move.message)}"
        bridge = "" if move.through is None else f" through {code(spoken(move.through))}"
        yield f"<tr><td><del>{_actor(move.from_)}</del> ⇒ {_actor(move.to)}{bridge}</td>"
        yield f'<td class="n">{move.events_moved:,}</td><td>{by}</td><td class="basis">{move.basis}</td></tr>'
    yield "</table></div>"


def _discards(stitching: Stitching) -> Iterator[str]:
    rows = [
        (title, name, count)
        for title, codes in (("ignored", stitching.ignored), ("rejected", stitching.rejected))
        for name, count in sorted(codes.items())
    ]
    if rows:
        yield '<h2>Not events</h2><div class="wide"><table>'
        for title, name, count in rows:
            yield f'<tr><td>{title}</td><td class="key">{text(name)}</td><td class="n">{count:,}</td>'
            yield f"<td>{text(CODES[name].sentence if name in CODES else '')}</td></tr>"
        yield "</table></div>"


def _actor(actor: str) -> str:
    return code(named(actor))


def _by_size(actor: ActorIds) -> int:
    return actor.events
