"""The generator panel: scenarios, seed, people, rate; the equal command is always on view."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label, Static

from simulator.errors import UsageError
from simulator.tui.actions import GENERATOR, Action
from simulator.tui.details.mapping import wrapped
from simulator.tui.paint import Span, end, line, safe_title
from simulator.tui.screens.panel import Panel, panel_bindings
from simulator.tui.widgets.lines_view import DetailLine, LinesView
from simulator.tui.widgets.safe_input import SafeInput
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from simulator.tui.engine import Recipe

_FIELDS = (
    ("seed", "Seed", "same seed, same bytes"),
    ("people", "People", "fewer meet more often"),
    ("rate", "Rate", "a second; - + change it"),
    ("bad", "Bad", "part wrong on purpose"),
    ("locale", "Locale", "of names: de_DE, fr_FR"),
    ("start", "Start", "simulated time"),
    ("stop_after", "Stop after", "messages; empty: no end"),
)


class GeneratorPanel(Panel):
    """What the generator makes. ``enter`` starts anew with what is written here."""

    NAME = "Generator"
    ACTIONS: ClassVar[tuple[Action, ...]] = GENERATOR
    BINDINGS: ClassVar[list[BindingType]] = [
        *panel_bindings(GENERATOR),
        Binding("space", "choose", "Choose", show=False, id="generator.choose"),
    ]
    AUTO_FOCUS = "#scenarios"

    def __init__(self) -> None:
        super().__init__()
        self._chosen: dict[str, None] = {}
        self._problem = ""

    def compose_panel(self) -> Iterable[Widget]:
        """Scenarios, fields, the command."""
        recipe = self.simulator.engine.recipe
        self._chosen = dict.fromkeys(recipe.scenarios)
        yield LinesView(id="scenarios")
        with Vertical(classes="fields"):
            for name, label, hint in _FIELDS:
                value = getattr(recipe, name)
                with Horizontal(classes="field"):
                    yield Label(label, markup=False)
                    yield SafeInput(
                        "" if value is None else f"{value:g}" if isinstance(value, float) else str(value),
                        id=name,
                        compact=True,
                    )
                    yield Static(hint, markup=False)
        yield LinesView(id="command")

    def on_mount(self) -> None:
        """Name the scenarios once."""
        from simulator.generator import catalogue  # noqa: PLC0415 - faker takes a while to import

        self._scenarios = [(scene.name, scene.about) for scene in catalogue()]
        fields = self.query_one(".fields")
        fields.border_title = safe_title(line(Span("Options", "bold")))
        self._show_scenarios()

    def headless(self) -> tuple[str, ...]:
        """The equal commands."""
        recipe = self._recipe() or self.simulator.engine.recipe
        return (" ".join(recipe.command()), "pointillist-sim generate --list")

    def refresh_panel(self) -> None:
        """Show the command as it is now."""
        if not self.is_mounted:
            return
        self._show_command()
        self.show_keys()

    def _show_scenarios(self) -> None:
        chosen = self._chosen

        def build(width: int) -> Sequence[DetailLine]:
            name_width = max((len(name) for name, _ in self._scenarios), default=8) + 1
            name_width = min(name_width, width // 2)
            return [
                DetailLine(
                    (
                        Span(" "),
                        Span("[x] " if name in chosen else "[ ] ", "ok" if name in chosen else "dim"),
                        end(name, name_width, "bold" if name in chosen else ""),
                        end(sentence, max(width - name_width - 6, 4), "dim"),
                    ),
                    name,
                    wrapped(sentence, width, "     ", "dim") if len(sentence) > width - name_width - 6 else (),
                )
                for name, sentence in self._scenarios
            ]

        view = self.query_one("#scenarios", LinesView)
        view.show(build, keep=True)
        if view.selected is None:
            view.select_key(next(iter(chosen), "mixed"))
        view.frame(line(Span("Generator", "bold"), Span("  scenarios", "dim")), line(Span("space chooses", "dim")))

    def _show_command(self) -> None:
        recipe = self._recipe()
        view = self.query_one("#command", LinesView)
        if recipe is None:
            problem = self._problem
            view.show(lambda _: [DetailLine(line(Span(f" {problem}", "bad")))])
        else:
            parts = list(recipe.command())

            def build(width: int) -> Sequence[DetailLine]:
                lines: list[str] = []
                for part in parts:
                    if lines and len(lines[-1]) + len(part) + 5 <= width:
                        lines[-1] += " " + part
                    else:
                        lines.append(("   " if lines else " ") + part)
                return [
                    DetailLine(line(text + (" \\" if place < len(lines) - 1 else "")))
                    for place, text in enumerate(lines)
                ]

            view.show(build)
        generated = self.simulator.engine.generated
        view.frame(
            line(Span("As a command", "bold"), Span("  same seed and options, same bytes", "dim")),
            line(Span(f"{generated:,} made", "dim")),
        )

    def _recipe(self) -> Recipe | None:
        """Return what is written in the fields, or ``None`` and why not."""
        engine = self.simulator.engine
        values = {name: self.query_one(f"#{name}", Input).value.strip() for name, _, _ in _FIELDS}
        try:
            recipe = replace(
                engine.recipe,
                scenarios=tuple(self._chosen) or ("mixed",),
                seed=int(values["seed"]),
                people=int(values["people"]),
                rate=_between(values["rate"], 0.01, 10_000, "Rate"),
                bad=_between(values["bad"], 0, 1, "Bad"),
                locale=values["locale"] or "en_US",
                start=values["start"],
                stop_after=int(values["stop_after"]) if values["stop_after"] else None,
            )
            from simulator.generator import plan  # noqa: PLC0415 - faker takes a while to import

            plan(
                recipe.stop_after, recipe.seed, start=recipe.start, scenarios=recipe.scenarios,
                people=recipe.people, locale=recipe.locale, bad=recipe.bad,
            )  # fmt: skip
        except (ValueError, UsageError) as error:
            self._problem = str(error)
            return None
        return recipe

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._show_command()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_start()

    @on(VirtualList.Opened)
    def _opened(self, event: VirtualList.Opened) -> None:
        event.stop()
        self.action_start()

    def action_choose(self) -> None:
        """Choose a scenario, or not."""
        name = self.query_one("#scenarios", LinesView).selected_key
        if not isinstance(name, str):
            return
        if name in self._chosen:
            del self._chosen[name]
        else:
            self._chosen[name] = None
            if name != "mixed":
                self._chosen.pop("mixed", None)
        if not self._chosen:
            self._chosen["mixed"] = None
        self._show_scenarios()
        self._show_command()

    def action_start(self) -> None:
        """Start anew with what is written here."""
        recipe = self._recipe()
        if recipe is None:
            self.simulator.say(self._problem, bad=True)
            return
        engine = self.simulator.engine
        engine.set_recipe(recipe, restart=True)
        engine.set_running(True)
        self.dismiss(None)
        self.simulator.refresh_screen()

    def action_again(self) -> None:
        """The same seed from its beginning."""
        self.action_start()

    def action_new_seed(self) -> None:
        """A new seed."""
        self.query_one("#seed", Input).value = str(random.SystemRandom().randrange(1, 100_000))
        self.action_start()

    async def action_one(self) -> None:
        """One message."""
        await self.simulator.engine.one()

    def action_rate(self, step: int) -> None:
        """The next round rate, at once."""
        self.simulator.change_rate(step)
        self.query_one("#rate", Input).value = f"{self.simulator.engine.recipe.rate:g}"


def _between(text: str, least: float, most: float, name: str) -> float:
    value = float(text)
    if not least <= value <= most:
        raise ValueError(f"{name}: must be from {least:g} to {most:g}")
    return value
