"""What a watcher of live messages is told."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """What has just happened to a trace."""

    RECEIVED = "received"
    """Admitted and mapped, or discarded; accepted from the sender (journalled where there is a journal)."""
    ATTEMPT = "attempt"
    """One delivery attempt has ended; ``trace.attempts[-1]`` is it."""
    OUTCOME = "outcome"
    """It ended; ``trace.outcome`` says how. Once a trace, the last call for it."""
