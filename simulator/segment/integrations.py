"""Which destinations a message is meant for: Segment's ``integrations`` object. Pure.

``facts/segment.md`` section 5: names are compared exactly, ``All`` without case and only if boolean, and any present
value that is no boolean switches a destination on. Only the top-level object counts (``ours``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.codes import violation
from contracts.violations import pointer

if TYPE_CHECKING:
    from contracts.violations import Violation

NAME = "Pointillist"
"""The destination's name in Segment's catalog, and so its key."""


def switched_off(integrations: Any, notes: list[Violation]) -> str | None:
    """Return the JSON Pointer of the flag that keeps the message from Pointillist, or ``None`` where it is sent.

    Args:
        integrations: The message's ``integrations``, whatever it is.
        notes: ``integrations_not_object`` and ``integration_case`` are added here.
    """
    if integrations is None:
        return None
    if not isinstance(integrations, dict):
        notes.append(violation("integrations_not_object", "/integrations", "integrations is not an object; ignored"))
        return None
    everything: str | None = None
    for key, value in integrations.items():
        if key == NAME:
            continue
        folded = key.lower()
        if folded == "all":
            if everything is None and isinstance(value, bool):
                everything = key
        elif folded == "pointillist":
            path = pointer("integrations", key)
            notes.append(violation("integration_case", path, f"{key!r} has no effect; the name is {NAME!r}"))
    if NAME in integrations:
        return f"/integrations/{NAME}" if integrations[NAME] is False else None
    if everything is not None and integrations[everything] is False:
        return pointer("integrations", everything)
    return None
