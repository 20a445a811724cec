"""The demo's stage: a tenant of its own at a fake, so that nobody's events meet; played before the curtain."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from simulator.tui.fake_side import FakeSide
from simulator.tui.story import Story

if TYPE_CHECKING:
    from fake_pointillist import FakePointillist
    from simulator.demo.playing import Frame


class Stage:
    """The five acts, played.

    Args:
        url: A fake on this machine that may be used; ``None`` starts one for the acts.
        token: The tenant; it must be empty.

    Attributes:
        frames: Every frame, in order.
        story: The events of all five acts.
        side: The tenant's API.
    """

    def __init__(self, url: str | None, token: str = "five-acts") -> None:  # noqa: S107 - a tenant's name, no secret
        self.frames: list[Frame] = []
        self.story = Story()
        self.side: FakeSide | None = None
        self._url = url
        self._token = token
        self._fake: FakePointillist | None = None

    async def play(self) -> None:
        """Send the acts and keep every frame.

        Raises:
            SimulatorError: The fake did not take a message.
        """
        self.frames = await asyncio.to_thread(self._play)
        assert self.side is not None
        happenings, _ = await self.side.happenings()
        for happening in happenings:
            self.story.add(happening)

    def _play(self) -> list[Frame]:
        from simulator.demo.playing import Player  # noqa: PLC0415 - only the demo needs it
        from simulator.fake_client import FakeClient  # noqa: PLC0415

        url = self._url
        if url is None:
            from fake_pointillist import FakePointillist  # noqa: PLC0415

            self._fake = FakePointillist()
            self._fake.start()
            url = self._fake.url
        self.side = FakeSide(url, self._token)
        with FakeClient(url, self._token) as client:
            client.reset()
            return list(Player(url, self._token, client).frames())

    def close(self) -> None:
        """Leave the stage; a fake of its own stops."""
        if self.side is not None:
            self.side.close()
        if self._fake is not None:
            self._fake.stop()
