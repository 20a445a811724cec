"""The right half of Live: the way of one message in tabs, and its violations below; a tab too where it is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.containers import Container

from simulator.tui.details.documents import event_lines, http_lines, segment_lines
from simulator.tui.details.mapping import mapping_lines, mapping_state, wrapped
from simulator.tui.details.violations import violation_lines
from simulator.tui.paint import Line, Span, line
from simulator.tui.session import findings
from simulator.tui.widgets.lines_view import DetailLine, LinesView
from simulator.tui.widgets.live_empty import WIRE_ONLY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.trace import Trace
    from simulator.tui.app import SimulatorApp
    from simulator.tui.rows import Row

TABS = ("Mapping", "Segment", "Pointillist", "HTTP")
_OF_SEGMENT = (0, 1)
"""Tabs of what an attached UI cannot know."""


class LiveDetail(Container):
    """Mapping, Segment, Pointillist, HTTP; violations."""

    def __init__(self, *, attached: bool, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(LinesView(id="detail"), LinesView(id="violations"), id=id)
        self._tab = TABS.index("Pointillist") if attached else 0
        self._dropped_only = False
        self._shown: tuple[Any, ...] | None = None

    @property
    def _narrow(self) -> bool:
        return not self.screen.has_class("-wide")

    def show(self, number: int | None, row: Row | None, trace: Trace | None) -> None:
        """Show the message of ``number``; does nothing while neither it nor its row has changed."""
        narrow = self._narrow
        self.query_one("#violations").set_class(narrow, "-off")
        if not narrow and self._tab >= len(TABS):
            self._tab = 0
        shown = (number, row, self._tab, self._dropped_only, narrow)
        if shown == self._shown:
            return
        keep = self._shown is not None and self._shown[0] == number and self._shown[2] == self._tab
        self._shown = shown
        detail = self.query_one("#detail", LinesView)
        violations = self.query_one("#violations", LinesView)
        signs = cast("SimulatorApp", self.app).signs
        if trace is None:
            text = " This message is no longer kept." if number is not None else " No message selected."
            detail.show(lambda _: [DetailLine(line(Span(text, "dim")))])
            violations.show(None)
        else:
            detail.show(lambda width: self._build(trace, width), keep=keep)
            violations.show(lambda width: violation_lines(trace, width, signs, of_run="v"), keep=keep)
        self._frames(trace)

    def _build(self, trace: Trace, width: int) -> Sequence[DetailLine]:
        simulator = cast("SimulatorApp", self.app)
        signs, engine = simulator.signs, simulator.engine
        if simulator.attached and self._tab in _OF_SEGMENT:
            return [DetailLine(part) for part in wrapped(WIRE_ONLY, width, " ", "dim")]
        match self._tab:
            case 0:
                return mapping_lines(trace, width, signs, mapping=engine.mapping, dropped_only=self._dropped_only)
            case 1:
                return segment_lines(trace, width)
            case 2:
                return event_lines(trace, width)
            case 3:
                return http_lines(trace, width, signs, url=engine.fake_url, token=engine.token)
            case _:
                return violation_lines(trace, width, signs, of_run="v")

    def _frames(self, trace: Trace | None) -> None:
        signs = cast("SimulatorApp", self.app).signs
        found = findings(trace) if trace is not None else []
        count = len(found)
        style = "bad" if any(item.severity == "error" for item in found) else "warn" if count else "dim"
        names = [*TABS, f"Violations {count}"] if self._narrow else list(TABS)
        parts: list[str | Span] = [Span("2 ", "dim")]
        for place, name in enumerate(names):
            if place:
                parts.append(Span(signs.plain(" │ "), "dim"))
            parts.append(Span(name, "bold" if place == self._tab else style if place == len(TABS) else "dim"))
        state: Line = ()
        if trace is not None and self._tab == 0 and trace.received.payload is not None:
            state = mapping_state(trace, signs)
            if self._dropped_only:
                state = (*state, Span(" · dropped rows only (u)", "warn"))
        self.query_one("#detail", LinesView).frame(line(*parts), state)
        self.query_one("#violations", LinesView).frame(
            line(Span("3", "dim"), Span(" Violations", "bold"), Span(f" {count}", style)),
            line(Span("w why · enter schema part" if count else "w why · v all, by code", "dim")),
        )

    # Which tab.

    def turn(self, step: int) -> None:
        """Go to the next or previous tab."""
        self._tab = (self._tab + step) % (len(TABS) + self._narrow)

    def turn_to_violations(self) -> None:
        """Show the violations where they are a tab."""
        self._tab = len(TABS)

    def toggle_dropped(self) -> None:
        """Show dropped rows only, or all."""
        self._dropped_only = not self._dropped_only
        self._tab = 0
