"""Edit: a message of your own and the mapping, and what becomes of them, at once."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from textual import on
from textual.containers import Container
from textual.widgets import TextArea

from simulator.errors import MappingError, SimulatorError
from simulator.tui.actions import COMMON, EDIT, NAVIGATION, Action, bindings
from simulator.tui.details.documents import event_lines, segment_lines
from simulator.tui.details.mapping import mapping_lines, mapping_state, wrapped
from simulator.tui.details.violations import violation_lines
from simulator.tui.editing import MappingFile, changed_rows, count_changed, read_text
from simulator.tui.paint import Span, line, safe_title
from simulator.tui.screens.room import Headless, Room
from simulator.tui.session import findings
from simulator.tui.signs import TWINS
from simulator.tui.widgets.bars import item
from simulator.tui.widgets.lines_view import DetailLine, LinesView
from simulator.tui.widgets.safe_input import SafeTextArea

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from simulator.trace import Trace
    from simulator.tui.paint import Line

TABS = ("Result", "Segment", "Pointillist", "Violations")
SAMPLE = """{
  "type": "track",
  "event": "Order Completed",
  "messageId": "m1187",
  "userId": "u_42",
  "timestamp": "2026-02-23T22:31:02.250Z",
  "properties": {"revenue": 37.4, "discount": "ten", "coupon": null}
}
"""
LOOKED_AT = 2_000
"""Messages of the run that are mapped again to count what a save changes, the newest."""


class EditScreen(Room):
    """Message, mapping, result."""

    NAME = "Edit"
    CSS_PATH = "edit.tcss"
    ACTIONS: ClassVar[tuple[Action, ...]] = EDIT
    PANES: ClassVar[tuple[str, ...]] = ("message", "mapping", "result")
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(EDIT, COMMON, NAVIGATION),
        *bindings(
            (
                Action("edit.tab-left", "left", "tab(-1)", "", "result tab to the left"),
                Action("edit.tab-right", "right", "tab(1)", "", "result tab to the right"),
            )
        ),
    ]
    AUTO_FOCUS = "#message"

    def __init__(self) -> None:
        super().__init__()
        self._file: MappingFile | None = None
        self._trace: Trace | None = None
        self._before: dict[str, str] = {}
        self._at = 0
        self._count = 0
        self._problem = ""
        self._saved = ""
        self._effect = ""
        self._tab = 0
        self._pane = 0
        self._own_text = False

    def compose_body(self) -> Iterable[Widget]:
        """Texts left, result right; below 110 columns one at a time."""
        with Container(id="body"):
            with Container(id="text-column"):
                yield SafeTextArea(id="message", soft_wrap=True, show_line_numbers=False)
                yield SafeTextArea(id="mapping", soft_wrap=False, show_line_numbers=False)
            yield LinesView(id="result")

    def on_mount(self) -> None:
        """Begin with the selected message of Live, and the mapping in force."""
        self._load_mapping(self.simulator.engine.mapping)
        self.set_interval(1.0, self._watch)

    def on_screen_resume(self) -> None:
        """Take Live's selected message, unless there is a text of the user's own."""
        area = self.query_one("#message", TextArea)
        if not self._own_text:
            trace = self.simulator.selected_trace()
            text = _pretty(trace.received.payload) if trace is not None else SAMPLE
            if text != area.text:
                area.load_text(text)
        self._map()
        self.refresh_view()

    def headless(self) -> Headless:
        """The equal commands."""
        name = self._file.path if self._file is not None and self._file.path else self.simulator.engine.mapping
        return (
            f"pointillist-sim transform - --mapping {name} --explain",
            f"pointillist-sim diff mapping segment-docs {name} FILE",
        )

    # Mapping.

    def _load_mapping(self, name: str) -> None:
        try:
            self._file = MappingFile(name)
        except (MappingError, OSError) as error:
            self._file = MappingFile("segment-docs")
            self.simulator.say(str(error), bad=True)
        self.query_one("#mapping", TextArea).load_text(self._file.text)

    def _map(self, *, saved: bool = False) -> None:
        """Map the message by the last good mapping."""
        area = self.query_one("#message", TextArea)
        found = read_text(area.text)
        self._problem = found.problem
        self._count = len(found.payloads)
        if found.problem or not found.payloads or self._file is None:
            return
        self._at = min(self._at, self._count - 1)
        before = self._trace
        self._trace = self.simulator.engine.try_out(found.payloads[self._at], self._file.mapping)
        if saved and before is not None:
            self._before = changed_rows(before, self._trace)
        elif not saved:
            self._before = {}

    def _watch(self) -> None:
        """Take up the mapping file where another editor saved it."""
        if self._file is None:
            return
        text = self._file.changed_elsewhere()
        if text is not None:
            self.query_one("#mapping", TextArea).load_text(text)
            self._put_in_force()

    def _put_in_force(self) -> None:
        if self._file is None or self._file.path is None:
            return
        if not self._file.problem:
            try:
                self.simulator.engine.set_mapping(str(self._file.path))
            except SimulatorError as error:
                self.simulator.say(str(error), bad=True)
                return
            self._saved = "saved"
            self._map(saved=True)
            self._tell_effect()
        self.refresh_view()

    def _tell_effect(self) -> None:
        """Count the messages of this run that the save changes."""
        if self._file is None:
            return
        session, engine, mapping = self.simulator.session, self.simulator.engine, self._file.mapping
        first = max(session.rows.base, session.rows.next_number - LOOKED_AT)
        traces = list(session.traces(range(first, session.rows.next_number)))
        changed, looked = count_changed(traces, lambda payload: engine.try_out(payload, mapping, check=False))
        whole = "of this run" if looked < LOOKED_AT else "newest of this run"
        self._effect = f"{changed:,} of the {looked:,} events {whole} change with this save"

    # What is shown.

    def refresh_view(self) -> None:
        """Show texts, result and frames."""
        if not self.is_mounted or self._file is None:
            return
        narrow = not self.has_class("-wide")
        for place, name in enumerate(self.PANES):
            self.query_one(f"#{name}").set_class(narrow and place != self._pane, "-off")
        self.query_one("#text-column").set_class(narrow and self._pane == 2, "-off")
        changed = self._file.path is None
        left = [
            item(0, Span("EDIT", "bold")),
            item(1, self._file.name + (", read-only: the first save asks for a file" if changed else ", in force")),
        ]
        right = (
            [item(2, Span(self._effect, "warn" if not self._effect.startswith("0 ") else "dim"))]
            if self._effect
            else []
        )
        self.show_top(left, right)
        self._frames(narrow)
        result = self.query_one("#result", LinesView)
        result.show(self._build, keep=True)
        self.show_keys()

    def _frames(self, narrow: bool) -> None:
        signs = self.simulator.signs
        plain = TWINS if signs.ascii else None
        assert self._file is not None
        message = self.query_one("#message", TextArea)
        mapping = self.query_one("#mapping", TextArea)
        state: Line
        if self._problem:
            state = line(Span(self._problem, "bad"))
        else:
            several = f" · {self._at + 1} of {self._count}" if self._count else ""
            state = line(Span("valid JSON", "ok"), Span(several, "dim"))
        message.border_title = safe_title(self._title(0, "Message", narrow), plain)
        message.border_subtitle = safe_title(state, plain)
        problem = self._file.judge(mapping.text) if mapping.text != self._file.text else self._file.problem
        if problem:
            below = line(Span(problem, "bad"))
        elif mapping.text != self._file.text:
            below = line(Span("changed, ^s saves", "warn"))
        else:
            below = line(
                Span(self._saved or "as shipped" if self._file.path is None else self._saved or "as in the file", "dim")
            )
        mapping.border_title = safe_title(self._title(1, f"Mapping │ {self._file.name}", narrow), plain)
        mapping.border_subtitle = safe_title(below, plain)
        result = self.query_one("#result", LinesView)
        count = len(findings(self._trace)) if self._trace is not None else 0
        parts: list[str | Span] = [Span("3 ", "dim")]
        for place, name in enumerate(TABS):
            if place:
                parts.append(Span(" │ ", "dim"))
            text = f"{name} {count}" if name == "Violations" else name
            parts.append(
                Span(text, "bold" if place == self._tab else "warn" if name == "Violations" and count else "dim")
            )
        end_state: Line = ()
        if self._trace is not None and not self._problem:
            end_state = mapping_state(self._trace, signs)
            if self._before:
                end_state = (*end_state, Span(f" · {len(self._before)} changed by this save", "warn"))
        elif self._problem:
            end_state = line(Span("the last good result", "warn"))
        result.frame(line(*parts), end_state)

    def _title(self, pane: int, name: str, narrow: bool) -> Line:
        if not narrow:
            return line(Span(f"{pane + 1} ", "dim"), Span(name, "bold"))
        parts: list[str | Span] = []
        for place, title in enumerate(("Message", "Mapping", "Result")):
            if place:
                parts.append(Span(" │ ", "dim"))
            parts.append(Span(f"{place + 1} {title}", "bold" if place == pane else "dim"))
        return line(*parts)

    def _build(self, width: int) -> Sequence[DetailLine]:
        signs = self.simulator.signs
        trace = self._trace
        if trace is None:
            text = self._problem or "No message yet: paste one into pane 1, or ^o opens a file."
            return [DetailLine(part) for part in wrapped(text, width, " ", "dim")]
        if self._tab == 1:
            return segment_lines(trace, width)
        if self._tab == 2:
            return event_lines(trace, width)
        if self._tab == 3:
            return violation_lines(trace, width, signs)
        assert self._file is not None
        rows: list[DetailLine] = []
        for entry in mapping_lines(trace, width - 1, signs, mapping=self._file.name):
            source = entry.key[1] if isinstance(entry.key, tuple) else None
            key = source or (f"(constant) {entry.key[2]}" if isinstance(entry.key, tuple) else "")
            was = self._before.get(key)
            mark = Span(signs.changed if was else " ", "warn bold")
            rows.append(entry._replace(line=(entry.line[0], mark, *entry.line[1:])))
            if was:
                rows += [DetailLine(part) for part in wrapped(f"was: {was}", width, "    ", "warn", most=2)]
        rows.append(DetailLine(line("")))
        rows += violation_lines(trace, width, signs)
        worst = [found for found in trace.violations if found.severity == "error"]
        if trace.mapped is not None and any(
            found.path.startswith(("/labels", "/numbers", "/event", "/actors")) for found in worst
        ):
            rows += [DetailLine(line("")), DetailLine(line(Span(" Would be refused with 400.", "bad bold")))]
        return rows

    # What the user does.

    @on(TextArea.Changed, "#message")
    def _typed(self) -> None:
        area = self.query_one("#message", TextArea)
        trace = self.simulator.selected_trace()
        self._own_text = area.text not in (SAMPLE, _pretty(trace.received.payload) if trace is not None else "")
        self._map()
        self.refresh_view()

    @on(TextArea.Changed, "#mapping")
    def _mapping_typed(self) -> None:
        self.refresh_view()

    def action_save(self) -> None:
        """Save the mapping, re-map, and put it in force."""
        if self._file is None:
            return
        text = self.query_one("#mapping", TextArea).text
        if self._file.path is None:
            from simulator.tui.screens.asking import AskText  # noqa: PLC0415 - beside its only use

            self.app.push_screen(
                AskText("Save the mapping as", "A file of your own; the shipped ones are read-only", "mapping.toml"),
                self._save_as,
            )
            return
        self._save(text, None)

    def _save_as(self, path: str | None) -> None:
        if not path:
            return
        target = Path(path).expanduser()
        if target.exists():
            self.simulator.say(f"{path} is there already: nothing written", bad=True)
            return
        self._save(self.query_one("#mapping", TextArea).text, target)

    def _save(self, text: str, path: Path | None) -> None:
        assert self._file is not None
        try:
            good = self._file.save(text, path)
        except OSError as error:
            self.simulator.say(f"{path or self._file.path}: {error.strerror}", bad=True)
            return
        if not good:
            self.simulator.say(self._file.problem, bad=True)
            self.refresh_view()
            return
        self._put_in_force()

    def action_open(self) -> None:
        """Open a file of messages into pane 1."""
        from simulator.tui.screens.asking import AskText  # noqa: PLC0415 - beside its only use

        self.app.push_screen(
            AskText("Open a file of messages", "JSON, JSON Lines, array or batch; up to 1 MB"), self._opened
        )

    def _opened(self, path: str | None) -> None:
        if not path:
            return
        try:
            with Path(path).expanduser().open("rb") as file:
                data = file.read(1_000_001)
        except OSError as error:
            self.simulator.say(f"{path}: {error.strerror}", bad=True)
            return
        if len(data) > 1_000_000:
            self.simulator.say(f"{path}: larger than 1 MB; open it as a recording with ^o on Live", bad=True)
            return
        self._at = 0
        self.query_one("#message", TextArea).load_text(data.decode("utf-8", errors="replace"))

    def action_editor(self) -> None:
        """Edit the mapping file in $EDITOR."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if not editor:
            self.simulator.say("set EDITOR to your own editor first")
            return
        if self._file is None or self._file.path is None:
            self.simulator.say("save the mapping to a file of your own first: ^s")
            return
        with self.app.suspend():
            subprocess.run([*shlex.split(editor), str(self._file.path)], check=False)  # noqa: S603 - the user's own editor
        self._watch()

    async def action_send(self) -> None:
        """Send the message the whole way."""
        found = read_text(self.query_one("#message", TextArea).text)
        if found.problem or not found.payloads:
            self.simulator.say(found.problem or "no message", bad=True)
            return
        await self.simulator.engine.send(found.payloads[min(self._at, len(found.payloads) - 1)], "edited")
        self.simulator.say("sent: Live shows its answer (l)")

    def action_message(self, step: int) -> None:
        """The next message of the text."""
        if self._count:
            self._at = (self._at + step) % self._count
            self._map()
            self.refresh_view()

    def action_tab(self, step: int) -> None:
        """The next tab of the result."""
        self._tab = (self._tab + step) % len(TABS)
        self.refresh_view()

    def action_leave(self) -> None:
        """Leave the text for the result; from there back to Live."""
        if isinstance(self.focused, TextArea):
            if not self.has_class("-wide"):
                self._pane = 2
                self.refresh_view()
            self.query_one("#result").focus()
        else:
            self.action_back()

    def action_copy(self) -> None:
        """Copy the message in one of its forms."""
        if self._trace is not None:
            from simulator.tui.screens.copying import offer_message  # noqa: PLC0415 - start-up counts

            offer_message(self.simulator, self._trace)

    def action_why(self) -> None:
        """Nothing here belongs to anybody before it is sent."""
        self.simulator.say("send it first (^t): only a stored event belongs to somebody")

    def hidden_pane(self, number: int) -> None:
        """Panes are tabs where it is narrow."""
        self._pane = number - 1
        self.refresh_view()
        self.query_one(f"#{self.PANES[self._pane]}").focus()

    def action_next_pane(self, step: int) -> None:
        """The next pane, or tab."""
        if self.has_class("-wide"):
            super().action_next_pane(step)
        else:
            self.hidden_pane((self._pane + step) % len(self.PANES) + 1)


def _pretty(payload: Any) -> str:
    try:
        return orjson.dumps(payload, option=orjson.OPT_INDENT_2).decode() + "\n"
    except (TypeError, orjson.JSONEncodeError):  # integers beyond 64 bits
        import json  # noqa: PLC0415 - the slower one, for what the quick one cannot write

        return json.dumps(payload, indent=2, ensure_ascii=False) + "\n"
