"""Demo: identity stitching in five acts. Left what happens, right the same table after each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Container

from simulator.errors import SimulatorError
from simulator.tui.actions import COMMON, DEMO, NAVIGATION, Action, bindings
from simulator.tui.details.acts import event_table, happening_lines, reading_lines
from simulator.tui.details.mapping import wrapped
from simulator.tui.paint import Span, line
from simulator.tui.playback import FLIP, SECONDS, Playback
from simulator.tui.screens.room import Headless, Room
from simulator.tui.screens.why import step_lines, verdict
from simulator.tui.widgets.bars import item
from simulator.tui.widgets.lines_view import DetailLine, LinesView, height_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.timer import Timer
    from textual.widget import Widget

    from simulator.demo.playing import Frame


class DemoScreen(Room):
    """The five acts."""

    NAME = "Demo"
    CSS_PATH = "demo.tcss"
    ACTIONS: ClassVar[tuple[Action, ...]] = DEMO
    PANES: ClassVar[tuple[str, ...]] = ("happens", "events", "reasons")
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(DEMO, COMMON, NAVIGATION)]
    AUTO_FOCUS = "#events"

    def __init__(self) -> None:
        super().__init__()
        self._playback = Playback()
        self._clock: Timer | None = None
        self._flipping: Timer | None = None
        self._problem = ""
        self._asked = False
        self._left = False

    def compose_body(self) -> Iterable[Widget]:
        """What happens left; events and reasons right. Below 110 columns above and below."""
        with Container(id="body"):
            yield LinesView(id="happens")
            with Container(id="right-column"):
                yield LinesView(id="events")
                yield LinesView(id="reasons")

    def on_screen_resume(self) -> None:
        """Raise the curtain: the acts are played once, then shown from the first frame."""
        if not self._asked:
            self._asked = True
            self.run_worker(self._play(), exit_on_error=False)
        elif self._playback.frames and self._left:
            self._begin()
        self.refresh_view()

    def on_screen_suspend(self) -> None:
        """Nothing goes on behind the curtain; a dialog over the stage, though, ends no act."""
        self._left = self.app.current_mode != "demo"
        self._stop()

    async def _play(self) -> None:
        try:
            await self.simulator.set_stage()
        except (SimulatorError, OSError) as error:
            self._problem = str(error)
            self._asked = False
        if not self.is_mounted:
            return
        stage = self.simulator.stories.stage
        if stage is not None:
            self._playback.frames = stage.frames
            self._begin(play=self.is_current)
        self.refresh_view()

    def _begin(self, *, play: bool = True) -> None:
        self._playback.playing = play
        self._arrive(flips=self._playback.to_act(self.simulator.first_act))

    def headless(self) -> Headless:
        """The same frames as text."""
        return ("pointillist-sim demo --script", f"pointillist-sim demo --script --act {self._playback.act}")

    # What is shown.

    def refresh_view(self) -> None:
        """Show the frame."""
        if not self.is_mounted:
            return
        if not self._playback.frames:
            text = self._problem or "Raising the curtain: the acts are sent over HTTP to a fake of their own ..."
            self.query_one("#events", LinesView).show(
                lambda width: [DetailLine(part) for part in wrapped(text, width, " ")]
            )
            self.query_one("#reasons").add_class("-off")
            self.query_one("#happens", LinesView).show(None)
            self.show_top([item(0, Span("DEMO", "bold"))], [])
            self.show_keys()
            return
        frame = self._playback.frame
        self._show_top(frame)
        signs = self.simulator.signs
        titles = list(dict.fromkeys(each.act.title for each in self._playback.frames))
        happens = self.query_one("#happens", LinesView)
        narrow = not self.has_class("-wide")
        happens.show(lambda width: happening_lines(frame, titles, width, signs, compact=narrow))
        title = line(Span("What happens", "bold"))
        if narrow:
            title = line(Span(f"Act {frame.act.number}  ", "dim"), Span(frame.act.title, "bold"))
        happens.frame(title, line(Span(f"frame {frame.number} of {frame.of}", "dim")))
        events = self.query_one("#events", LinesView)
        flipped = self._playback.flipped
        events.show(lambda width: event_table(frame, width, signs, flipped), keep=True, in_view=frame.topic)
        events.frame(line(Span("Events, by event time", "bold")), line(Span(signs.legend, "dim")))
        self._show_reasons(frame)
        self.show_keys()

    def _show_reasons(self, frame: Frame) -> None:
        reasons, signs = self.query_one("#reasons", LinesView), self.simulator.signs
        readings, why = frame.readings, frame.why
        reasons.set_class(not readings and why is None, "-off")

        def build(width: int) -> list[DetailLine]:
            if readings:
                return reading_lines(readings, frame.policy, width, signs)
            return step_lines(why, width) if why is not None else []

        if readings:
            reasons.frame(line(Span("The same events, under every policy", "bold")), line(Span("basis: ours", "dim")))
        elif why is not None:
            reasons.frame(line(Span("Why  ", "dim"), *verdict(why)), line(Span("rule and basis last", "dim")))
        # The column is asked, since the pane itself may be off; as high as its lines, within what the styles allow.
        room = self.query_one("#events", LinesView).scrollable_content_region.width
        reasons.styles.height = height_of(build(room)) + 2
        reasons.show(build)

    def _show_top(self, frame: Frame) -> None:
        arrow = f" {self.simulator.signs.became} " if self.simulator.signs.ascii else " → "

        def change(old: int, new: int) -> str:
            return f"{old}{arrow}{new}" if old != new else str(new)

        left = [
            item(0, Span("DEMO", "bold")),
            item(1, f"act {frame.act.number} of 5"),
            item(4, Span("PLAYING", "bold") if self._playback.playing else Span("PAUSED", "warn bold")),
        ]
        if frame.policy != "first-claim":
            left.append(item(2, Span(f"policy {frame.policy} (ours)", "warn")))
        before, after = frame.before, frame.after
        right = [
            item(1, "actors ", Span(change(before.actors, after.actors), "bold")),
            item(2, "events moved ", Span(str(frame.moved), "bold")),
            item(5, "unattributed ", Span(change(before.unattributed, after.unattributed), "bold")),
            item(
                3,
                "conflicts ",
                Span(change(before.conflicts, after.conflicts), "warn bold" if after.conflicts else "bold"),
            ),
        ]
        self.show_top(left, right)

    # Playing.

    def _arrive(self, *, flips: bool) -> None:
        """Show a frame one has just come to; its rows flip one by one where there is motion."""
        self._wind()
        if self._flipping is not None:
            self._flipping.stop()
            self._flipping = None
        if flips and self.app.animation_level != "none" and not self.app.no_color:
            self._flipping = self.set_interval(FLIP / self._playback.turning, self._flip)
        else:
            self._playback.flip_all()
        self.refresh_view()

    def _flip(self) -> None:
        """One more row shows its new owner."""
        if not self._playback.flip() and self._flipping is not None:
            self._flipping.stop()
            self._flipping = None
        self.refresh_view()

    def _wind(self) -> None:
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
        if self._playback.playing:
            self._clock = self.set_timer(SECONDS, self._next)

    def _stop(self) -> None:
        self._playback.playing = False
        for timer in (self._clock, self._flipping):
            if timer is not None:
                timer.stop()
        self._clock = self._flipping = None

    def _next(self) -> None:
        if self._playback.at_end:
            self._leave_to_identity()
        else:
            self._arrive(flips=self._playback.step(1))

    def _leave_to_identity(self) -> None:
        """The acts are over: their people stay to be looked at."""
        self._stop()
        self.simulator.stories.keep_stage()
        self.simulator.action_go("identity")

    # Actions.

    def keys_state(self) -> object:
        """The keys wait for the curtain."""
        return (super().keys_state(), bool(self._playback.frames), self._playback.playing)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Nothing to play before the curtain is up."""
        if action in ("play", "frame", "act", "why", "policy"):
            return True if self._playback.frames else None
        return None if action == "copy" else True

    def reason(self, action: str) -> str:
        """Why a greyed key does nothing."""
        return "copy works in Identity, where these events stay" if action == "copy" else "the acts are not ready yet"

    def action_play(self) -> None:
        """Play on, or pause."""
        self._playback.playing = not self._playback.playing
        self._wind()
        self.refresh_view()

    def action_frame(self, step: int) -> None:
        """The frame before or after; after the last, Identity."""
        if step > 0 and self._playback.at_end:
            self._leave_to_identity()
            return
        self._playback.playing = False
        self._arrive(flips=self._playback.step(step))

    def action_act(self, act: int) -> None:
        """Jump to an act."""
        self._arrive(flips=self._playback.to_act(act))

    def action_why(self) -> None:
        """Why the selected event belongs to whom it does, or what the frame asks."""
        self._pause()
        frame = self._playback.frame
        key = self.query_one("#events", LinesView).selected_key
        stage = self.simulator.stories.stage
        arrival = stage.story.arrival_of(str(key)) if stage is not None and key is not None else None
        point = stage.story.point(arrival) if stage is not None and arrival is not None else None
        self.simulator.stories.keep_stage()
        if point is not None:
            self.simulator.show_why(event=point.happening.event_id)
        elif frame.why is not None:
            self._show_why(frame.why)
        elif stage is not None:
            newest = max((stage.story.arrival_of(row.message) or 1 for row in frame.rows), default=1)
            last = stage.story.point(newest)
            if last is not None:
                self.simulator.show_why(event=last.happening.event_id)

    def _show_why(self, why: dict[str, Any]) -> None:
        from simulator.tui.screens.why import WhyScreen  # noqa: PLC0415 - start-up counts

        self.app.push_screen(WhyScreen(why=why))

    def action_policy(self) -> None:
        """The same events under every policy; only looked at, the acts go on under their own."""
        from simulator.tui.screens.policy import PolicyScreen  # noqa: PLC0415 - start-up counts

        self._pause()
        stage = self.simulator.stories.stage
        if stage is not None:
            self.app.push_screen(PolicyScreen(stage.story, at=len(self._playback.frame.rows)))

    def _pause(self) -> None:
        self._playback.playing = False
        self._wind()
        self.refresh_view()

    def action_back(self) -> None:
        """Leave, with these events in Identity."""
        if self.has_class("-zoomed"):
            self._unzoom()
        elif self._playback.frames:
            self._leave_to_identity()
        else:
            self.simulator.action_go("live")
