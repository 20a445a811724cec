"""What can go wrong in this package.

::

    FakePointillistError
    ├── RefusedError         an event or a request the server refuses: status and every violation
    ├── UnknownIdError       no event carries an id one asks about
    ├── UnknownPolicyError   no identity policy of that name; lists the known ones
    ├── StoreError           the database file cannot be used: busy, damaged, or of another version
    ├── StartError           the server cannot start: port in use, or an unsafe host without a token
    └── EndedError           the server has ended by itself
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contracts.violations import Violation


class FakePointillistError(Exception):
    """Root of this package's errors."""


class RefusedError(FakePointillistError):
    """A request the server refuses.

    Attributes:
        status: The HTTP status to answer with.
        violations: Everything found, never only the first.
    """

    def __init__(self, status: int, detail: str, violations: tuple[Violation, ...] = ()) -> None:
        super().__init__(detail)
        self.status = status
        self.violations = violations


class UnknownIdError(FakePointillistError):
    """No event carries the id asked about."""


class UnknownPolicyError(FakePointillistError):
    """No identity policy of that name; the text lists the known ones."""


class StoreError(FakePointillistError):
    """The database file cannot be used. ``str()`` is one line: the file, why, and the mend."""


class StartError(FakePointillistError):
    """The server cannot start. ``str()`` is one line: what, and the mend."""


class EndedError(FakePointillistError):
    """The server has ended without having been stopped. ``str()`` is one line: why, and the mend."""
