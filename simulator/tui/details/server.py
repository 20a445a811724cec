"""The server panel as lines: addresses, answers, what the fake does with a violation, faults asked for."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.tui.details.mapping import wrapped
from simulator.tui.paint import Line, Span, end, line, right
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.tui.engine import Engine
    from simulator.tui.session import Session

FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("503, one event in 20", {"rate": 0.05, "status": 503}),
    ("429 with Retry-After 2 s, one event in 20", {"rate": 0.05, "status": 429, "retry_after": 2}),
    ("latency 2000 ms, one event in 10", {"rate": 0.1, "latency_ms": 2_000}),
    ("cut before the event is stored, one in 20", {"rate": 0.05, "drop": "before"}),
    ("cut after the event is stored, one in 20", {"rate": 0.05, "drop": "after"}),
)
"""Faults on offer, as ``POST /_fake/faults`` takes them."""


ON_VIOLATION = "on-violation"
"""The key of the line that says what becomes of a violation."""


class Answers(NamedTuple):
    """What the fake says of itself.

    Attributes:
        health: ``GET /_fake/health``.
        summary: ``GET /_fake/summary``.
        faults: The list of ``GET /_fake/faults``.
        on_violation: ``GET /_fake/on-violation``: ``reject`` or ``record``; ``""`` where that is not known.
        problem: Why it could not be asked, or ``""``; the rest is then what it said last.
    """

    health: dict[str, Any]
    summary: dict[str, Any]
    faults: Sequence[dict[str, Any]]
    on_violation: str = ""
    problem: str = ""

    def in_force(self, spec: dict[str, Any]) -> bool:
        """Whether a fault of that kind is asked for."""
        return any(_is(fault, spec) for fault in self.faults)


def _is(fault: dict[str, Any], spec: dict[str, Any]) -> bool:
    return all(fault.get(key) == value for key, value in spec.items())


NOTHING = Answers({}, {}, ())
"""Before the first answer."""


def server_lines(answers: Answers, engine: Engine, session: Session, policy: str, width: int) -> list[DetailLine]:
    """Return the panel; what can be switched has a key: :data:`ON_VIOLATION`, a fault its place in :data:`FAULTS`."""
    lines = [
        *_addresses(answers, engine, policy),
        line(""),
        *_answered(answers.summary, session),
        line(""),
    ]
    rows = [DetailLine(part) for part in lines]
    rows.append(_on_violation(answers.on_violation, width))
    rows.append(DetailLine(line(Span(" Faults, asked for by you", "title"))))
    rows += _faults(answers, width)
    rows.append(DetailLine(line("")))
    rows.append(DetailLine(line(Span(" y copies curl for  /_fake/summary  /_fake/events  /_fake/why", "dim"))))
    return rows


def _addresses(answers: Answers, engine: Engine, policy: str) -> list[Line]:
    uptime = int(answers.health.get("uptime_s", 0))
    clock = f"{uptime // 3600:02d}:{uptime // 60 % 60:02d}:{uptime % 60:02d}"
    up = Span("up", "ok") if not answers.problem else Span("down", "bad")
    lines = [line(" fake Pointillist  ", up, f"  {engine.fake_url}", Span(f"   {clock}", "dim"))]
    if engine.source_url:
        key = Span(f"   write key {engine.write_key}", "dim")
        lines.append(line(" Segment source    ", Span("up", "ok"), f"  {engine.source_url}", key))
    version = answers.health.get("version", "?")
    lines.append(line(Span(f" token {engine.token}   policy {policy}   version {version}", "dim")))
    if answers.problem:
        lines.append(line(Span(f" {answers.problem}", "bad")))
    return lines


def _answered(summary: dict[str, Any], session: Session) -> list[Line]:
    events, actors = summary.get("events", {}), summary.get("actors", {})
    lines = [
        line(Span(" Answers", "title")),
        line(
            " accepted ",
            Span(f"{events.get('accepted', 0):,}", "ok"),
            "   refused ",
            Span(f"{events.get('refused', 0):,}", "bad"),
            f"   duplicates {events.get('duplicates', 0):,}",
        ),
        line(
            f" actors known {actors.get('known', 0):,}, anonymous {actors.get('anonymous', 0):,}"
            f"   merges {summary.get('merges', 0):,}   conflicts {summary.get('conflicts', 0):,}"
        ),
    ]
    for status, count in sorted(session.answers.items()):
        style = "ok" if status.startswith("2") else "bad" if status.startswith("4") else "warn"
        what = Span("  messages, by their last answer", "dim")
        lines.append(line("  ", Span(f"{status:<4}", style), right(f"{count:,}", 8), what))
    if session.seconds:
        ordered = sorted(session.seconds)
        p50, p95 = statistics.median(ordered), ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
        text = f"  p50 {p50 * 1000:.1f} ms   p95 {p95 * 1000:.1f} ms   of the last {len(ordered):,}"
        lines.append(line(Span(text, "dim")))
    top = sorted(summary.get("warnings", {}).items(), key=lambda pair: -pair[1])[:4]
    lines += [
        line("  ", end(str(code), 26, "warn"), right(f"{count:,}", 8), Span("  warnings", "dim")) for code, count in top
    ]
    return lines


def _on_violation(chosen: str, width: int) -> DetailLine:
    parts = [Span(" On violation  ", "title")]
    for name in ("reject", "record"):
        on = name == chosen
        parts += [Span("(•) " if on else "( ) ", "ok" if on else "dim"), Span(f"{name}   ", "bold" if on else "")]
    more = {
        "reject": "an event that breaks a hard rule is answered 400",
        "record": "an event that breaks a hard rule is answered 200, and listed as refused",
    }.get(chosen, "this fake does not say")
    return DetailLine(tuple(parts), ON_VIOLATION, wrapped(more, width, "     ", "dim"))


def _faults(answers: Answers, width: int) -> list[DetailLine]:
    rows = []
    for place, (label, spec) in enumerate(FAULTS):
        standing = next((fault for fault in answers.faults if _is(fault, spec)), None)
        box = Span("[ ] ", "dim") if standing is None else Span("[x] ", "warn")
        struck = "" if standing is None else f"struck {standing.get('struck', 0):,}"
        rows.append(DetailLine((Span(" "), box, end(label, width - 20), right(struck, 14, "warn")), place))
    others = [fault for fault in answers.faults if not any(_is(fault, spec) for _, spec in FAULTS)]
    rows += [DetailLine(line(Span(f"     also: {fault}", "dim"))) for fault in others[:5]]
    return rows
