"""Why: the chain of reasons, in the pinned form, rule and basis last; ``w`` again asks about two ids."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding

from fake_pointillist.identity.reasons import named
from simulator.tui.details.mapping import wrapped
from simulator.tui.details.people import brief
from simulator.tui.details.values import BASIS_WORDS
from simulator.tui.paint import Line, Span, line
from simulator.tui.screens.dialog import Page
from simulator.tui.widgets.lines_view import DetailLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType


_TWO_IDS = re.compile(", (?=user:|anon:|id:)")


class WhyScreen(Page):
    """Why an event belongs to whom it does, or why two ids are one or are not.

    Args:
        event: The event's id at the fake.
        pair: Two ids, each a userId, an anonymousId, or written ``user:U`` or ``anon:A``.
        why: The answer itself where it is known already (the demo), as ``/_fake/why`` writes it.
    """

    NAME = "Why"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "pair", "Two ids", show=False, id="why.pair"),
        Binding("y", "copy", "Copy", show=False, id="why.copy"),
    ]

    def __init__(
        self, *, event: str | None = None, pair: tuple[str, str] | None = None, why: dict[str, Any] | None = None
    ) -> None:
        super().__init__()
        self._event = event
        self._pair = pair
        self._why = why
        self._problem = ""

    def on_mount(self) -> None:
        """Ask the fake."""
        self.fill()
        if self._why is None:
            self.run_worker(self._ask(), exclusive=True, exit_on_error=False)

    async def _ask(self) -> None:
        try:
            side = self.simulator.stories.side
            if side is None:
                return
            pair, event = self._pair, self._event
            if pair is not None:
                self._why = await side.ask(lambda client: client.why(a=pair[0], b=pair[1]))
            else:
                self._why = await side.ask(lambda client: client.why(event))
            self._problem = ""
        except Exception as error:  # noqa: BLE001 - whatever the other side answered is shown
            self._problem = str(error) or type(error).__name__
        if self.is_mounted:
            self.fill(keep=False)

    def title_line(self) -> Line:
        """What it is about."""
        return line(Span("Why", "bold"))

    def foot_line(self) -> Line:
        """The keys, and the equal command."""
        subject = (self._why or {}).get("subject")
        about = ",".join(self._pair) if self._pair else subject if isinstance(subject, str) else "EVENT"
        command = f"stitch FILE --why {shlex.quote(about)}"
        return line(Span(f"w Two ids   y Copy   esc   ·   {brief(command, 60)}", "dim"))

    def most_width(self) -> int:
        """Room for the rules."""
        return 108

    def build(self, width: int) -> Sequence[DetailLine]:
        """The steps."""
        if self._problem:
            return [DetailLine(part) for part in wrapped(self._problem, width, " ", "warn")]
        if self._why is None:
            return [DetailLine(line(Span(" Asking the fake ...", "dim")))]
        return why_lines(self._why, width)

    def action_pair(self) -> None:
        """Ask about two ids."""
        from simulator.tui.screens.asking import AskText  # noqa: PLC0415 - beside its only use

        known = ""
        if self._why is not None:
            owner = self._why.get("belongs_to")
            known = f"{owner}," if isinstance(owner, str) else ""
        self.app.push_screen(
            AskText("Why are two ids one, or are not?", "Two ids, joined by a comma: u_42,7f3a", known), self._asked
        )

    def _asked(self, text: str | None) -> None:
        first, comma, second = (text or "").partition(",")
        if not comma or not first.strip() or not second.strip():
            return
        self._pair = (first.strip(), second.strip())
        self._why = None
        self.fill(keep=False)
        self.run_worker(self._ask(), exclusive=True, exit_on_error=False)

    def action_copy(self) -> None:
        """Copy the reasons as text."""
        if self._why is not None:
            self.simulator.copy_text(why_text(self._why), "why")


def why_lines(why: dict[str, Any], width: int) -> list[DetailLine]:
    """Return a why as ``/_fake/why`` writes it: what it comes to, then its steps."""
    return [DetailLine(line(" ", *verdict(why))), DetailLine(line("")), *step_lines(why, width)]


def verdict(why: dict[str, Any]) -> Line:
    """Return what a why comes to: ``m12   belongs to  u_42``."""
    subject = why.get("subject")
    if isinstance(subject, dict):
        subject = "  ".join(str(value) for value in subject.values() if value is not None)
    elif isinstance(subject, list):
        subject = " and ".join(map(str, subject))
    if "same" in why:
        subject = " and ".join(map(_actor, _TWO_IDS.split(str(subject))))
        end = Span("are one actor", "ok bold") if why["same"] else Span("are not one actor", "warn bold")
    else:
        owners = (why.get("belongs_to"), *why.get("also", ()))
        end = Span(f"belongs to  {', '.join(map(_actor, owners))}", "bold")
        subject = brief(str(subject), 24)  # of a long messageId both ends are enough; whose it is stands in full
    return line(Span(str(subject), "bold"), "   ", end)


def step_lines(why: dict[str, Any], width: int) -> list[DetailLine]:
    """Return the steps of a why, and what was not applied."""
    steps = [_step(f"{number:2d}", step, width) for number, step in enumerate(why.get("steps") or (), 1)]
    return steps + [_step(" -", step, width, quiet=True) for step in why.get("not_applied") or ()]


def _step(mark: str, step: dict[str, Any], width: int, *, quiet: bool = False) -> DetailLine:
    rule, basis = step.get("rule") or "", step.get("basis") or ""
    foot = "  ".join(part for part in (str(rule), str(basis)) if part)
    style = "dim" if quiet else ""
    first, *rest = wrapped(str(step.get("text", "")), width - 22, "", style) or [line("")]
    used = sum(len(span.text) for span in first)
    gap = " " * max(width - 22 - used, 1)
    head = (Span(f" {mark}  ", "accent"), *first, Span(gap), Span(foot[:17], "dim"))
    return DetailLine(head, (mark, foot), _meaning(step), [(Span("      "), *part) for part in rest])


def _meaning(step: dict[str, Any]) -> list[Line]:
    basis = step.get("basis")
    message = step.get("message")
    words = [f"basis {basis}: {BASIS_WORDS[basis]}"] if basis in BASIS_WORDS else []
    if message:
        words.append(f"message {message}")
    return [line(Span("      " + " · ".join(words), "dim"))] if words else []


def _actor(actor: Any) -> str:
    return named(actor if actor is None else str(actor))


def why_text(why: dict[str, Any]) -> str:
    """Return the reasons as plain text, a line a step."""
    lines = (part for entry in why_lines(why, 100) for part in (entry.line, *entry.rest))
    return "\n".join("".join(span.text for span in part).rstrip() for part in lines) + "\n"
