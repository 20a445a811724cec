"""Playing the demo's frames: which one stands, whether it goes on by itself, how many rows have flipped. No widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.demo.playing import Frame

SECONDS = 5.0
"""How long a frame stands while it plays: sixteen frames are 80 seconds."""

FLIP = 0.5
"""Seconds in which all rows that change their owner flip, top to bottom."""


class Playback:
    """A place in the frames.

    Attributes:
        frames: Every frame; empty before the acts were played.
        playing: Whether the next frame follows by itself.
        flipped: How many rows of the frame show their new owner.
    """

    def __init__(self) -> None:
        self.frames: Sequence[Frame] = ()
        self.playing = False
        self.flipped = 0
        self._at = 0

    @property
    def frame(self) -> Frame:
        """The frame that stands; there must be frames."""
        return self.frames[self._at]

    @property
    def act(self) -> int:
        """The number of its act."""
        return self.frame.act.number if self.frames else 1

    @property
    def turning(self) -> int:
        """How many rows of the frame change their owner."""
        return sum(1 for row in self.frame.rows if row.was is not None)

    @property
    def at_end(self) -> bool:
        """Whether no frame follows."""
        return self._at + 1 >= len(self.frames)

    def step(self, step: int) -> bool:
        """Go to a frame before or after; return whether its rows are to flip one by one: forwards, where any turn."""
        before = self._at
        self._at = min(max(before + step, 0), len(self.frames) - 1)
        return self._arrive(forward=self._at > before)

    def to_act(self, act: int) -> bool:
        """Go to the first frame of an act; return whether its rows are to flip one by one."""
        before = self._at
        self._at = next((place for place, frame in enumerate(self.frames) if frame.act.number == act), 0)
        return self._arrive(forward=self._at >= before)

    def _arrive(self, *, forward: bool) -> bool:
        flips = forward and self.turning > 0
        self.flipped = 0 if flips else self.turning
        return flips

    def flip(self) -> bool:
        """Show one more row's new owner; return whether more are to come."""
        self.flipped += 1
        return self.flipped < self.turning

    def flip_all(self) -> None:
        """Show every new owner."""
        self.flipped = self.turning
