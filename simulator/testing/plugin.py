"""The pytest plugin. Imported in every pytest run of its environment, so it imports pytest and the standard library only."""

from __future__ import annotations
