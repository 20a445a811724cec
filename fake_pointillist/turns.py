"""Long work in slices of a few milliseconds: everybody else's requests are answered between two of them."""

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fake_pointillist.identity.engine import Identity
    from fake_pointillist.identity.merge_log import MergeLog

SLICE = 100
"""Events, or ids let go of, between two looks at who else is waiting."""

_FROZEN_BY_PYTHON = 1_000
"""More than an interpreter has frozen by itself when it begins (3.12: 375), less than anybody's imports."""


async def others() -> None:
    """Let everybody else's requests be answered.

    What was made stays, so it is put among the collector's oldest at once. Left to itself the collector would look
    through everything there is each time that has grown by a quarter: half a second at a million events, for nothing.
    What the process we run in has frozen (the terminal UI, somebody's tests) stays so: it has a way of its own.
    """
    if gc.get_freeze_count() < _FROZEN_BY_PYTHON:
        gc.freeze()
        gc.unfreeze()
    await asyncio.sleep(0)


async def let_go(identity: Identity, merges: MergeLog) -> None:
    """Free what nobody asks any more in slices: the memory of a million events takes long to free at once."""
    while identity.dissolve(SLICE) or merges.dissolve(SLICE):
        await others()
