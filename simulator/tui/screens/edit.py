"""Edit: a message of your own and the mapping, and what becomes of them, at once."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import SuspendNotSupported
from textual.widgets import TextArea

from simulator.errors import SimulatorError
from simulator.tui.actions import COMMON, EDIT, NAVIGATION, Action, bindings
from simulator.tui.draft import Draft
from simulator.tui.forms import as_received, pretty
from simulator.tui.paint import Span
from simulator.tui.screens.edit_panes import PANES, TABS, EditPanes
from simulator.tui.screens.room import Headless, Room
from simulator.tui.widgets.bars import item
from simulator.tui.widgets.safe_input import LARGEST, SafeTextArea

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

SAMPLE = """{
  "type": "track",
  "event": "Order Completed",
  "messageId": "m1187",
  "userId": "u_42",
  "timestamp": "2026-02-23T22:31:02.250Z",
  "properties": {"revenue": 37.4, "discount": "ten", "coupon": null}
}
"""


class EditScreen(Room):
    """Message, mapping, result."""

    NAME = "Edit"
    CSS_PATH = "edit.tcss"
    ACTIONS: ClassVar[tuple[Action, ...]] = EDIT
    PANES: ClassVar[tuple[str, ...]] = PANES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(EDIT, COMMON, NAVIGATION)]
    AUTO_FOCUS = "#message"

    def __init__(self) -> None:
        super().__init__()
        self._draft = Draft(self.simulator.engine)
        self._own_text = False

    def compose_body(self) -> Iterable[Widget]:
        """The three panes."""
        yield EditPanes(self._draft, id="body")

    @property
    def _panes(self) -> EditPanes:
        return self.query_one(EditPanes)

    def on_mount(self) -> None:
        """Begin with the mapping in force, and watch its file."""
        problem = self._draft.load_mapping(self.simulator.engine.mapping)
        if problem:
            self.simulator.say(problem, bad=True)
        self._panes.mapping.load_text(self._draft.file.text)
        self.set_interval(1.0, self._watch)

    def on_screen_resume(self) -> None:
        """Take Live's selected message, unless there is a text of the user's own."""
        area = self._panes.message
        if not self._own_text and area.text != (text := self._text_of_live()):
            area.load_text(text)
        self._draft.read(area.text)
        self.refresh_view()

    def _text_of_live(self) -> str:
        """The message selected on Live as text, or a sample."""
        trace = self.simulator.selected_trace()
        return SAMPLE if trace is None or trace.received.payload is None else pretty(as_received(trace))

    def headless(self) -> Headless:
        """The equal commands."""
        name = self._draft.file.path or self.simulator.engine.mapping
        return (
            f"pointillist-sim transform - --mapping {name} --explain",
            f"pointillist-sim diff mapping segment-docs {name} FILE",
        )

    # What is shown.

    def refresh_view(self) -> None:
        """Show texts, result and frames."""
        if not self.is_mounted:
            return
        self._panes.lay_out()
        self._show_top()
        self._panes.draw()
        self.show_keys()

    def _show_top(self) -> None:
        file, effect = self._draft.file, self._draft.effect
        state = ", read-only: the first save asks for a file" if file.path is None else ", in force"
        right = [item(2, Span(effect, "dim" if effect.startswith("0 ") else "warn"))] if effect else []
        self.show_top([item(0, Span("EDIT", "bold")), item(1, file.name + state)], right)

    @on(TextArea.Changed, "#message")
    def _typed(self) -> None:
        text = self._panes.message.text
        self._own_text = text not in (SAMPLE, self._text_of_live())
        self._draft.read(text)
        self.refresh_view()

    @on(TextArea.Changed, "#mapping")
    def _mapping_typed(self) -> None:
        self.refresh_view()

    # The mapping.

    def _watch(self) -> None:
        """Take up the mapping file where another editor saved it; what was not saved here can be had back."""
        file, area = self._draft.file, self._panes.mapping
        unsaved = area.text != file.text
        text = file.changed_elsewhere()
        if text is None:
            return
        area.replace(text, area.document.start, area.document.end)
        if unsaved:
            self.simulator.say(f"{file.name} was saved elsewhere; ^z brings your own changes back")
        self._put_in_force()

    def _put_in_force(self) -> None:
        try:
            self._draft.use_saved(self.simulator.session)
        except SimulatorError as error:
            self.simulator.say(str(error), bad=True)
            return
        self.refresh_view()

    def action_save(self) -> None:
        """Save the mapping, re-map, and put it in force."""
        if self._draft.file.path is not None:
            self._save(None)
            return
        from simulator.tui.screens.asking import AskText  # noqa: PLC0415 - beside its only use

        hint = "A file of your own; the shipped ones are read-only"
        self.app.push_screen(AskText("Save the mapping as", hint, "mapping.toml"), self._save_as)

    def _save_as(self, path: str | None) -> None:
        if not path:
            return
        target = Path(path).expanduser()
        if target.exists():
            self.simulator.say(f"{path} is there already: nothing written", bad=True)
            return
        self._save(target)

    def _save(self, path: Path | None) -> None:
        file = self._draft.file
        try:
            good = file.save(self._panes.mapping.text, path)
        except OSError as error:
            self.simulator.say(f"{path or file.path}: {error.strerror}", bad=True)
            return
        if not good:
            self.simulator.say(file.problem, bad=True)
            self.refresh_view()
            return
        self._put_in_force()

    def action_editor(self) -> None:
        """Edit the mapping file in $EDITOR."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        path = self._draft.file.path
        if not editor:
            self.simulator.say("set EDITOR to your own editor first")
        elif path is None:
            self.simulator.say("save the mapping to a file of your own first: ^s")
        elif self._panes.mapping.text != self._draft.file.text:
            self.simulator.say("save your changes here first: ^s; the editor opens the file")
        else:
            self._run_editor(editor, path)

    def _run_editor(self, editor: str, path: Path) -> None:
        try:
            with self.app.suspend():
                subprocess.run([*shlex.split(editor), str(path)], check=True)  # noqa: S603 - the user's own editor
        except SuspendNotSupported:  # in a browser
            self.simulator.say(f"no editor can be opened from here: edit {path} elsewhere, it is watched", bad=True)
        except subprocess.CalledProcessError as error:
            self.simulator.say(f"{editor} ended with code {error.returncode}; what it saved counts", bad=True)
        except (OSError, ValueError) as error:
            self.simulator.say(f"EDITOR={editor}: {error}", bad=True)
        self._watch()

    # The message.

    def action_open(self) -> None:
        """Open a file of messages into pane 1."""
        from simulator.tui.screens.asking import AskText  # noqa: PLC0415 - beside its only use

        question = AskText("Open a file of messages", "JSON, JSON Lines, array or batch; up to 500 KB")
        self.app.push_screen(question, self._opened)

    def _opened(self, path: str | None) -> None:
        if not path:
            return
        try:
            with Path(path).expanduser().open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            self.simulator.say(f"{path}: {error.strerror}", bad=True)
            return
        if len(data) > LARGEST:
            self._too_large(f"{path}: ")
            return
        self._draft.at = 0
        self._own_text = True  # before the question is gone and Live's message is looked for
        self._panes.message.load_text(data.decode("utf-8", errors="replace"))

    @on(SafeTextArea.TooLarge)
    def _refused(self, event: SafeTextArea.TooLarge) -> None:
        event.stop()
        self._too_large("this paste is ")

    def _too_large(self, what: str) -> None:
        self.simulator.say(f"{what}larger than 500 KB; open it as a recording with ^o on Live", bad=True)

    async def action_send(self) -> None:
        """Send the message the whole way."""
        self._draft.read(self._panes.message.text)
        if self._draft.problem:
            self.simulator.say(self._draft.problem, bad=True)
            return
        await self.simulator.engine.send(self._draft.payload, "edited")
        self.simulator.say("sent: Live shows its answer (l)")

    def action_message(self, step: int) -> None:
        """The next message of the text."""
        self._draft.turn(step)
        self.refresh_view()

    def action_copy(self) -> None:
        """Copy the message in one of its forms."""
        if self._draft.trace is not None:
            from simulator.tui.screens.copying import offer_message  # noqa: PLC0415 - start-up counts

            offer_message(self.simulator, self._draft.trace)

    def action_why(self) -> None:
        """Nothing here belongs to anybody before it is sent."""
        self.simulator.say("send it first (^t): only a stored event belongs to somebody")

    # Around the panes.

    def action_tab(self, step: int) -> None:
        """The next tab of the result."""
        self._panes.tab = (self._panes.tab + step) % len(TABS)
        self.refresh_view()

    def action_leave(self) -> None:
        """Leave the text for the result; from there back to Live."""
        if isinstance(self.focused, TextArea):
            self._panes.pane = PANES.index("result")
            self.refresh_view()
            self._panes.result.focus()
        else:
            self.action_back()

    def hidden_pane(self, number: int) -> None:
        """Panes are tabs where it is narrow."""
        self._panes.pane = number - 1
        self.refresh_view()
        self.query_one(f"#{PANES[self._panes.pane]}").focus()

    def action_next_pane(self, step: int) -> None:
        """The next pane, or tab."""
        if self.has_class("-wide"):
            super().action_next_pane(step)
        else:
            self.hidden_pane((self._panes.pane + step) % len(PANES) + 1)
