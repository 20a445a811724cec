"""Segment message -> Pointillist event, by rules that are data, with the provenance of every leaf."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.mapping.apply import Mapping
    from simulator.mapping.loading import load_mapping

__all__ = ["Mapping", "load_mapping"]

_LATE = {"Mapping": "simulator.mapping.apply", "load_mapping": "simulator.mapping.loading"}


def __getattr__(name: str) -> Any:
    """Import on first use: the records beside this file are wanted without the files behind a mapping."""
    if name in _LATE:
        from importlib import import_module  # noqa: PLC0415 - start-up counts

        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
