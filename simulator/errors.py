"""What can go wrong in this package, and how a command ends for it.

::

    SimulatorError                 exit code 2: could not do it
    ├── UsageError                 flags or names that cannot be meant; lists what is known
    ├── InputError                 an input that cannot be read: ``events.jsonl:17: not JSON: ...``
    ├── MappingError               our or the user's mapping is wrong: file, line or key, and what is allowed there
    ├── UnreachableError           no HTTP answer at all from the other side
    ├── WorkerEndedError           a process of ours that read part of a large input was ended from outside
    ├── FakeApiError               the fake refused a question of ours (:mod:`simulator.fake_client`)
    └── DemoError                  the demo cannot be played (:mod:`simulator.demo.playing`)

A message that breaks a contract is no exception: it is a :class:`~contracts.violations.Violation` and exit code 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


class SimulatorError(Exception):
    """Root of this package's errors.

    Each of ``args`` is one thing that is wrong, one line for standard error: what, where, and the mend. ``str()`` is
    all of them, a line each.
    """

    def __str__(self) -> str:
        """Return everything that is wrong, a line each."""
        return "\n".join(map(str, self.args))


class UsageError(SimulatorError):
    """Flags or names that cannot be meant."""

    @classmethod
    def none_of(cls, flag: str, name: str, known: Iterable[str]) -> Self:
        """Return the error that ``name`` is none of those ``known``: the nearest one, where one is near, and all."""
        from contracts.mends import nearest  # noqa: PLC0415 - only for the error text

        names = tuple(known)
        near = nearest(name, names)
        meant = f"did you mean {near!r}? It " if near else ""
        return cls(f"{flag} {name}: {meant}must be one of {', '.join(names)}")


class InputError(SimulatorError):
    """An input that cannot be read or parsed.

    Attributes:
        where: File and line (``events.jsonl:17``), or ``<stdin>:3``.
        what: What is wrong there, and the mend; where several things are, the first.
    """

    def __init__(self, where: str, what: str, *more: str) -> None:
        super().__init__(*(f"{where}: {one}" for one in (what, *more)))
        self.where = where
        self.what = what


class MappingError(SimulatorError):
    """A mapping that cannot be used: of each mistake file, line or key, and what is allowed there."""


class UnreachableError(SimulatorError):
    """No attempt got any HTTP answer from the other side."""


class WorkerEndedError(SimulatorError):
    """A process of ours that read part of a large input was ended from outside."""
