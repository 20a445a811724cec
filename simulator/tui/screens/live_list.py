"""The left half of Live: the list of messages, the filter below it, and what would fill it while it is empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.containers import Container
from textual.message import Message
from textual.widgets import Input

from simulator.tui.filtering import Filter, FilterError, parse
from simulator.tui.paint import Span, line
from simulator.tui.sieve import Sieve
from simulator.tui.widgets.filter_line import FilterLine
from simulator.tui.widgets.lines_view import LinesView
from simulator.tui.widgets.live_empty import attached_lines, empty_lines
from simulator.tui.widgets.message_list import MessageList
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from simulator.tui.app import SimulatorApp


class LiveList(Container):
    """Messages and their filter."""

    class Sifted(Message):
        """Another filter is in force: other rows are shown."""

    def __init__(self, simulator: SimulatorApp, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(
            MessageList(simulator.session.rows, id="messages"), LinesView(id="empty"), FilterLine(id="filter"), id=id
        )
        stories = simulator.stories
        self._sieve = Sieve(simulator.session, lambda row: stories.actor_of(row.name), simulator.now)
        self._told: tuple[Any, int] = (None, 0)

    @property
    def _simulator(self) -> SimulatorApp:
        return cast("SimulatorApp", self.app)

    def on_mount(self) -> None:
        """Follow the newest message until the user moves; a recording is read from its first."""
        self.messages.following = not self._simulator.recordings

    @property
    def messages(self) -> MessageList:
        """The list itself."""
        return self.query_one("#messages", MessageList)

    @property
    def filter_line(self) -> FilterLine:
        """The filter."""
        return self.query_one("#filter", FilterLine)

    @property
    def empty(self) -> bool:
        """Whether there is no message yet, filtered or not."""
        return not self._simulator.session.rows.kept

    def take_up(self) -> None:
        """Show the rows that came."""
        run = self._simulator.stories.run
        who, known = (run.policy, run.options, len(run.log())), len(run)
        if (who, known) != self._told:
            self._sieve.doubt(everything=who != self._told[0])
            self._told = (who, known)
        self._judge()
        self.messages.changed()
        empty = self._show_empty()
        self._show_frame()
        rows = self._simulator.session.rows
        if not empty and self.messages.selected is None and len(rows):
            self.messages.select(rows.number_at(0), show=False)

    def _show_empty(self) -> bool:
        empty, view = self.empty, self.query_one("#empty", LinesView)
        if self.messages.has_class("-off") is not empty:
            self.messages.set_class(empty, "-off")
            (view if empty else self.messages).focus()
        view.set_class(not empty, "-off")
        if empty:
            simulator = self._simulator
            lines = attached_lines if simulator.attached else empty_lines
            view.show(lambda width: lines(width, simulator.engine))
            view.frame(line(Span("1", "dim"), Span(" Messages", "bold")))
        return empty

    @on(VirtualList.Moved, "#messages")
    def _show_frame(self) -> None:
        wanted = self._sieve.wanted
        self.messages.show_frame(self._simulator.session.counters.messages, None if wanted is None else wanted.text)

    def go_to(self, number: int) -> None:
        """Stop following, and select a message."""
        self.messages.following = False
        self.messages.select(number)
        self._show_frame()

    # The filter.

    def open_filter(self, text: str | None = None) -> None:
        """Open the filter line for typing, or put ``text`` into it."""
        if text is None:
            self.filter_line.open()
        else:
            self.filter_line.value = text
            self.filter_line.display = True

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        text = event.value.strip()
        try:
            wanted = parse(text) if text else None
        except FilterError as error:
            self.filter_line.complain(str(error))
            return
        self.filter_line.complain("")
        self._use(wanted)

    def _use(self, wanted: Filter | None) -> None:
        self._sieve.use(wanted)
        self._judge()
        messages, rows = self.messages, self._simulator.session.rows
        messages.flush()
        if messages.selected is not None and rows.is_shown(messages.selected):
            messages.select(messages.selected)
        elif len(rows):
            messages.select_place(len(rows) - 1, -1)
        self._show_frame()
        self.post_message(self.Sifted())

    def _judge(self) -> None:
        progress = self._sieve.judge()
        if progress:
            self.filter_line.progress(progress)

    def step_back(self) -> None:
        """Leave the filter line, then whatever else has the focus, then the filter itself."""
        if self.filter_line.display and self.filter_line.has_focus:
            self.filter_line.leave()
            self.messages.focus()
        elif not self.messages.has_focus:
            self.messages.focus()
        elif self._sieve.wanted is not None:
            self.filter_line.value = ""
            self.filter_line.display = False
