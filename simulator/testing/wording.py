"""How failed assertions word what was sent and what is missing."""

from __future__ import annotations

import shlex
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson

from simulator.comparing.differing import ABSENT, difference
from simulator.reports.cases import shown
from simulator.segment.message import Discarded
from simulator.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simulator.fake_client import EventRow
    from simulator.trace import Trace

_SERVED = "http://127.0.0.1:8765"
"""Where ``serve`` listens: the server of a test is gone when its failure is read."""
_SHOWN_REFUSALS = 5
TO_MEND = "give the SDK its .host and .write_key, and flush the SDK before"
"""Where a source got nothing."""


def curl(event: Any) -> str:
    """Return how to send an event again by hand."""
    body = shlex.quote(orjson.dumps(event).decode())
    return f"repeat: pointillist-sim serve, then curl -H 'apiToken: test' -d {body} {_SERVED}/event"


def misses(row: EventRow, wanted: Mapping[str, Mapping[str, Any]], actor: str | None) -> list[str]:
    """Return a line for everything an event lacks of the ``labels``, ``numbers`` and actor wanted; empty: it fits."""
    event = row["event"]
    rows = []
    for group, fields in wanted.items():
        have = event.get(group, {})
        here = {name: have[name] for name in fields if name in have}
        rows += [
            f"  /{group}{visible(field.path)}: {shown(field.actual)}, wanted {shown(field.expected)}"
            + _elsewhere(field, event, group)
            for field in difference(dict(fields), here)
        ]
    if actor is not None and row["actor"] not in (actor, f"user:{actor}", f"anon:{actor}"):
        rows.append(f"  actor: {row['actor'] or 'nobody'}, wanted {actor}")
    return rows


def _elsewhere(field: Any, event: dict[str, Any], group: str) -> str:
    """Say where a name that is missing stands instead: the commonest mistake is a number that is a label."""
    if field.actual is not ABSENT:
        return ""
    name = field.path.removeprefix("/").replace("~1", "/").replace("~0", "~")
    other = "numbers" if group == "labels" else "labels"
    if name in event.get(other, {}):
        return f" (it is in {other}: {shown(event[other][name])})"
    near = [one for one in event.get(group, {}) if one.casefold() == name.casefold()]
    return f" (there is {near[0]!r})" if near else ""


def refusals(refused: Sequence[EventRow]) -> str:
    """Return what was refused, event by event: each violation, its mend, and how to send the event again."""
    rows = [f"the fake Pointillist refused {len(refused)} event{'s' if len(refused) > 1 else ''}:"]
    for row in refused[:_SHOWN_REFUSALS]:
        event = row["event"]
        name = event.get("eventType") if isinstance(event, dict) else None
        rows.append(f"  {row['eventId']} {name!r}")
        for found in row["violations"]:
            place = visible(found["path"]) or "(whole event)"
            rows.append(f"    {place}: {found['code']}: {visible(found['message'])}")
            if found.get("hint"):
                rows.append(f"      mend: {found['hint']}")
        rows.append(f"    {curl(event)}")
    if len(refused) > _SHOWN_REFUSALS:
        rows.append(f"  and {len(refused) - _SHOWN_REFUSALS} more")
    return "\n".join(rows)


def reasons(why: Mapping[str, Any]) -> str:
    """Return a chain of reasons, step by step, then what was not applied."""
    numbered = [(str(number), step) for number, step in enumerate(why["steps"], 1)]
    rows = [
        f" {number}  {step['text']}  {step.get('rule') or ''}  {step.get('basis') or ''}".rstrip()
        for number, step in [*numbered, *(("-", step) for step in why["not_applied"])]
    ]
    return "\n".join(["why:", *rows])


def to_stitch(owner: str | None) -> str:
    """Return what makes an anonymousId a user's, by the actor it belongs to now; ``None``: it never came."""
    if owner is None:
        return f"mend: {TO_MEND}"
    if owner.startswith("anon:"):
        return "mend: call identify with both ids once the user is known"
    return "mend: reset the anonymousId at logout, so that two users do not share it"


def left_out(traces: Sequence[Trace]) -> list[str]:
    """Return why messages of a source did not become events: still under way, or discarded, each code once."""
    if not traces:
        return [f"no message came to segment_source: {TO_MEND}"]
    rows = []
    under_way = sum(trace.outcome is None for trace in traces)
    if under_way:
        rows.append(f"{_messages(under_way)} still under way: segment_source.flush() waits for them")
    discarded = [trace.admission for trace in traces if isinstance(trace.admission, Discarded)]
    for code, count in Counter(found.code for found in discarded).items():
        first = next(found for found in discarded if found.code == code)
        rows.append(f"segment_source discarded {_messages(count)}: {code}: {visible(first.message)}")
    return rows


def _messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"
