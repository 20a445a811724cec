"""Violations: what was found wrong with a message or an event, in one shape everywhere.

The wire, the reports, the terminal UI and a failed pytest assertion all show the same record
(``interface.md`` 3.1)::

    {"code", "severity": "error"|"warning"|"info", "path": "<JSON Pointer>", "message", "basis", "hint"?}

Which codes exist, and what each means, is the table in :mod:`contracts.codes`. This module is pure: no clock, no file,
no third-party package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

Severity: TypeAlias = Literal["error", "warning", "info"]
"""What happened to the data: ``error`` refused or discarded, ``warning`` kept but changed or doubtful, ``info``."""

Basis: TypeAlias = Literal["seed", "fact", "inferred", "ours", "plan"]
"""How well a rule is founded: ``seed`` Segment's Pointillist page, ``fact`` another public source, ``inferred`` our
reading of the evidence, ``ours`` a choice nothing public settles, ``plan`` the user's own plan or mapping."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
BASES: tuple[Basis, ...] = get_args(Basis)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing found, with the place where it was found.

    Attributes:
        code: A key of :data:`contracts.codes.CODES`.
        severity: See :data:`Severity`.
        path: JSON Pointer (RFC 6901) into the document it was found in; ``""`` is the whole document.
        message: One sentence with the value that was found, for people.
        basis: See :data:`Basis`.
        hint: How to mend it, or ``None``.
    """

    code: str
    severity: Severity
    path: str
    message: str
    basis: Basis
    hint: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the pinned JSON object; ``hint`` only where there is one."""
        record: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "path": self.path,
            "message": self.message,
            "basis": self.basis,
        }
        if self.hint is not None:
            record["hint"] = self.hint
        return record


def pointer(*keys: str | int) -> str:
    """Return the JSON Pointer (RFC 6901) of ``keys``: ``pointer("a/b", 0)`` is ``/a~1b/0``."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)
