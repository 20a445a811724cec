"""Identity: who is who, and when it became known. Stepping, time travel, and what can be asked and changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding

from simulator.tui.actions import COMMON, IDENTITY, NAVIGATION, Action, bindings
from simulator.tui.paint import Span
from simulator.tui.screens.identity_panes import PANES, IdentityPanes
from simulator.tui.screens.room import Headless, Room
from simulator.tui.standpoint import Standpoint
from simulator.tui.top_line import state_items
from simulator.tui.widgets.bars import item
from simulator.tui.widgets.timeline import Timeline
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from simulator.tui.reading import LogRow
    from simulator.tui.story import Story


class IdentityScreen(Room):
    """Actors as a tree, the timeline of one, merges and conflicts."""

    NAME = "Identity"
    CSS_PATH = "identity.tcss"
    ACTIONS: ClassVar[tuple[Action, ...]] = IDENTITY
    PANES: ClassVar[tuple[str, ...]] = PANES
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            entry
            for entry in bindings(IDENTITY, COMMON, NAVIGATION)
            if entry.id not in ("identity.first", "identity.last")
        ),
        # The lists have these two keys themselves: while scrubbing they mean the whole story.
        Binding("home", "step_first", "To nothing", show=False, id="identity.first", priority=True),
        Binding("end", "step_last", "To now", show=False, id="identity.last", priority=True),
    ]
    AUTO_FOCUS = "#actors"

    def __init__(self) -> None:
        super().__init__()
        self._stand = Standpoint(self.simulator.stories.shown)
        self._drawn: tuple[Any, ...] | None = None

    def compose_body(self) -> Iterable[Widget]:
        """The three panes."""
        yield IdentityPanes(id="body")

    @property
    def _panes(self) -> IdentityPanes:
        return self.query_one(IdentityPanes)

    @property
    def _story(self) -> Story:
        return self.simulator.stories.shown

    def headless(self) -> Headless:
        """The same as text or JSON."""
        return (
            f"pointillist-sim stitch FILE --policy {self._story.policy} --format table",
            "pointillist-sim stitch FILE --why EVENT",
            "GET /_fake/actors   GET /_fake/merges",
        )

    # What is shown.

    def refresh_view(self) -> None:
        """Take up what arrived; the past stays what it was."""
        story, panes = self._story, self._panes
        if self._stand.story is not story:  # another stage, or the run began anew
            self._stand = Standpoint(story)
        stand = self._stand
        panes.lay_out()
        key = (
            id(story), len(story), story.policy, story.options, len(story.log()),
            stand.at, stand.by_message, stand.event, stand.actor, self.has_class("-wide"), panes.tab,
        )  # fmt: skip
        if key != self._drawn:
            self._drawn = key
            panes.draw(stand)
        self._show_top()
        self.show_keys()

    def _show_top(self) -> None:
        simulator, story = self.simulator, self._story
        left = state_items(simulator)
        if simulator.stories.on_stage:
            left = [item(0, Span("THE FIVE ACTS", "bold")), item(8, Span("l leaves them", "dim"))]
        default = ", the default" if story.policy == "first-claim" else ""
        left.append(item(5, f"policy {story.policy} ", Span(f"(ours{default})", "dim")))
        was, now = self._stand.counts()
        arrow = f" {simulator.signs.plain('→')} "

        def change(old: int, new: int) -> str:
            return f"{old:,}{arrow}{new:,}" if old != new else f"{new:,}"

        moved = now.moved - was.moved if was != now else now.moved
        right = [
            item(2, "actors ", Span(change(was.actors, now.actors), "bold")),
            item(3, "events moved ", Span(f"{moved:,}", "bold")),
            item(7, "unattributed ", Span(f"{now.unattributed:,}", "bold")),
            item(1, "conflicts ", Span(change(was.conflicts, now.conflicts), "warn bold" if now.conflicts else "bold")),
        ]
        self.show_top(left, right)

    # Selections.

    @on(VirtualList.Selected, "#actors")
    def _actor_selected(self) -> None:
        key = self._panes.actors.selected_key
        wanted = key[0] if isinstance(key, tuple) else key
        if wanted is not None and self._stand.look_at_actor(wanted):
            self._panes.draw_timeline(self._stand)

    @on(VirtualList.Opened, "#log")
    @on(VirtualList.Opened, "#actors")
    @on(VirtualList.Opened, "#timeline")
    def _opened(self) -> None:
        self.action_moved()

    @on(Timeline.Stepped)
    def _event_stepped(self, event: Timeline.Stepped) -> None:
        if self._stand.look_at_event(event.step):
            self._panes.draw_timeline(self._stand)

    # Keys.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Grey what does nothing now."""
        story = self._story
        if action in ("step_first", "step_last"):
            return self._stand.by_message
        if action in ("policy", "why"):
            return True if len(story) else None
        if action in ("moved", "copy"):
            return True if story.log() else None
        if action == "step":
            return True if story.log() or self._stand.by_message else None
        if action == "conflict":
            return True if any(row.kind == "conflict" for row in story.log()) else None
        return True

    def reason(self, action: str) -> str:
        """Why a greyed key does nothing."""
        return {
            "policy": "no event yet to read otherwise",
            "why": "no event yet",
            "conflict": "no conflict so far",
            "step": "no merge so far: t steps by message",
        }.get(action, "no merge so far")

    def keys_state(self) -> object:
        """The keys depend on what the story has by now."""
        log = self._story.log()
        conflict = any(row.kind == "conflict" for row in log[-500:])
        return (super().keys_state(), self._stand.by_message, bool(log), conflict)

    def label_of(self, action: Action) -> str:
        """``t`` names the mode it switches to."""
        if action.id == "identity.mode":
            return "Step by merge" if self._stand.by_message else "Step by message"
        return action.label

    # Stepping and time travel.

    def action_step(self, step: int) -> None:
        """Go a step through the log or the arrivals."""
        if self._stand.step(step):
            self._show_step()

    def action_step_first(self) -> None:
        """To nothing."""
        self._stand.go(0)
        self._show_step()

    def action_step_last(self) -> None:
        """To now."""
        self._stand.go(None)
        self._show_step()

    def _show_step(self) -> None:
        self.refresh_view()
        actor = self._stand.actor_now()
        if actor is not None:
            self._panes.actors.select_key(actor.actor)

    def action_step_mode(self) -> None:
        """By merge, or by message."""
        self._stand.switch_step()
        self.refresh_view()

    def action_conflict(self, step: int) -> None:
        """Go to the next or previous conflict in the log, round and round."""
        rows, log = self._stand.log(), self._panes.merge_log
        places = [place for place, row in enumerate(rows) if row.kind == "conflict"]
        if not places:
            return
        now = log.selected_key if isinstance(log.selected_key, int) else -1
        later = [place for place in places if (place > now if step > 0 else place < now)]
        place = (later or places)[0 if step > 0 else -1]
        log.select_key(place)
        self._stand.look_at_row(rows[place])
        if not self.has_class("-wide"):
            self._panes.tab = PANES.index("log")
        self.refresh_view()
        log.focus()

    # Questions.

    def _row(self) -> LogRow | None:
        """The selected row of the log, or the last."""
        key, rows = self._panes.merge_log.selected_key, self._stand.log()
        if isinstance(key, int) and key < len(rows):
            return rows[key]
        return rows[-1] if rows else None

    def action_moved(self) -> None:
        """List the events the selected merge moved."""
        row = self._row()
        if row is not None:
            from simulator.tui.screens.moved import MovedScreen  # noqa: PLC0415 - start-up counts

            self.app.push_screen(MovedScreen(self._story, row))

    def action_why(self) -> None:
        """Why the selected event belongs to whom it does."""
        point = self._stand.point()
        if point is not None:
            self.simulator.show_why(event=point.happening.event_id)

    def action_policy(self) -> None:
        """The same events under every policy."""
        from simulator.tui.screens.policy import PolicyScreen  # noqa: PLC0415 - start-up counts

        self.app.push_screen(PolicyScreen(self._story), self._use_policy)

    def _use_policy(self, policy: str | None) -> None:
        if policy is not None and policy != self._story.policy:
            simulator = self.simulator
            self.run_worker(simulator.ask(simulator.stories.use_policy(policy)), exit_on_error=False)

    def action_unlink(self) -> None:
        """Take a user's claims on the selected id back; shows what will move, and asks."""
        key = self._panes.actors.selected_key
        if not isinstance(key, tuple) or not str(key[0]).startswith("user:"):
            self.simulator.say("select an id below a user first")
            return
        from simulator.tui.screens.unlinking import unlink_question  # noqa: PLC0415 - start-up counts

        user, anonymous = str(key[0]).partition(":")[2], str(key[1])
        simulator = self.simulator

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(simulator.ask(simulator.stories.unlink(user, anonymous)), exit_on_error=False)

        self.app.push_screen(unlink_question(self._story, user, anonymous), answered)

    def action_copy(self) -> None:
        """Copy the merge log as JSON Lines."""
        from simulator.tui.screens.copying import offer_merges  # noqa: PLC0415 - start-up counts

        self.run_worker(offer_merges(self.simulator), exit_on_error=False)

    # Panes that are tabs where it is narrow.

    def hidden_pane(self, number: int) -> None:
        """Turn to a tab."""
        self._panes.tab = number - 1
        self.refresh_view()
        self.query_one(f"#{PANES[self._panes.tab]}").focus()

    def action_next_pane(self, step: int) -> None:
        """The next pane, or tab."""
        if self.has_class("-wide"):
            super().action_next_pane(step)
        else:
            self.hidden_pane((self._panes.tab + step) % len(PANES) + 1)
