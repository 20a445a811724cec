"""Starting without the garbage collector, and collecting from when the first messages are there.

What is imported and made for the first screen stays for as long as the UI does; looking through it again and again
costs a tenth of the start, and later a pause at every full collection.
"""

from __future__ import annotations

import gc

SETTLED = 1.0
"""Seconds after the first screen."""
_SMALL = (5_000, 20, 200)
"""Thresholds while messages come. Every line Textual draws is in a cycle (a ``Strip`` keeps itself in its caches), so
there is much to collect, nearly all of it young; five thousand objects are looked through between two frames."""


def put_off() -> None:
    """Collect nothing for now."""
    gc.disable()


def collect_from_now_on() -> None:
    """Collect again, but never look at what is there now; does nothing where collecting was not put off."""
    if not gc.isenabled():
        gc.freeze()
        gc.set_threshold(*_SMALL)
        gc.enable()
