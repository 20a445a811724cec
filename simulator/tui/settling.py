"""Starting without the garbage collector, and never looking twice at what stays.

What is imported and made for the first screen stays for as long as the UI does; looking through it again and again
costs a tenth of the start. Then the rows of a run stay: left to itself the collector would look through all of them
each time they have grown by a quarter, 0.15 s at a hundred thousand, while somebody presses a key.
"""

from __future__ import annotations

import gc

SETTLED = 1.0
"""Seconds after the first screen."""
GROWN = 5_000
"""Messages after which what came is looked through, once, and set apart with what stays."""
QUIET = 1.0
"""Seconds without a key after which that is done, since it takes longer than a frame; not waited for beyond twice
:data:`GROWN` messages."""
_SMALL = (5_000, 5, 50)
"""Thresholds while messages come: twenty-five thousand objects, some 10 ms, are looked through at once."""


def put_off() -> None:
    """Collect nothing for now."""
    gc.disable()


class Settling:
    """Collects from when the first screen is there; does nothing where collecting was not put off."""

    def __init__(self) -> None:
        self._begun = False
        self._grown = 0

    def begin(self) -> None:
        """Collect again, but never look at what is there now."""
        if not gc.isenabled():
            self._begun = True
            gc.freeze()
            gc.set_threshold(*_SMALL)
            gc.enable()

    def grow(self, messages: int, quiet_s: float) -> None:
        """Set what came apart when there is enough of it and nobody types.

        Args:
            messages: How many came since the last call.
            quiet_s: Seconds since the last key.
        """
        self._grown += messages
        if self._begun and self._grown >= (GROWN if quiet_s >= QUIET else 2 * GROWN):
            self._grown = 0
            gc.collect()
            gc.freeze()
