"""What looking for an instance can end with, and the patience it is given. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Witness:
    """An instance that, as far as the reasoning goes, meets every goal."""

    value: Any


class _None:
    """There is no instance: proved."""


class _Unsure:
    """Neither an instance nor a proof was found."""


NONE: Final = _None()
UNSURE: Final = _Unsure()
Outcome: TypeAlias = "Witness | _None | _Unsure"


class OutOfPatienceError(Exception):
    """The budget of steps is used up; the question stays open."""
