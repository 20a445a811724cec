"""The vocabulary both sides of the wire share: schemas, mappings, plans, and the small code that loads and checks them.

Public names are listed in ``__all__``; the checker and the loader are imported on first use, since start-up counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.codes import CODES, Code, violation
from contracts.errors import ContractFileError, ContractsError, UnknownContractError
from contracts.violations import BASES, SEVERITIES, Basis, Severity, Violation, pointer

if TYPE_CHECKING:
    from contracts.checker import Checker
    from contracts.resources import load, names

__all__ = [
    "BASES",
    "CODES",
    "SEVERITIES",
    "Basis",
    "Checker",
    "Code",
    "ContractFileError",
    "ContractsError",
    "Severity",
    "UnknownContractError",
    "Violation",
    "load",
    "names",
    "pointer",
    "violation",
]

_LATE = {"Checker": "contracts.checker", "load": "contracts.resources", "names": "contracts.resources"}


def __getattr__(name: str) -> Any:
    """Import the names that need a third-party package or a file on first use."""
    if name in _LATE:
        from importlib import import_module  # noqa: PLC0415 - start-up counts

        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
