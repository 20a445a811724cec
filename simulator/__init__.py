"""Segment's side of the wire, and the people in front of it. What the commands do is importable here."""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing would be a tenth of what `pointillist-sim --help` costs
if TYPE_CHECKING:
    from typing import Any

    from simulator.api import check, stitch, transform
    from simulator.generator import generate

__version__ = "0.1.0"

__all__ = ["__version__", "check", "generate", "stitch", "transform"]

_LATE = {
    "check": "simulator.api",
    "generate": "simulator.generator",
    "stitch": "simulator.api",
    "transform": "simulator.api",
}


def __getattr__(name: str) -> Any:
    """Import the public functions on first use: the pytest plugin loads this package in every test run."""
    if name in _LATE:
        from importlib import import_module  # noqa: PLC0415 - start-up counts

        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
