"""How a command ends (``interface.md`` 2)."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """Every exit code there is."""

    OK = 0
    """Done, nothing wrong."""
    FAILED = 1
    """Done, and something it checked failed: violations, undelivered events, a changed golden, a breaking change."""
    CANNOT = 2
    """Could not do it: bad usage, unreadable or malformed input, port in use, server unreachable."""
    INTERRUPTED = 130
    """Ctrl-C."""
