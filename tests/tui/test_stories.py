"""The two stories Identity can show, and what is asked of the fake about them."""

from __future__ import annotations

import pytest

from simulator.errors import UsageError
from simulator.tui.stories import Stories

pytestmark = pytest.mark.anyio


@pytest.fixture
def side(traces):
    """A tenant's API with the five acts ready."""
    side = traces.engine().side
    side.ready = traces.shared_tablet()
    return side


async def test_a_look_takes_events_up_and_names_who_merged(side):
    """Each merge is named once, however often one looks."""
    stories = Stories(lambda: side)
    assert [merged async for merged in stories.look()] == [["m5", "m8", "m11"]]
    assert [merged async for merged in stories.look()] == []
    assert stories.actor_of("m9") == "user:u_42"
    assert stories.actor_of("unheard of") == ""


async def test_a_policy_switched_elsewhere_is_taken_up(side):
    """The fake's policy is the one the story is read by."""
    stories = Stories(lambda: side)
    side.policy_name = "last-claim"
    _ = [merged async for merged in stories.look()]
    assert stories.run.policy == "last-claim"
    assert stories.actor_of("m14") == "user:u_77"


async def test_asking_before_there_is_a_fake_says_so():
    """Nothing is pretended while the engine starts."""
    stories = Stories(lambda: None)
    for asking in (stories.reset(), stories.use_policy("graph"), stories.unlink("u", "a")):
        with pytest.raises(UsageError, match="has not started yet"):
            await asking


async def test_a_reset_begins_the_story_anew_under_the_same_policy(side):
    """The tenant is emptied, the story too, its policy stays."""
    stories = Stories(lambda: side)
    _ = [merged async for merged in stories.look()]
    await stories.use_policy("split")
    await stories.reset()
    assert side.asked == [("policy", "split"), "reset"]
    assert (len(stories.run), stories.run.policy) == (0, "split")
