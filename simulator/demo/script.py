"""The frames as text, for continuous integration and recordings: the same every time, no terminal needed."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from fake_pointillist.identity.policies import DEFAULT_POLICY
from fake_pointillist.identity.reasons import named
from simulator.demo.acts import BASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from simulator.demo.playing import Frame, Reading, Row

_SIGNS = {"named": "●", "claimed": "◐", "anonymous": "○", "claim": "◆", "refused": "◇"}
_WIDTH = 100


def script(frames: Iterable[Frame], act: int | None = None) -> Iterator[str]:
    """Yield the lines of the frames; of one act only where ``act`` is given (the ones before it are played unseen)."""
    first = True
    for frame in frames:
        if act is not None and frame.act.number != act:
            if frame.act.number > act:
                return
            continue
        if not first:
            yield ""
        first = False
        yield from _frame(frame)


def _frame(frame: Frame) -> Iterator[str]:
    title = f"DEMO  act {frame.act.number} of 5  {frame.act.title}"
    place = f"frame {frame.number} of {frame.of}   policy {frame.policy} (ours)"
    yield f"{title}{place:>{_WIDTH - len(title)}}"
    yield _counts(frame)
    yield ""
    for remark in frame.scene.remarks:
        basis = f"  [basis {remark.basis}: {BASES[remark.basis]}]" if remark.basis is not None else ""
        yield from textwrap.wrap(
            remark.text + basis, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
        )
    yield ""
    if frame.readings:
        yield from _readings(frame.readings)
    else:
        yield f"      {'time':<7}{'event type':<22}{'ids':<13}belongs to"
        yield from (_row(row) for row in frame.rows)
    if frame.why is not None:
        yield ""
        yield from _why(frame.why)


def _counts(frame: Frame) -> str:
    pairs = zip(frame.before._fields, frame.before, frame.after, strict=True)
    shown = {name: f"{name} {old} → {new}" if old != new else f"{name} {new}" for name, old, new in pairs}
    return f"{shown['actors']} · events moved {frame.moved} · {shown['unattributed']} · {shown['conflicts']}"


def _row(row: Row) -> str:
    belongs = named(row.actor) if row.was is None else f"{named(row.was)} ⇒ {named(row.actor)}"
    if row.on_arrival:
        belongs += "  on arrival"
    ids = " + ".join(row.ids)
    return f"{_SIGNS[row.sign]} {row.message:<4}{row.time[11:16]:<7}{row.event_type:<22}{ids:<13}{belongs}".rstrip()


def _why(why: dict[str, Any]) -> Iterator[str]:
    if "same" in why:
        ids = " and ".join(named(part) for part in why["subject"].split(", "))
        yield f"why  {ids} {'are one actor' if why['same'] else 'are not one'}"
    else:
        yield f"why  {why['subject']} belongs to {named(why['belongs_to'])}"
    for number, step in enumerate(why["steps"], 1):
        yield _step(str(number), step)
    for step in why["not_applied"]:
        yield _step("-", step)


def _step(sign: str, step: dict[str, Any]) -> str:
    end = "  ".join(part for part in (step["rule"], step["basis"]) if part)
    return f"{sign:>2}  {step['text']:<80}  {end}".rstrip()


def _readings(readings: tuple[Reading, ...]) -> Iterator[str]:
    actors = sorted({actor for reading in readings for actor in reading.events}, key=_users_first)
    heads = "".join(f"{named(actor):>11}" for actor in actors)
    yield f"  {'policy':<15}{'actors':>7}{heads}   other owner than by {DEFAULT_POLICY}"
    for reading in readings:
        counts = "".join(f"{reading.events.get(actor, '-'):>11}" for actor in actors)
        moved = f"{len(reading.moved)}: {' '.join(reading.moved)}" if reading.moved else "none"
        yield f"  {reading.policy:<15}{len(reading.events):>7}{counts}   {moved}"


def _users_first(actor: str) -> tuple[bool, str]:
    return actor.startswith("anon:"), actor
