"""The three panes of Edit: the message's text, the mapping's text, and the result in tabs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.containers import Container

from simulator.tui.details.documents import event_lines, segment_lines
from simulator.tui.details.edited import edited_lines
from simulator.tui.details.mapping import mapping_state, wrapped
from simulator.tui.details.violations import violation_lines
from simulator.tui.paint import Line, Span, line, safe_title
from simulator.tui.session import findings
from simulator.tui.signs import TWINS
from simulator.tui.widgets.lines_view import DetailLine, LinesView
from simulator.tui.widgets.safe_input import SafeTextArea

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widgets import TextArea

    from simulator.tui.app import SimulatorApp
    from simulator.tui.draft import Draft
    from simulator.tui.signs import Signs

PANES = ("message", "mapping", "result")
TABS = ("Result", "Segment", "Pointillist", "Violations")


class EditPanes(Container):
    """Texts left, result right; below 110 columns one at a time, as tabs.

    Attributes:
        pane: Place of the pane on view where only one is.
        tab: Place of the result's tab.
    """

    def __init__(self, draft: Draft, *, id: str) -> None:  # noqa: A002 - Textual's own name
        self.message = SafeTextArea(id="message", soft_wrap=True, show_line_numbers=False)
        self.mapping = SafeTextArea(id="mapping", soft_wrap=False, show_line_numbers=False)
        self.result = LinesView(id="result")
        self._texts = Container(self.message, self.mapping, id="text-column")
        super().__init__(self._texts, self.result, id=id)
        self._draft = draft
        self.pane = 0
        self.tab = 0

    @property
    def _signs(self) -> Signs:
        return cast("SimulatorApp", self.app).signs

    @property
    def _narrow(self) -> bool:
        return not self.screen.has_class("-wide")

    def lay_out(self) -> None:
        """Show all panes, or the one whose tab it is."""
        for place, pane in enumerate((self.message, self.mapping, self.result)):
            pane.set_class(self._narrow and place != self.pane, "-off")
        self._texts.set_class(self._narrow and self.pane == 2, "-off")

    def draw(self) -> None:
        """Draw the result, and say in every frame how it stands."""
        self._frame_text(self.message, 0, "Message", self._message_state())
        self._frame_text(self.mapping, 1, f"Mapping │ {self._draft.file.name}", self._mapping_state())
        self._frame_result()
        self.result.show(self._build, keep=True)

    def _message_state(self) -> Line:
        draft = self._draft
        if draft.problem:
            return line(Span(draft.problem, "bad"))
        several = f" · {draft.at + 1} of {len(draft.payloads)}" if draft.payloads else ""
        return line(Span("valid JSON", "ok"), Span(several, "dim"))

    def _mapping_state(self) -> Line:
        file, text = self._draft.file, self.mapping.text
        changed = text != file.text
        problem = file.judge(text) if changed else file.problem
        if problem:
            first, *more = problem.split("\n")
            count = f"{len(more)} more, ^s lists them · " if more else ""
            return line(Span(f"{count}{first}", "bad"))
        if changed:
            return line(Span("changed, ^s saves", "warn"))
        if self._draft.saved:
            return line(Span("saved", "dim"))
        return line(Span("as shipped" if file.path is None else "as in the file", "dim"))

    def _frame_text(self, area: TextArea, place: int, title: str, state: Line) -> None:
        plain = TWINS if self._signs.ascii else None
        parts: list[str | Span] = [Span(f"{place + 1} ", "dim"), Span(title, "bold")]
        if self._narrow:
            parts = []
            for at, name in enumerate(("Message", "Mapping", "Result")):
                if at:
                    parts.append(Span(" │ ", "dim"))
                parts.append(Span(f"{at + 1} {name}", "bold" if at == place else "dim"))
        area.border_title = safe_title(line(*parts), plain)
        area.border_subtitle = safe_title(state, plain)

    def _frame_result(self) -> None:
        draft = self._draft
        count = len(findings(draft.trace)) if draft.trace is not None else 0
        parts: list[str | Span] = [Span("3 ", "dim")]
        for place, name in enumerate(TABS):
            if place:
                parts.append(Span(" │ ", "dim"))
            found = name == "Violations"
            text = f"{name} {count}" if found else name
            parts.append(Span(text, "bold" if place == self.tab else "warn" if found and count else "dim"))
        state: Line = ()
        if draft.problem:
            state = line(Span("the last good result", "warn"))
        elif draft.trace is not None:
            state = mapping_state(draft.trace, self._signs)
            if draft.before:
                state = (*state, Span(f" · {len(draft.before)} changed by this save", "warn"))
        self.result.frame(line(*parts), state)

    def _build(self, width: int) -> Sequence[DetailLine]:
        draft, signs, trace = self._draft, self._signs, self._draft.trace
        if trace is None:
            text = draft.problem or "No message yet: paste one into pane 1, or ^o opens a file."
            return [DetailLine(part) for part in wrapped(text, width, " ", "dim")]
        match self.tab:
            case 0:
                return edited_lines(trace, width, signs, mapping=draft.file.name, before=draft.before)
            case 1:
                return segment_lines(trace, width)
            case 2:
                return event_lines(trace, width)
            case _:
                return violation_lines(trace, width, signs)
