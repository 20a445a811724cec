"""Identity: who is who, and when it became known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Container

from simulator.tui.actions import COMMON, IDENTITY, NAVIGATION, Action, bindings
from simulator.tui.details.lanes import lane_lines
from simulator.tui.details.mapping import wrapped
from simulator.tui.details.people import actor_lines, brief, clock, log_lines, name_of
from simulator.tui.paint import Line, Span, line
from simulator.tui.screens.room import Headless, Room
from simulator.tui.top_line import state_items
from simulator.tui.widgets.bars import item
from simulator.tui.widgets.lines_view import DetailLine, LinesView
from simulator.tui.widgets.timeline import Timeline
from simulator.tui.widgets.virtual_list import VirtualList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.binding import BindingType
    from textual.widget import Widget

    from fake_pointillist.attribution import ActorIds
    from simulator.tui.story import LogRow, Point

TABS = ("Actors", "Timeline", "Merges and conflicts")


class IdentityScreen(Room):
    """Actors as a tree, the timeline of one, merges and conflicts; stepping and time travel."""

    NAME = "Identity"
    CSS_PATH = "identity.tcss"
    ACTIONS: ClassVar[tuple[Action, ...]] = IDENTITY
    PANES: ClassVar[tuple[str, ...]] = ("actors", "timeline", "log")
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
        self._at: int | None = None
        self._before: int | None = None
        self._by_message = False
        self._actor: str | None = None
        self._event: int | None = None
        self._drawn: tuple[Any, ...] | None = None
        self._tab = 0

    def compose_body(self) -> Iterable[Widget]:
        """Actors left, timeline and log right; below 110 columns one at a time."""
        with Container(id="body"):
            yield LinesView(id="actors")
            with Container(id="right-column"):
                yield Timeline(id="timeline")
                yield LinesView(id="log")

    def headless(self) -> Headless:
        """The same as text or JSON."""
        return (
            f"pointillist-sim stitch FILE --policy {self.simulator.stories.shown.policy} --format table",
            "pointillist-sim stitch FILE --why EVENT",
            "GET /_fake/actors   GET /_fake/merges",
        )

    # What is shown.

    def refresh_view(self) -> None:
        """Take up what arrived; the past stays what it was."""
        story = self.simulator.stories.shown
        narrow = not self.has_class("-wide")
        if narrow:
            for place, name in enumerate(self.PANES):
                self.query_one(f"#{name}").set_class(place != self._tab, "-off")
            self.query_one("#right-column").set_class(self._tab == 0, "-off")
        else:
            for name in (*self.PANES, "right-column"):
                self.query_one(f"#{name}").remove_class("-off")
        key = (
            len(story),
            story.policy,
            story.options,
            len(story.log()),
            self._at,
            self._event,
            self._actor,
            narrow,
            self._tab,
        )
        if key != self._drawn:
            self._drawn = key
            self._draw()
        self._show_top()
        self.show_keys()

    def _show_top(self) -> None:
        simulator = self.simulator
        story = simulator.stories.shown
        left = state_items(simulator)
        if simulator.stories.on_stage:
            left = [item(0, Span("THE FIVE ACTS", "bold")), item(8, Span("l leaves them", "dim"))]
        default = ", the default" if story.policy == "first-claim" else ""
        left.append(item(5, f"policy {story.policy} ", Span(f"(ours{default})", "dim")))
        now = story.counts(self._at)
        was = story.counts(self._before) if self._before is not None and self._before < self._place else now
        arrow = f" {simulator.signs.copied[-1:] if simulator.signs.ascii else '→'} "

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

    @property
    def _place(self) -> int:
        return len(self.simulator.stories.shown) if self._at is None else self._at

    def _actors_now(self) -> list[ActorIds]:
        return self.simulator.stories.shown.actors(self._at)

    def actor(self) -> ActorIds | None:
        """The actor whose timeline is shown."""
        actors = self._actors_now()
        found = next((actor for actor in actors if actor.actor == self._actor), None)
        if found is None and self._actor is not None:  # an anonymous actor that has become part of a user
            value = self._actor.partition(":")[2]
            found = next((actor for actor in actors if value in actor.anonymous_ids or value in actor.user_ids), None)
        return found or (actors[0] if actors else None)

    def _draw(self) -> None:
        story = self.simulator.stories.shown
        signs = self.simulator.signs
        actors = self.query_one("#actors", LinesView)
        key = actors.selected_key
        if not len(story):
            actors.show(lambda _: _empty())
        else:
            at = self._at
            actors.show(lambda width: actor_lines(story, at, width, signs))
            if key is not None:
                actors.select_key(key)
        if actors.selected is None and actors.keys:
            actors.select_key(actors.keys[0])
        count = story.counts(self._at).actors
        title: list[str | Span] = [Span("1", "dim"), Span(" Actors", "bold"), Span(f" {count:,}", "dim")]
        actors.frame(
            self._title(0, title), line(Span(f"! conflict  {signs.named} user  {signs.anonymous} anonymous", "dim"))
        )
        self._draw_timeline()
        self._draw_log()

    def _title(self, pane: int, wide: list[str | Span]) -> Line:
        if self.has_class("-wide"):
            return line(*wide)
        parts: list[str | Span] = []
        for place, name in enumerate(TABS):
            if place:
                parts.append(Span(self.simulator.signs.plain(" │ "), "dim"))
            parts.append(Span(f"{place + 1} {name}", "bold" if place == pane else "dim"))
        return line(*parts)

    def _draw_timeline(self) -> None:
        story, signs = self.simulator.stories.shown, self.simulator.signs
        timeline = self.query_one("#timeline", Timeline)
        actor = self.actor()
        points = story.points_of(actor, self._at) if actor is not None else []
        if points and not any(point.arrival == self._event for point in points):
            self._event = points[-1].arrival
        point = next((point for point in points if point.arrival == self._event), None)

        def build(width: int) -> Sequence[DetailLine]:
            if actor is None:
                return [DetailLine(line(Span(" No actor at this point of the story.", "dim")))]
            rows = [
                DetailLine(part)
                for part in lane_lines(story, actor, points, self._event, self._at, width=width, signs=signs)
            ]
            rows.append(DetailLine(line("")))
            if point is not None:
                rows += [DetailLine(part) for part in self._about(point, width)]
            rows.append(DetailLine(line("")))
            rows.append(DetailLine(self._knob(width)))
            return rows

        timeline.show(build)
        name = brief(name_of(actor.actor), 24) if actor is not None else ""
        legend = (
            f"{signs.anonymous} anonymous  {signs.named} names the user  {signs.claimed} by a claim  "
            f"{signs.claim} claim  {signs.refused} not applied"
        )
        timeline.frame(
            self._title(1, [Span("2 ", "dim"), Span(name, "bold"), Span(" timeline, event time", "dim")]),
            line(Span(legend, "dim")),
        )

    def _about(self, point: Point, width: int) -> list[Line]:
        """The selected event: when it happened, when it arrived, and whose it is."""
        signs = self.simulator.signs
        event, attribution = point.happening.event, point.attribution
        arrived = point.happening.arrived[11:19]
        first: list[str | Span] = [
            Span(f" {brief(event.message, 20)}", "bold"),
            "   ",
            Span(event.event_type, "blue"),
            Span(f"   happened {clock(event.time_us)}", "dim"),
        ]
        first.append(Span(f"   arrived {arrived or f'as number {point.arrival}'}", "dim"))
        ids = " + ".join(brief(value) for value in (event.anonymous_id, event.user_id) if value)
        owner = brief(name_of(attribution.actor), 18)
        if attribution.was:
            second = [
                Span("      "),
                Span(brief(name_of(attribution.was), 18), "strike"),
                Span(f" {signs.became} "),
                Span(owner, "blue bold"),
            ]
        else:
            second = [Span("      "), Span(f"{ids or 'no id'} belongs to "), Span(owner, "blue bold")]
        claim = attribution.claim
        if claim is not None:
            how = "" if attribution.was else "already " if claim.seq < event.seq else ""
            second.append(Span(f"   {how}claimed by {brief(claim.message)} at {clock(claim.time_us)}", "dim"))
        elif attribution.kind == "named":
            second.append(Span("   it names the user (R8)", "dim"))
        elif attribution.kind == "anonymous":
            second.append(Span("   nobody has claimed this id (R11)", "dim"))
        else:
            second.append(Span("   no id on it can be used (R5)", "dim"))
        lines = [line(*first), tuple(second)]
        return [part for whole in lines for part in _folded(whole, width)]

    def _knob(self, width: int) -> Line:
        """Where in the order of arrival we are."""
        signs, story = self.simulator.signs, self.simulator.stories.shown
        total = len(story)
        at = total if self._at is None else self._at
        mode = "message" if self._by_message else "merge"
        last = story.happenings[-1].event.message if total else ""
        tail = f" {last[:12]}   step: {mode} (t)"
        behind = f"   {total - at:,} later" if self._at is not None else "   now"
        room = max(width - 10 - len(tail) - len(behind) - 2, 6)
        place = min(round(at / total * (room - 1)) if total else 0, room - 1)
        bar = signs.plain("━") * place
        rest = signs.plain("─") * (room - place - 1)
        return (
            Span(" arrival ", "dim"),
            Span(bar, "accent"),
            Span(signs.named, "accent bold"),
            Span(rest, "dim"),
            Span(tail, "dim"),
            Span(behind, "warn" if self._at is not None and total > at else "dim"),
        )

    def _draw_log(self) -> None:
        story, signs = self.simulator.stories.shown, self.simulator.signs
        log = self.query_one("#log", LinesView)
        key = log.selected_key
        rows = story.log(self._at)
        shown = rows[-2_000:]
        log.show(lambda width: log_lines(shown, width, signs, story.policy))
        if shown:
            stepping = self._at is not None and not self._by_message
            place = len(shown) - 1 if stepping or key is None or key >= len(shown) else key
            log.select_key(place)
        where = "now" if self._at is None else f"after {self._at:,} of {len(story):,} arrivals"
        arrows = signs.plain("← →")
        log.frame(
            self._title(2, [Span("3", "dim"), Span(" Merges and conflicts", "bold"), Span(f" {len(rows):,}", "dim")]),
            line(Span(where, "dim" if self._at is None else "warn"), Span(f" · before {arrows} after", "dim")),
        )

    # Selections.

    @on(VirtualList.Selected, "#actors")
    def _actor_selected(self) -> None:
        key = self.query_one("#actors", LinesView).selected_key
        wanted = key[0] if isinstance(key, tuple) else key
        if wanted is not None and wanted != self._actor:
            self._actor = wanted
            self._event = None
            self._draw_timeline()

    @on(VirtualList.Opened, "#log")
    @on(VirtualList.Opened, "#actors")
    @on(VirtualList.Opened, "#timeline")
    def _opened(self) -> None:
        self.action_moved()

    @on(Timeline.Stepped)
    def _event_stepped(self, event: Timeline.Stepped) -> None:
        actor = self.actor()
        points = self.simulator.stories.shown.points_of(actor, self._at) if actor is not None else []
        if not points:
            return
        place = next((place for place, point in enumerate(points) if point.arrival == self._event), len(points) - 1)
        place = 0 if event.step == -2 else len(points) - 1 if event.step == 2 else place + event.step
        self._event = points[min(max(place, 0), len(points) - 1)].arrival
        self._draw_timeline()

    def _row(self) -> LogRow | None:
        """The selected row of the log."""
        key = self.query_one("#log", LinesView).selected_key
        rows = self.simulator.stories.shown.log(self._at)[-2_000:]
        return rows[key] if isinstance(key, int) and key < len(rows) else None

    # Actions.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Grey what does nothing now."""
        story = self.simulator.stories.shown
        if action in ("step_first", "step_last"):
            return self._by_message
        if action in ("policy", "why"):
            return True if len(story) else None
        if action in ("moved", "copy"):
            return True if story.log() else None
        if action == "step":
            return True if story.log() or self._by_message else None
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
        log = self.simulator.stories.shown.log()
        return (super().keys_state(), self._by_message, bool(log), any(row.kind == "conflict" for row in log[-500:]))

    def label_of(self, action: Action) -> str:
        """``t`` names the mode it switches to."""
        if action.id == "identity.mode":
            return "Step by merge" if self._by_message else "Step by message"
        return action.label

    def action_step(self, step: int) -> None:
        """Go a step through the log or the arrivals."""
        story = self.simulator.stories.shown
        total = len(story)
        at = total if self._at is None else self._at
        if self._by_message:
            new = min(max(at + step, 0), total)
        else:
            places = story.steps()
            if not places:
                return
            if step > 0:
                new = next((place for place in places if place > at), total)
            else:
                new = next((place for place in reversed(places) if place < at), places[0])
        self._go_to(None if new >= total and step > 0 else new, at)

    def _go_to(self, new: int | None, before: int | None) -> None:
        story = self.simulator.stories.shown
        self._before = before
        self._at = new
        place = len(story) if new is None else new
        point = story.point(place, new) if place else None
        if point is not None:
            self._event = point.arrival
            self._actor = point.attribution.actor or self._actor
        self._drawn = None
        self.refresh_view()
        actor = self.actor()
        if actor is not None:
            self.query_one("#actors", LinesView).select_key(actor.actor)

    def action_step_first(self) -> None:
        """To nothing."""
        self._go_to(0, self._at if self._at is not None else len(self.simulator.stories.shown))

    def action_step_last(self) -> None:
        """To now."""
        self._go_to(None, self._at)

    def action_step_mode(self) -> None:
        """By merge, or by message."""
        self._by_message = not self._by_message
        self._before = None
        self._drawn = None
        self.refresh_view()

    def action_conflict(self, step: int) -> None:
        """Go to the next or previous conflict in the log."""
        rows = self.simulator.stories.shown.log(self._at)[-2_000:]
        log = self.query_one("#log", LinesView)
        places = [place for place, row in enumerate(rows) if row.kind == "conflict"]
        if not places:
            return
        now = log.selected_key if isinstance(log.selected_key, int) else -1
        later = [place for place in places if (place > now if step > 0 else place < now)]
        place = (later[0] if step > 0 else later[-1]) if later else (places[0] if step > 0 else places[-1])
        log.select_key(place)
        self._actor = self._holder(rows[place])
        self._event = self.simulator.stories.shown.arrival_of(rows[place].message)
        if not self.has_class("-wide"):
            self._tab = 2
        self._drawn = None
        self.refresh_view()
        log.focus()

    def _holder(self, row: LogRow) -> str:
        """The actor a contested id belongs to."""
        for actor in self._actors_now():
            if row.anonymous_id in actor.anonymous_ids:
                return actor.actor
        return row.to

    def action_moved(self) -> None:
        """List the events the selected merge moved."""
        log = self.simulator.stories.shown.log(self._at)
        row = self._row() or (log[-1] if log else None)
        if row is None:
            return
        from simulator.tui.screens.moved import MovedScreen  # noqa: PLC0415 - start-up counts

        self.app.push_screen(MovedScreen(self.simulator.stories.shown, row))

    def action_why(self) -> None:
        """Why the selected event belongs to whom it does."""
        point = None if self._event is None else self.simulator.stories.shown.point(self._event, self._at)
        if point is not None:
            self.simulator.show_why(event=point.happening.event_id)

    def action_policy(self) -> None:
        """The same events under every policy."""
        from simulator.tui.screens.policy import PolicyScreen  # noqa: PLC0415 - start-up counts

        self.app.push_screen(PolicyScreen(self.simulator.stories.shown), self._use_policy)

    def _use_policy(self, policy: str | None) -> None:
        if policy is not None and policy != self.simulator.stories.shown.policy:
            self.run_worker(self.simulator.ask(self.simulator.stories.use_policy(policy)), exit_on_error=False)

    def action_unlink(self) -> None:
        """Take a user's claims on the selected anonymousId back; shows what will move, and asks."""
        key = self.query_one("#actors", LinesView).selected_key
        if not isinstance(key, tuple) or not str(key[0]).startswith("user:"):
            self.simulator.say("select an anonymousId below a user first")
            return
        from simulator.tui.screens.asking import Confirm  # noqa: PLC0415 - start-up counts

        user, anonymous = str(key[0]).partition(":")[2], str(key[1])
        story = self.simulator.stories.shown
        points = story.anonymous_only(anonymous)
        heirs = [claim for claim in story.claims_on(anonymous) if claim.user_id != user]
        to = (
            f"{heirs[0].user_id}, whose claim {heirs[0].message} then stands"
            if heirs
            else f"the anonymous actor {anonymous}"
        )
        events = f"{len(points):,} event" + ("s" if len(points) != 1 else "")
        lines = [
            line(f"{events} of {anonymous} go from {user} to"),
            line(to + "."),
            line(""),
            line(Span(f"As a command: pointillist-sim stitch FILE --unlink {user}={anonymous}", "dim")),
        ]

        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self.simulator.ask(self.simulator.stories.unlink(user, anonymous)), exit_on_error=False)

        self.app.push_screen(Confirm(f"Unlink {anonymous} from {user}?", lines), answered)

    def action_copy(self) -> None:
        """Copy the merge log as JSON Lines."""
        from simulator.tui.screens.copying import offer_merges  # noqa: PLC0415 - start-up counts

        self.run_worker(offer_merges(self.simulator), exit_on_error=False)

    def hidden_pane(self, number: int) -> None:
        """Panes are tabs where it is narrow."""
        self._tab = number - 1
        self._drawn = None
        self.refresh_view()
        self.query_one(f"#{self.PANES[self._tab]}").focus()

    def action_next_pane(self, step: int) -> None:
        """The next pane, or tab."""
        if self.has_class("-wide"):
            super().action_next_pane(step)
        else:
            self.hidden_pane((self._tab + step) % len(TABS) + 1)


def _folded(whole: Line, width: int) -> list[Line]:
    """Break a line of spans that is too long at a span's beginning."""
    from simulator.tui.paint import width_of  # noqa: PLC0415 - beside its only use

    if width_of(whole) <= width:
        return [whole]
    lines: list[Line] = []
    current: list[Span] = []
    used = 0
    for span in whole:
        size = width_of((span,))
        if current and used + size > width:
            lines.append(tuple(current))
            current, used = [Span("      ")], 6
            current.append(replace_lead(span))
        else:
            current.append(span)
        used += size
    lines.append(tuple(current))
    return lines


def replace_lead(span: Span) -> Span:
    """Return a span without the space that parted it from the one before."""
    return span._replace(text=span.text.lstrip(" "))


def _empty() -> list[DetailLine]:
    texts = [
        "No event has been accepted yet, so there is nobody.",
        "",
        "space on Live starts the generator; d shows the demo: five acts of identity stitching.",
    ]
    return [DetailLine(part) for text in texts for part in (wrapped(text, 34, "  ") or [line("")])]
