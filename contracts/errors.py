"""What can go wrong in this package.

::

    ContractsError
    ├── UnknownContractError   no schema, mapping or plan of that name; lists the known ones
    └── ContractFileError      a wrong schema, mapping or plan file: file, line or key, and what is allowed there
"""

from __future__ import annotations


class ContractsError(Exception):
    """Root of this package's errors.

    Each of ``args`` is one thing that is wrong, in one line; ``str()`` is all of them, a line each.
    """

    def __str__(self) -> str:
        """Return everything that is wrong, a line each."""
        return "\n".join(map(str, self.args))


class UnknownContractError(ContractsError):
    """No contract of that name ships with the product; the text lists those that do."""


class ContractFileError(ContractsError):
    """A user's schema, mapping or plan is wrong: of each mistake file, place, what is allowed there."""
