"""The server panel: addresses, answers, faults on demand, the log of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding

from simulator.errors import SimulatorError
from simulator.tui.actions import SERVER, Action
from simulator.tui.details.server import FAULTS, NOTHING, ON_VIOLATION, Answers, server_lines
from simulator.tui.forms import Form
from simulator.tui.paint import Span, line
from simulator.tui.screens.panel import Panel, panel_bindings
from simulator.tui.screens.requests import RequestLog
from simulator.tui.widgets.lines_view import LinesView
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from simulator.fake_client import FakeClient


class ServerPanel(Panel):
    """The fake and the source, and what they answer."""

    NAME = "Server"
    ACTIONS: ClassVar[tuple[Action, ...]] = SERVER
    BINDINGS: ClassVar[list[BindingType]] = [
        *panel_bindings(SERVER),
        Binding("space", "choose", "Switch", show=False, id="server.fault"),
    ]
    AUTO_FOCUS = "#server"

    def __init__(self) -> None:
        super().__init__()
        self._answers = NOTHING
        self._asking = False

    def compose_panel(self) -> Iterable[Widget]:
        """One pane."""
        yield LinesView(id="server")

    def headless(self) -> tuple[str, ...]:
        """The equal commands."""
        return (
            "pointillist-sim serve --port 8765",
            "GET /_fake/summary   POST /_fake/faults   PUT /_fake/on-violation   POST /_fake/reset",
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
                self._answers = Answers(
                    await side.ask(lambda client: client.health()),
                    await side.ask(lambda client: dict(client.summary())),
                    (await side.ask(lambda client: client.faults())).get("faults", ()),
                    await side.ask(lambda client: client.on_violation()),
                )
        except SimulatorError as error:
            self._answers = self._answers._replace(problem=str(error))
        finally:
            self._asking = False
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        view = self.query_one("#server", LinesView)
        simulator = self.simulator
        policy = simulator.stories.run.policy
        view.show(
            lambda width: server_lines(self._answers, simulator.engine, simulator.session, policy, width), keep=True
        )
        if view.selected is None:
            view.select_key(ON_VIOLATION)
        view.frame(line(Span("Server", "bold")), line(Span("space switches", "dim")))

    def action_choose(self) -> None:
        """Switch a fault on or off, or what becomes of a violation."""
        key = self.query_one("#server", LinesView).selected_key
        if key == ON_VIOLATION:
            self.run_worker(self._switch_on_violation(), exit_on_error=False)
        elif isinstance(key, int):
            self.run_worker(self._switch(FAULTS[key][1]), exit_on_error=False)

    async def _switch_on_violation(self) -> None:
        side = self.simulator.engine.side
        if side is None:
            return
        other = "record" if self._answers.on_violation == "reject" else "reject"
        try:
            await side.ask(lambda client: client.set_on_violation(other))
        except SimulatorError as error:
            self.simulator.say(str(error), bad=True)
        await self._ask()

    async def _switch(self, spec: dict[str, Any]) -> None:
        side = self.simulator.engine.side
        if side is None:
            return
        keep = [known for _, known in FAULTS if known is not spec and self._answers.in_force(known)]
        try:
            if self._answers.in_force(spec):
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

        accepted = self._answers.summary.get("events", {}).get("accepted", 0)
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
