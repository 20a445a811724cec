"""What can go wrong in this package.

::

    ContractsError
    ├── UnknownContractError   no schema, mapping or plan of that name; lists the known ones
    └── ContractFileError      a wrong schema, mapping or plan file: file, line or key, and what is allowed there
"""

from __future__ import annotations


class ContractsError(Exception):
    """Root of this package's errors."""


class UnknownContractError(ContractsError):
    """No contract of that name ships with the product; the text lists those that do."""


class ContractFileError(ContractsError):
    """A user's schema, mapping or plan is wrong. ``str()`` is one line: file, place, what is allowed there."""
