"""The server panel: addresses, answers, faults on demand, the log of requests."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding

from simulator.errors import SimulatorError
from simulator.tui.actions import SERVER, Action
from simulator.tui.details.people import clock
from simulator.tui.forms import Form
from simulator.tui.paint import Line, Span, end, line, right
from simulator.tui.screens.dialog import Page
from simulator.tui.screens.panel import Panel, panel_bindings
from simulator.tui.widgets.lines_view import DetailLine, LinesView
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from simulator.fake_client import FakeClient

FAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("503, one event in 20", {"rate": 0.05, "status": 503}),
    ("429 with Retry-After 2 s, one event in 20", {"rate": 0.05, "status": 429, "retry_after": 2}),
    ("latency 2000 ms, one event in 10", {"rate": 0.1, "latency_ms": 2_000}),
    ("connection cut before the event is stored, one in 20", {"rate": 0.05, "drop": "before"}),
    ("connection cut after the event is stored, one in 20", {"rate": 0.05, "drop": "after"}),
)
"""Faults on offer, as ``POST /_fake/faults`` takes them."""


class ServerPanel(Panel):
    """The fake and the source, and what they answer."""

    NAME = "Server"
    ACTIONS: ClassVar[tuple[Action, ...]] = SERVER
    BINDINGS: ClassVar[list[BindingType]] = [
        *panel_bindings(SERVER),
        Binding("space", "choose", "Fault", show=False, id="server.fault"),
    ]
    AUTO_FOCUS = "#server"

    def __init__(self) -> None:
        super().__init__()
        self._health: dict[str, Any] = {}
        self._summary: dict[str, Any] = {}
        self._faults: list[dict[str, Any]] = []
        self._problem = ""
        self._asking = False

    def compose_panel(self) -> Iterable[Widget]:
        """One pane."""
        yield LinesView(id="server")

    def headless(self) -> tuple[str, ...]:
        """The equal commands."""
        return (
            "pointillist-sim serve --port 8765",
            "GET /_fake/summary   POST /_fake/faults   POST /_fake/reset",
        )

    def refresh_panel(self) -> None:
        """Ask, and show what is known."""
        if not self.is_mounted:
            return
        if not self._asking:
            self._asking = True
            self.run_worker(self._ask(), exit_on_error=False)
        self._show()
        self.show_keys()

    async def _ask(self) -> None:
        side = self.simulator.engine.side
        try:
            if side is not None:
                self._health = await side.ask(lambda client: client.health())
                self._summary = await side.ask(lambda client: dict(client.summary()))
                answer = await side.ask(lambda client: client.faults())
                self._faults = list(answer.get("faults", ()))
                self._problem = ""
        except SimulatorError as error:
            self._problem = str(error)
        finally:
            self._asking = False
        if self.is_mounted:
            self._show()

    def _in_force(self, spec: dict[str, Any]) -> bool:
        return any(all(fault.get(key) == value for key, value in spec.items()) for fault in self._faults)

    def _show(self) -> None:
        view = self.query_one("#server", LinesView)
        view.show(self._build, keep=True)
        if view.selected is None:
            view.select_key(0)
        view.frame(line(Span("Server", "bold")), line(Span("space switches a fault", "dim")))

    def _build(self, width: int) -> Sequence[DetailLine]:
        engine, session = self.simulator.engine, self.simulator.session
        uptime = int(self._health.get("uptime_s", 0))
        up = Span("up", "ok") if not self._problem else Span("down", "bad")
        lines: list[Line] = [
            line(
                " fake Pointillist  ",
                up,
                f"  {engine.fake_url}",
                Span(f"   {uptime // 3600:02d}:{uptime // 60 % 60:02d}:{uptime % 60:02d}", "dim"),
            ),
        ]
        if engine.source_url:
            lines.append(
                line(
                    " Segment source    ",
                    Span("up", "ok"),
                    f"  {engine.source_url}",
                    Span(f"   write key {engine.write_key}", "dim"),
                )
            )
        lines.append(
            line(
                Span(f" token {engine.token}   policy {self.simulator.stories.run.policy}", "dim"),
                Span(f"   version {self._health.get('version', '?')}", "dim"),
            )
        )
        if self._problem:
            lines.append(line(Span(f" {self._problem}", "bad")))
        events = self._summary.get("events", {})
        lines += [
            line(""),
            line(Span(" Answers", "title")),
            line(
                " accepted ",
                Span(f"{events.get('accepted', 0):,}", "ok"),
                "   refused ",
                Span(f"{events.get('refused', 0):,}", "bad"),
                f"   duplicates {events.get('duplicates', 0):,}",
            ),
        ]
        actors = self._summary.get("actors", {})
        lines.append(
            line(
                f" actors known {actors.get('known', 0):,}, anonymous {actors.get('anonymous', 0):,}"
                f"   merges {self._summary.get('merges', 0):,}   conflicts {self._summary.get('conflicts', 0):,}"
            )
        )
        for status, count in sorted(session.answers.items()):
            style = "ok" if status.startswith("2") else "bad" if status.startswith("4") else "warn"
            lines.append(
                line(
                    "  ",
                    Span(f"{status:<4}", style),
                    right(f"{count:,}", 8),
                    Span("  last answer of so many messages", "dim"),
                )
            )
        if session.seconds:
            ordered = sorted(session.seconds)
            p50, p95 = statistics.median(ordered), ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)]
            lines.append(
                line(Span(f"  p50 {p50 * 1000:.1f} ms   p95 {p95 * 1000:.1f} ms   of the last {len(ordered):,}", "dim"))
            )
        top = sorted(self._summary.get("warnings", {}).items(), key=lambda pair: -pair[1])[:4]
        lines += [
            line("  ", end(str(code), 26, "warn"), right(f"{count:,}", 8), Span("  warnings", "dim"))
            for code, count in top
        ]
        lines += [line(""), line(Span(" Faults, asked for by you", "title"))]
        rows = [DetailLine(part) for part in lines]
        for place, (label, spec) in enumerate(FAULTS):
            on_now = self._in_force(spec)
            rows.append(
                DetailLine(
                    (Span(" "), Span("[x] " if on_now else "[ ] ", "warn" if on_now else "dim"), end(label, width - 6)),
                    place,
                )
            )
        others = [
            fault
            for fault in self._faults
            if not any(all(fault.get(k) == v for k, v in spec.items()) for _, spec in FAULTS)
        ]
        rows += [DetailLine(line(Span(f"     also: {fault}", "dim"))) for fault in others[:5]]
        rows += [
            DetailLine(line("")),
            DetailLine(line(Span(" y copies curl for  /_fake/summary  /_fake/events  /_fake/why", "dim"))),
        ]
        return rows

    def action_choose(self) -> None:
        """Switch a fault on or off."""
        place = self.query_one("#server", LinesView).selected_key
        if isinstance(place, int):
            self.run_worker(self._switch(FAULTS[place][1]), exit_on_error=False)

    async def _switch(self, spec: dict[str, Any]) -> None:
        side = self.simulator.engine.side
        if side is None:
            return
        keep = [known for _, known in FAULTS if known is not spec and self._in_force(known)]
        try:
            if self._in_force(spec):
                await side.ask(lambda client: client.clear_faults())
                for known in keep:
                    await side.ask(_adding(known))
            else:
                await side.ask(_adding(spec))
        except SimulatorError as error:
            self.simulator.say(str(error), bad=True)
        await self._ask()

    @on(VirtualList.Opened)
    def _opened(self, event: VirtualList.Opened) -> None:
        event.stop()
        self.action_log()

    def action_log(self) -> None:
        """The log of requests."""
        self.app.push_screen(RequestLog())

    def action_copy(self) -> None:
        """Offer curl for the server's routes."""
        from simulator.tui.screens.copying import CopyScreen  # noqa: PLC0415 - start-up counts

        engine = self.simulator.engine
        forms = []
        for key, route in (
            ("s", "summary"),
            ("e", "events?limit=20"),
            ("a", "actors"),
            ("m", "merges"),
            ("w", "why?event=EVENT"),
        ):
            text = f"curl -sS '{engine.fake_url}/_fake/{route}' -H 'apiToken: {engine.token}'\n"
            forms.append(Form(key, f"curl /_fake/{route}", "curl.sh", text))
        self.app.push_screen(CopyScreen(forms))

    def action_reset(self) -> None:
        """Empty this tenant; asks."""
        from simulator.tui.screens.asking import Confirm  # noqa: PLC0415 - start-up counts

        accepted = self._summary.get("events", {}).get("accepted", 0)
        lines = [
            line(
                f"{accepted:,} events, their people and the merge log of token {self.simulator.engine.token} are gone."
            ),
            line("Other tokens keep theirs."),
        ]

        def answered(yes: bool | None) -> None:
            if yes:
                self.simulator.run_worker(self.simulator.reset(), exit_on_error=False)

        self.app.push_screen(Confirm("Reset this tenant?", lines), answered)


