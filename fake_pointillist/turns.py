"""Long work in slices of a few milliseconds: everybody else's requests are answered between two of them."""

from __future__ import annotations

import asyncio
import gc

SLICE = 100
"""Events, or ids let go of, between two looks at who else is waiting."""


async def others() -> None:
    """Let everybody else's requests be answered.

    What was made stays, so it is put among the collector's oldest at once. Left to itself the collector would look
    through everything there is each time that has grown by a quarter: half a second at a million events, for nothing.
    """
    gc.freeze()
    gc.unfreeze()
    await asyncio.sleep(0)
