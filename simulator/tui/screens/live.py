"""Live, the home screen: what is sent, what it became, what was wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Container

from simulator.tui.actions import COMMON, LIVE, NAVIGATION, Action, bindings
from simulator.tui.forms import as_received
from simulator.tui.paint import Span
from simulator.tui.screens.live_detail import LiveDetail
from simulator.tui.screens.live_list import LiveList
from simulator.tui.screens.room import Headless, Room
from simulator.tui.top_line import counter_items, state_items
from simulator.tui.widgets.bars import item
from simulator.tui.widgets.lines_view import LinesView
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from simulator.trace import Trace

_NOTHING_GENERATED = "attached to another fake: nothing is generated here"
_NO_MESSAGE = "attached to another fake: its events are known, not the Segment messages they were made from"
_OF_SEGMENT = {
    "pause": _NOTHING_GENERATED,
    "one": _NOTHING_GENERATED,
    "rate": _NOTHING_GENERATED,
    "resend": _NO_MESSAGE,
    "resend_new": _NO_MESSAGE,
    "dropped_only": _NO_MESSAGE,
    "open_recording": "attached to another fake: open recordings without --attach, or use pointillist-sim send",
    "save_recording": _NO_MESSAGE,
}
"""What an attached UI cannot do, and why."""


class LiveScreen(Room):
    """The list of messages, and the way of the selected one."""

    NAME = "Live"
    CSS_PATH = "live.tcss"
    ACTIONS: ClassVar[tuple[Action, ...]] = LIVE
    PANES: ClassVar[tuple[str, ...]] = ("messages", "detail", "violations")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(LIVE, COMMON, NAVIGATION)]
    AUTO_FOCUS = "#messages"

    def compose_body(self) -> Iterable[Widget]:
        """The list left, the detail right; below 110 columns one above the other."""
        with Container(id="body"):
            yield LiveList(self.simulator, id="list-column")
            yield LiveDetail(attached=self.simulator.attached, id="detail-column")

    @property
    def _list(self) -> LiveList:
        return self.query_one(LiveList)

    @property
    def _detail(self) -> LiveDetail:
        return self.query_one(LiveDetail)

    def headless(self) -> Headless:
        """The run as a command, and one line a message."""
        engine = self.simulator.engine
        if self.simulator.attached:
            return (
                f"curl -N {engine.fake_url}/_fake/stream -H 'apiToken: {engine.token}'   (one line a change)",
                f"curl {engine.fake_url}/_fake/events -H 'apiToken: {engine.token}'",
            )
        recipe = engine.recipe
        return (
            f"pointillist-sim run -n 1000 --seed {recipe.seed} --format json",
            "pointillist-sim listen --format json   (one line a message)",
            "pointillist-sim transform FILE --explain   (the mapping)",
            "pointillist-sim check FILE   (the violations)",
        )

    # What is shown.

    def refresh_view(self) -> None:
        """Take up what came in."""
        self._list.take_up()
        self._detail.set_class(self._list.empty and not self.has_class("-wide"), "-off")
        self._show_top()
        self._show_detail()
        self.show_keys()

    def _show_top(self) -> None:
        simulator = self.simulator
        recipe = simulator.engine.recipe
        left = state_items(simulator)
        if simulator.attached:
            left.append(item(12, f"token {simulator.engine.token}"))
        else:
            left += [
                item(12, Span(" + ".join(recipe.scenarios))),
                item(11, f"seed {recipe.seed}"),
                item(4, f"{recipe.rate:g}/s"),
            ]
        self.show_top(left, counter_items(simulator.session.counters))

    def trace(self) -> Trace | None:
        """The trace of the selected message."""
        number = self._list.messages.selected
        return None if number is None else self.simulator.session.trace(number)

    @on(VirtualList.Selected, "#messages")
    @on(LiveList.Sifted)
    def _show_detail(self) -> None:
        number = self._list.messages.selected
        row = None if number is None else self.simulator.session.rows.get(number)
        self._detail.show(number, row, self.trace())

    @on(VirtualList.Opened, "#messages")
    def _open_detail(self) -> None:
        self.query_one("#detail").focus()

    @on(VirtualList.Opened, "#violations")
    def _open_schema(self, event: VirtualList.Opened) -> None:
        trace = self.trace()
        if trace is not None and isinstance(event.list, LinesView) and event.list.selected_key is not None:
            from simulator.tui.screens.schema_part import SchemaPart  # noqa: PLC0415 - start-up counts

            self.app.push_screen(SchemaPart(trace, event.list.selected_key))

    # Actions.

    def label_of(self, action: Action) -> str:
        """``Pause`` or ``Run``; ``Start`` before the first message."""
        if action.id == "live.pause":
            if self.simulator.engine.running:
                return "Pause"
            return "Run" if self.simulator.session.rows.kept else "Start"
        if action.id == "live.one" and not self.simulator.session.rows.kept:
            return "One message"
        return action.label

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Grey what does nothing now."""
        session = self.simulator.session
        if self.simulator.attached and action in _OF_SEGMENT:
            return None
        if action in ("why", "copy", "resend", "resend_new", "filter", "save_recording"):
            return True if session.rows.kept else None
        if action == "failure":
            return True if session.counters.failures else None
        return True

    def reason(self, action: str) -> str:
        """Why a greyed key does nothing."""
        if self.simulator.attached and action in _OF_SEGMENT:
            return _OF_SEGMENT[action]
        if action == "failure":
            return "no failure so far"
        return "there is no message yet: press space to start, or . for one"

    def action_filter(self) -> None:
        """Open the filter line."""
        self._list.open_filter()

    def action_pause(self) -> None:
        """Pause or run."""
        self.simulator.engine.set_running(not self.simulator.engine.running)
        self.refresh_view()

    async def action_one(self) -> None:
        """One message, and look at it."""
        await self.simulator.engine.one()

    def action_rate(self, step: int) -> None:
        """Change the rate to the next of a few round figures."""
        self.simulator.change_rate(step)
        self._show_top()

    def action_failure(self, step: int) -> None:
        """Go to the next or previous failure."""
        session, selected = self.simulator.session, self._list.messages.selected
        start = selected if selected is not None else session.rows.base - 1
        number = session.next_failure(start, step)
        if number is None:
            self.simulator.say("no further failure " + ("below" if step > 0 else "above"))
            return
        self._list.go_to(number)

    def action_tab(self, step: int) -> None:
        """Show the next detail tab."""
        self._detail.turn(step)
        self._show_detail()

    def hidden_pane(self, number: int) -> None:
        """Violations is a tab where it is narrow."""
        if number == 3:
            self._detail.turn_to_violations()
            self._show_detail()
            self.query_one("#detail").focus()

    def action_dropped_only(self) -> None:
        """Show dropped rows only, or all."""
        self._detail.toggle_dropped()
        self._show_detail()

    async def action_resend(self) -> None:
        """Send the selected message again, as it is."""
        trace = self.trace()
        if trace is not None:
            await self.simulator.engine.resend(trace)

    async def action_resend_new(self) -> None:
        """Send the selected message again under a new messageId."""
        trace = self.trace()
        if trace is not None and isinstance(trace.received.payload, dict):
            payload = dict(as_received(trace))
            payload["messageId"] = f"{trace.name}-again-{self.simulator.session.counters.messages}"
            await self.simulator.engine.send(payload, "resend as new")

    def action_why(self) -> None:
        """Why the selected event belongs to whom it belongs to."""
        trace = self.trace()
        if trace is None:
            return
        if trace.event_id is None:
            self.simulator.say("only an event that Pointillist stored belongs to somebody")
            return
        self.simulator.show_why(event=trace.event_id)

    def action_codes(self) -> None:
        """Violations of the run, by code."""
        from simulator.tui.screens.codes import CodesScreen  # noqa: PLC0415 - start-up counts

        self.app.push_screen(CodesScreen(self.simulator.session), self._go_to_code)

    def _go_to_code(self, code: str | None) -> None:
        if code:
            self._list.open_filter(f"code:{code}")

    def action_copy(self) -> None:
        """Copy the selected message in one of its forms."""
        trace = self.trace()
        if trace is not None:
            from simulator.tui.screens.copying import offer_message  # noqa: PLC0415 - start-up counts

            offer_message(self.simulator, trace)

    def action_open_recording(self) -> None:
        """Open a file of messages and send them the whole way."""
        from simulator.tui.screens.recordings import open_recording  # noqa: PLC0415 - start-up counts

        open_recording(self.simulator)

    def action_save_recording(self) -> None:
        """Save the messages as shown."""
        from simulator.tui.screens.recordings import save_recording  # noqa: PLC0415 - start-up counts

        save_recording(self.simulator)

    def action_back(self) -> None:
        """Leave the detail, then the filter."""
        if self.has_class("-zoomed"):
            self._unzoom()
        else:
            self._list.step_back()
