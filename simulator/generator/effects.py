"""Every effect a journey can name, from the rooms that know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.generator import commerce

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.generator.visits import Visit

EFFECTS: dict[str, Callable[[Visit], None]] = {**commerce.EFFECTS}
"""Name to effect."""
