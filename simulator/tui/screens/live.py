"""Live, the home screen: what is sent, what it became, what was wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Container
from textual.widgets import Input

from simulator.tui.actions import COMMON, LIVE, NAVIGATION, Action, bindings
from simulator.tui.details.documents import event_lines, http_lines, segment_lines
from simulator.tui.details.mapping import mapping_lines, mapping_state
from simulator.tui.details.violations import violation_lines
from simulator.tui.filtering import Filter, FilterError, culprit, parse
from simulator.tui.paint import Line, Span, line
from simulator.tui.screens.room import Headless, Room
from simulator.tui.session import findings
from simulator.tui.signs import State
from simulator.tui.widgets.bars import item
from simulator.tui.widgets.filter_line import FilterLine
from simulator.tui.widgets.lines_view import LinesView
from simulator.tui.widgets.live_empty import empty_lines
from simulator.tui.widgets.message_list import MessageList
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from simulator.trace import Trace
    from simulator.tui.widgets.lines_view import DetailLine

TABS = ("Mapping", "Segment", "Pointillist", "HTTP")


class LiveScreen(Room):
    """The list of messages, and the way of the selected one."""

    NAME = "Live"
    CSS_PATH = "live.tcss"
    ACTIONS: ClassVar[tuple[Action, ...]] = LIVE
    PANES: ClassVar[tuple[str, ...]] = ("messages", "detail", "violations")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(LIVE, COMMON, NAVIGATION)]
    AUTO_FOCUS = "#messages"

    def __init__(self) -> None:
        super().__init__()
        self._tab = 0
        self._dropped_only = False
        self._shown: tuple[Any, ...] | None = None
        self._filter: Filter | None = None
        self._judged = 0

    def compose_body(self) -> Iterable[Widget]:
        """The list left, the detail right; below 110 columns one above the other."""
        with Container(id="body"):
            with Container(id="list-column"):
                yield MessageList(self.simulator.session.rows, id="messages")
                yield LinesView(id="empty")
                yield FilterLine(id="filter")
            with Container(id="detail-column"):
                yield LinesView(id="detail")
                yield LinesView(id="violations")

    def on_mount(self) -> None:
        """Follow the newest message until the user moves."""
        self.query_one("#messages", MessageList).following = True

    def headless(self) -> Headless:
        """The run as a command, and one line a message."""
        recipe = self.simulator.engine.recipe
        return (
            f"pointillist-sim run -n 1000 --seed {recipe.seed} --format json",
            "pointillist-sim listen --format json   (one line a message)",
            "pointillist-sim transform FILE --explain   (the mapping)",
            "pointillist-sim check FILE   (the violations)",
        )

    # What is shown.

    def refresh_view(self) -> None:
        """Take up what came in."""
        self._judge()
        self.query_one("#messages", MessageList).changed()
        self._show_top()
        self._show_empty()
        self._show_detail()
        self._show_frame()
        self.show_keys()

    def _show_top(self) -> None:
        simulator = self.simulator
        counters = simulator.session.counters
        engine = simulator.engine
        left = simulator.state_items()
        left.append(item(12, Span(" + ".join(engine.recipe.scenarios))))
        left.append(item(11, f"seed {engine.recipe.seed}"))
        left.append(item(4, f"{engine.recipe.rate:g}/s"))
        right = [item(2, _counted(counters.messages, "message"))] if counters.messages else []
        ranks = {
            State.DELIVERED: (3, "ok"),
            State.REJECTED: (5, "bad"),
            State.DISCARDED: (6, "warn"),
            State.EXPIRED: (7, "bad"),
            State.WAITING: (14, "warn"),
            State.DUPLICATE: (15, "dim"),
        }
        for state, (rank, style) in ranks.items():
            count = counters.states.get(state, 0)
            if count:
                right.append(item(rank, Span(f"{count:,} {state.value}", style)))
        if counters.merges:
            right.append(item(16, Span(_counted(counters.merges, "merge"), "accent")))
        self.show_top(left, right)

    def _show_empty(self) -> None:
        empty = not self.simulator.session.rows.kept
        messages = self.query_one("#messages")
        if messages.has_class("-off") is not empty:
            self.query_one("#empty").set_class(not empty, "-off")
            messages.set_class(empty, "-off")
            (self.query_one("#empty") if empty else messages).focus()
        elif not empty:
            self.query_one("#empty").add_class("-off")
        self.query_one("#detail-column").set_class(empty and not self.has_class("-wide"), "-off")
        if empty:
            view = self.query_one("#empty", LinesView)
            view.show(lambda width: empty_lines(width, self.simulator.engine))
            view.frame(line(Span("1", "dim"), Span(" Messages", "bold")))

    def trace(self) -> Trace | None:
        """The trace of the selected message."""
        number = self.query_one("#messages", MessageList).selected
        return None if number is None else self.simulator.session.trace(number)

    def _show_detail(self, *, force: bool = False) -> None:
        messages = self.query_one("#messages", MessageList)
        rows = self.simulator.session.rows
        if messages.selected is None and len(rows):
            messages.select(rows.number_at(0), show=False)
        narrow = not self.has_class("-wide")
        self.query_one("#violations").set_class(narrow, "-off")
        if not narrow and self._tab >= len(TABS):
            self._tab = 0
        number = messages.selected
        row = None if number is None else rows.get(number)
        shown = (number, row, self._tab, self._dropped_only, narrow)
        if shown == self._shown and not force:
            return
        keep = self._shown is not None and self._shown[0] == number and self._shown[2] == self._tab
        self._shown = shown
        trace = self.trace()
        detail = self.query_one("#detail", LinesView)
        violations = self.query_one("#violations", LinesView)
        signs = self.simulator.signs
        if trace is None:
            gone = "This message is no longer kept." if number is not None else "No message selected."
            detail.show(lambda _: [_plain(f" {gone}")])
            violations.show(None)
        else:
            detail.show(self._builder(trace), keep=keep)
            violations.show(lambda width: violation_lines(trace, width, signs), keep=keep)
        self._frame_detail(trace)

    def _builder(self, trace: Trace) -> Any:
        simulator = self.simulator
        signs = simulator.signs
        engine = simulator.engine

        def build(width: int) -> Sequence[DetailLine]:
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
                    return violation_lines(trace, width, signs)

        return build

    def _frame_detail(self, trace: Trace | None) -> None:
        signs = self.simulator.signs
        count = len(findings(trace)) if trace is not None else 0
        worst = any(item.severity == "error" for item in findings(trace)) if trace is not None else False
        style = "bad" if worst else "warn" if count else "dim"
        narrow = not self.has_class("-wide")
        names = [*TABS, f"Violations {count}"] if narrow else list(TABS)
        parts: list[str | Span] = [Span("2 ", "dim")]
        for place, name in enumerate(names):
            if place:
                parts.append(Span(signs.plain(" │ "), "dim"))
            parts.append(Span(name, "bold" if place == self._tab else style if place == len(TABS) else "dim"))
        state: Line = ()
        if trace is not None and self._tab == 0:
            state = mapping_state(trace, signs)
            if self._dropped_only:
                state = (*state, Span(" · dropped rows only (u)", "warn"))
        self.query_one("#detail", LinesView).frame(line(*parts), state)
        violations = self.query_one("#violations", LinesView)
        violations.frame(
            line(Span("3", "dim"), Span(" Violations", "bold"), Span(f" {count}", style)),
            line(Span("w why · v all, by code" if not trace or not count else "w why · enter schema part", "dim")),
        )

    @on(VirtualList.Moved, "#messages")
    def _show_frame(self) -> None:
        messages = self.query_one("#messages", MessageList)
        rows = self.simulator.session.rows
        following = messages.following and not messages.below
        if following:
            first = "following ↓"
        elif messages.below:
            first = (
                f"{messages.below:,} new below"
                if messages.following or not rows.filtered
                else f"{messages.below:,} below"
            )
        else:
            first = "at the end"
        total = self.simulator.session.counters.messages
        counted = f"{len(rows):,} of {total:,}" if rows.filtered else f"{total:,} messages"
        how = f"filter {self._filter.text}" if self._filter is not None else "no filter"
        gone = [Span(f" · oldest {rows.base:,} no longer kept", "warn")] if rows.base else []
        room = max(messages.size.width - 40, 10)
        messages.frame(
            line(Span("1", "dim"), Span(" Messages", "bold")),
            line(
                Span(first, "ok" if following else "warn" if messages.below else "dim"),
                Span(f" · {counted}", "dim"),
                *gone,
                Span(" · ", "dim"),
                Span(how if len(how) <= room else how[: room - 1] + "…", "accent" if self._filter else "dim"),
            ),
        )

    @on(VirtualList.Selected, "#messages")
    def _selection_moved(self) -> None:
        self._show_detail()

    @on(VirtualList.Opened, "#messages")
    def _open_detail(self) -> None:
        self.query_one("#detail").focus()

    @on(VirtualList.Opened, "#violations")
    def _open_schema(self, event: VirtualList.Opened) -> None:
        trace = self.trace()
        if trace is not None and isinstance(event.list, LinesView) and event.list.selected_key is not None:
            from simulator.tui.screens.schema_part import SchemaPart  # noqa: PLC0415 - start-up counts

            self.app.push_screen(SchemaPart(trace, event.list.selected_key))

    # The filter.

    def focus_filter(self) -> None:
        """Open the filter line."""
        self.query_one("#filter", FilterLine).open()

    def action_filter(self) -> None:
        """Open the filter line."""
        self.focus_filter()

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        line_widget = self.query_one("#filter", FilterLine)
        text = event.value.strip()
        try:
            wanted = parse(text) if text else None
        except FilterError as error:
            line_widget.complain(str(error))
            return
        line_widget.complain("")
        self.set_filter(wanted)

    def set_filter(self, wanted: Filter | None) -> None:
        """Put a filter in force; ``None`` shows everything."""
        self._filter = wanted
        self.simulator.filter = wanted
        rows = self.simulator.session.rows
        self._judged = rows.base
        rows.show(None if wanted is None else ())
        messages = self.query_one("#messages", MessageList)
        self._judge()
        messages.flush()
        if messages.selected is not None and rows.is_shown(messages.selected):
            messages.select(messages.selected)
        elif len(rows):
            messages.select_place(len(rows) - 1, -1)
        self._show_frame()
        self._show_detail()

    def _judge(self) -> None:
        """Judge the rows that came since, for a twentieth of a second at most; the rest follows next tick."""
        rows = self.simulator.session.rows
        if self._filter is None:
            return
        wanted, session = self._filter, self.simulator.session
        self._judged = max(self._judged, rows.base)
        if self._judged > rows.next_number:
            self._judged = rows.base
        deadline = self.simulator.now() + 0.02
        found: list[int] = []
        while self._judged < rows.next_number:
            row = rows.get(self._judged)
            number = self._judged
            if row is not None and wanted.matches(row, lambda: session.trace(number), self.simulator.actor_of):  # noqa: B023 - called at once
                found.append(number)
            self._judged += 1
            if self._judged % 64 == 0 and self.simulator.now() > deadline:
                break
        rows.show_more(found)
        line_widget = self.query_one("#filter", FilterLine)
        left = rows.next_number - self._judged
        if left > 500:
            line_widget.progress(f"searching, {left:,} to go")
        elif not len(rows) and rows.kept:
            term = culprit(wanted.terms, self._leaves_something)
            line_widget.progress(f"nothing left: {term.text} removed everything" if term else "nothing left")
        else:
            line_widget.progress(f"{len(rows):,} of {rows.kept:,}")

    def _leaves_something(self, term: Any) -> bool:
        if self._filter is None:
            return True
        rest = self._filter.without(term)
        session = self.simulator.session
        newest = range(max(session.rows.base, session.rows.next_number - 2_000), session.rows.next_number)
        return any(
            (row := session.rows.get(number)) is not None
            and rest.matches(row, lambda: session.trace(number), self.simulator.actor_of)  # noqa: B023 - called at once
            for number in newest
        )

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
        if action in ("why", "copy", "resend", "resend_new", "filter", "save_recording"):
            return True if session.rows.kept else None
        if action == "failure":
            return True if session.counters.failures else None
        if action in ("pause", "one", "rate", "resend", "resend_new") and self.simulator.attached:
            return None
        return True

    def reason(self, action: str) -> str:
        """Why a greyed key does nothing."""
        if self.simulator.attached and action in ("pause", "one", "rate"):
            return "attached to another fake: nothing is generated here"
        if action == "failure":
            return "no failure so far"
        return "there is no message yet: press space to start, or . for one"

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
        messages = self.query_one("#messages", MessageList)
        session = self.simulator.session
        start = messages.selected if messages.selected is not None else session.rows.base - 1
        number = session.next_failure(start, step)
        if number is None:
            self.simulator.say("no further failure " + ("below" if step > 0 else "above"))
            return
        messages.following = False
        messages.select(number)
        self._show_frame()

    def action_tab(self, step: int) -> None:
        """Show the next detail tab."""
        count = len(TABS) + (0 if self.has_class("-wide") else 1)
        self._tab = (self._tab + step) % count
        self._show_detail(force=True)

    def hidden_pane(self, number: int) -> None:
        """Violations is a tab where it is narrow."""
        if number == 3:
            self._tab = len(TABS)
            self._show_detail(force=True)
            self.query_one("#detail").focus()

    def action_dropped_only(self) -> None:
        """Show dropped rows only, or all."""
        self._dropped_only = not self._dropped_only
        self._tab = 0
        self._show_detail(force=True)

    async def action_resend(self) -> None:
        """Send the selected message again, as it is."""
        trace = self.trace()
        if trace is not None:
            await self.simulator.engine.resend(trace)

    async def action_resend_new(self) -> None:
        """Send the selected message again under a new messageId."""
        trace = self.trace()
        if trace is not None and isinstance(trace.received.payload, dict):
            payload = dict(trace.received.payload)
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
            filter_line = self.query_one("#filter", FilterLine)
            filter_line.value = f"code:{code}"
            filter_line.display = True

    def action_copy(self) -> None:
        """Copy the selected message in one of its forms."""
        trace = self.trace()
        if trace is not None:
            self.simulator.copy_message(trace)

    def action_open_recording(self) -> None:
        """Open a file of messages and send them the whole way."""
        self.simulator.ask_recording()

    def action_save_recording(self) -> None:
        """Save the messages as shown."""
        self.simulator.save_recording()

    def action_back(self) -> None:
        """Leave the detail, then the filter."""
        filter_line = self.query_one("#filter", FilterLine)
        if self.has_class("-zoomed"):
            self._unzoom()
        elif filter_line.display and filter_line.has_focus:
            filter_line.leave()
            self.query_one("#messages").focus()
        elif not self.query_one("#messages").has_focus:
            self.query_one("#messages").focus()
        elif self._filter is not None:
            filter_line.value = ""
            filter_line.display = False


def _plain(text: str) -> DetailLine:
    from simulator.tui.widgets.lines_view import DetailLine as Row  # noqa: PLC0415 - the type above is for checking only

    return Row(line(Span(text, "dim")))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
