"""The copy menu: through the terminal (OSC 52), or to a file; it always says what it did."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import orjson
from textual.binding import Binding

from simulator.errors import SimulatorError
from simulator.tui.forms import Form, message_forms
from simulator.tui.paint import Line, Span, end, line
from simulator.tui.screens.asking import AskText
from simulator.tui.screens.dialog import Page
from simulator.tui.screens.why import why_text
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType
    from textual.events import Key

    from simulator.trace import Trace
    from simulator.tui.app import SimulatorApp


class CopyScreen(Page):
    """Offers forms; a form's key takes it, ``tab`` switches between the clipboard and a file.

    Args:
        forms: What is offered.
        why: The event whose reasons can be copied too, its id at the fake.
    """

    NAME = "Copy"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "switch", "To a file", show=False, id="copy.switch")]

    def __init__(self, forms: Sequence[Form], why: str | None = None) -> None:
        super().__init__()
        self._forms = list(forms)
        self._why = why
        self._to_file = False

    def title_line(self) -> Line:
        """Where to."""
        return line(Span("Write to a file" if self._to_file else "Copy", "bold"))

    def foot_line(self) -> Line:
        """The keys."""
        return line(Span("tab " + ("Copy instead" if self._to_file else "Write to a file instead") + "   esc", "dim"))

    def build(self, width: int) -> Sequence[DetailLine]:
        """One line a form."""
        rows = [
            DetailLine(
                (
                    Span(" "),
                    end(form.key, 3, "accent"),
                    end(form.label, min(width - 24, 44)),
                    Span(f"{len(form.text.encode(errors='replace')):>10,} bytes ", "dim"),
                ),
                form.key,
            )
            for form in self._forms
        ]
        if self._why is not None:
            rows.append(DetailLine((Span(" "), end("w", 3, "accent"), end("why, as text", 30)), "w"))
        return rows

    def action_switch(self) -> None:
        """The clipboard, or a file."""
        self._to_file = not self._to_file
        self.fill()

    def on_key(self, event: Key) -> None:
        """A form's key takes it."""
        if any(form.key == event.key for form in self._forms) or (event.key == "w" and self._why is not None):
            event.stop()
            self.chosen(event.key)

    def chosen(self, key: Any) -> None:
        """Copy, or ask for the file's name."""
        if key == "w" and self._why is not None:
            self.simulator.run_worker(self._with_why(self._why), exit_on_error=False)
            return
        form = next((form for form in self._forms if form.key == key), None)
        if form is not None:
            self._take(form)

    async def _with_why(self, event_id: str) -> None:
        side = self.simulator.engine.side
        if side is None:
            return
        try:
            why = await side.ask(lambda client: client.why(event_id))
        except SimulatorError as error:
            self.simulator.say(str(error), bad=True)
            return
        self._take(Form("w", "why", "why.txt", why_text(why)))

    def _take(self, form: Form) -> None:
        simulator = self.simulator
        self.dismiss(None)
        if not self._to_file:
            simulator.copy_text(form.text, form.label)
            return

        def named(path: str | None) -> None:
            if path:
                _write(simulator, form, path)

        # Asked by the app: this menu is gone by the time the answer comes.
        simulator.call_later(simulator.push_screen, AskText(f"Write: {form.label}", "File name", form.file), named)


def _write(simulator: SimulatorApp, form: Form, path: str) -> None:
    target = Path(path).expanduser()
    if target.exists():
        simulator.say(f"{path} is there already: nothing written", bad=True)
        return
    try:
        target.write_text(form.text, encoding="utf-8", errors="surrogatepass", newline="\n")
    except OSError as error:
        simulator.say(f"{path}: {error.strerror}", bad=True)
        return
    simulator.say(f"{form.label} written to {path}")


def offer_message(simulator: SimulatorApp, trace: Trace) -> None:
    """Offer the forms a message can be copied in."""
    engine = simulator.engine
    forms = message_forms(trace, engine.fake_url, engine.token, engine.mapping)
    simulator.push_screen(CopyScreen(forms, trace.event_id))


async def offer_merges(simulator: SimulatorApp) -> None:
    """Offer the merge log as the fake tells it."""
    side = simulator.stories.side
    if side is None:
        return
    try:
        merges = await side.ask(lambda client: client.merges())
    except SimulatorError as error:
        simulator.say(str(error), bad=True)
        return
    text = "".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE).decode() for row in merges)
    simulator.push_screen(CopyScreen([Form("m", "merge log, JSON Lines", "merges.jsonl", text)]))