def _adding(spec: dict[str, Any]) -> Callable[[FakeClient], Any]:
    return lambda client: client.add_fault(**spec)


class RequestLog(Page):
    """The last requests: when, what, how answered, how long."""

    NAME = "Log of requests"

    def most_width(self) -> int:
        """Room for event types."""
        return 110

    def build(self, width: int) -> Sequence[DetailLine]:
        """One line an attempt, newest first."""
        session = self.simulator.session
        rows = session.rows
        lines: list[DetailLine] = []
        for number in range(rows.next_number - 1, max(rows.base, rows.next_number - 300) - 1, -1):
            trace = session.trace(number)
            if trace is None or trace.mapped is None:
                continue
            for attempt in reversed(trace.attempts):
                good = attempt.status is not None and attempt.status < 300
                answer = str(attempt.status) if attempt.status is not None else f"no answer: {attempt.error}"
                lines.append(
                    DetailLine(
                        (
                            Span(" "),
                            Span(clock(attempt.at_us, millis=True), "dim"),
                            Span("  POST /event  "),
                            end(answer, 6 if good else 20, "ok" if good else "bad"),
                            right(f"{attempt.seconds * 1000:.1f} ms", 11, "dim"),
                            Span(f"  attempt {attempt.number}  ", "dim"),
                            end(str(trace.mapped.event.get("eventType", "")), max(width - 70, 10), "blue"),
                            Span(" "),
                        ),
                        (number, attempt.number),
                    )
                )
        return lines or [DetailLine(line(Span(" No request yet.", "dim")))]

    def chosen(self, key: Any) -> None:  # noqa: ARG002 - a line of the log leads nowhere
        """``enter`` closes."""
        self.dismiss(None)
