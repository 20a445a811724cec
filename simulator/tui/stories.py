"""The two stories Identity can show: this run's, kept in step with the fake, and the five acts' on their stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_pointillist.identity.attribution import Options
from simulator.errors import UsageError
from simulator.tui.stage import Stage
from simulator.tui.story import Story

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from simulator.tui.fake_side import FakeSide


class Stories:
    """Whose events are whose, in this run and on the stage.

    Args:
        run_side: Returns the API of this run's tenant, ``None`` before there is one.

    Attributes:
        run: The story of this run.
        stage: The five acts, once they were played.
        on_stage: Whether Identity shows the acts' people.
    """

    def __init__(self, run_side: Callable[[], FakeSide | None]) -> None:
        self.run = Story()
        self.stage: Stage | None = None
        self.on_stage = False
        self._run_side = run_side
        self._told = 0

    @property
    def shown(self) -> Story:
        """The story on view: this run's, or the acts'."""
        return self.stage.story if self.on_stage and self.stage is not None else self.run

    @property
    def side(self) -> FakeSide | None:
        """Whom the story on view is asked of: this run's tenant, or the acts'."""
        return self.stage.side if self.on_stage and self.stage is not None else self._run_side()

    # This run's story.

    async def look(self) -> AsyncIterator[list[str]]:
        """Take up the policy and the events accepted since the last look; yield, a page each, who merged an actor.

        Raises:
            SimulatorError: The fake did not answer.
        """
        side = self._run_side()
        if side is None:
            return
        policy = await side.ask(lambda client: client.policy())
        options = Options(**policy["options"])
        if (policy["policy"], options) != (self.run.policy, self.run.options):
            self.run.reread(policy["policy"], options)
            self._told = len(self.run.log())
        while True:
            happenings, anew = await side.happenings()
            if anew:
                self.run = Story(self.run.policy, self.run.options)
                self._told = 0
            if not happenings:
                return
            for happening in happenings:
                self.run.add(happening)
            log = self.run.log()
            merged = [row.message for row in log[self._told :] if row.kind == "merge"]
            self._told = len(log)
            yield merged

    def actor_of(self, message: str) -> str:
        """Return the actor a message of this run belongs to now, ``""`` where that is not known."""
        arrival = self.run.arrival_of(message)
        point = self.run.point(arrival) if arrival is not None else None
        return (point.attribution.actor or "") if point is not None else ""

    async def reset(self) -> str:
        """Empty this run's tenant and begin anew; return what to say.

        Raises:
            SimulatorError: The fake did not answer, or there is none yet.
        """
        side = _there(self._run_side())
        await side.ask(lambda client: client.reset())
        side.restart()
        self.run = Story(self.run.policy, self.run.options)
        self._told = 0
        return "this tenant is empty again"

    # The story on view, whichever it is.

    async def use_policy(self, policy: str) -> str:
        """Have the events on view read under another policy; return what to say.

        Raises:
            SimulatorError: The fake did not answer, or there is none yet.
        """
        options = self.shown.options  # what is not named goes back to its default
        answer = await _there(self.side).ask(lambda client: client.set_policy(policy, **options.to_json()))
        self.shown.reread(policy, options)
        self._told = len(self.run.log())
        moved = sum(entry.get("events", 0) for entry in answer.get("moved", ()))
        return f"policy {policy} (ours): {moved:,} events moved"

    async def unlink(self, user_id: str, anonymous_id: str) -> str:
        """Take a user's claims on an anonymousId back; return what to say.

        Raises:
            SimulatorError: The fake did not answer, or there is none yet.
        """
        await _there(self.side).ask(lambda client: client.unlink(user_id, anonymous_id))
        self.shown.unlink(user_id, anonymous_id)
        self._told = len(self.run.log())
        return f"{anonymous_id} is no longer {user_id}'s"

    # The stage.

    async def set_stage(self, url: str | None) -> None:
        """Play the acts, once, at a tenant of their own of the fake at ``url``; ``None`` starts a fake for them.

        Raises:
            SimulatorError: The fake did not take a message.
        """
        if self.stage is None:
            stage = Stage(url)
            await stage.play()
            self.stage = stage

    def keep_stage(self) -> None:
        """Let Identity show the acts' people."""
        self.on_stage = self.stage is not None

    def close(self) -> None:
        """Leave the stage."""
        if self.stage is not None:
            self.stage.close()


def _there(side: FakeSide | None) -> FakeSide:
    if side is None:
        raise UsageError("the fake has not started yet")
    return side
