"""Starting without the garbage collector, and collecting from when the first messages are there.

What is imported and made for the first screen stays for as long as the UI does; looking through it again and again
costs a tenth of the start, and later a pause at every full collection.
"""

from __future__ import annotations

import gc

SETTLED = 1.0
"""Seconds after the first screen."""
_EASY = (20_000, 20, 50)
"""Thresholds while messages come: hardly anything they make is in cycles."""


def put_off() -> None:
    """Collect nothing for now."""
    gc.disable()


def collect_from_now_on() -> None:
    """Collect again, but never look at what is there now; does nothing where collecting was not put off."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*_EASY)
        gc.enable()
