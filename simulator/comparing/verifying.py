"""Golden fixtures, run: the message goes the way of every message, and the event is compared field by field.

Each difference carries the provenance of the field, so that a failure says not only what became different but from
which value of the message, by which rule and on what basis.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from contracts.codes import CODES
from simulator.comparing.differing import ABSENT, Field, difference
from simulator.comparing.fixtures import rewrite
from simulator.errors import InputError
from simulator.mapping.loading import DEFAULT, load_mapping
from simulator.pipeline import trace_one
from simulator.segment.admission import Admission
from simulator.segment.message import Discarded, Received
from simulator.segment.times import read_time

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.comparing.fixtures import Fixture
    from simulator.mapping.result import Mapped
    from simulator.trace import Trace

NOW = "2000-01-01T00:00:00Z"
"""The clock of a fixture that names none."""

Status: TypeAlias = Literal["passed", "failed", "updated"]


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that is not as the fixture says.

    Attributes:
        path: JSON Pointer into the event; ``/code`` for the discard code, ``""`` for the whole event.
        expected: As the fixture says; :data:`~simulator.comparing.differing.ABSENT` where it has no such field.
        actual: As it is.
        provenance: ``{"from", "rule", "basis"}`` of the field, or ``{"from", "dropped", "basis"}`` where the leaf it
            should come from was dropped, or ``None``.
        redacted: The values are replacements, which may be alike though the values differ.
    """

    path: str
    expected: Any
    actual: Any
    provenance: dict[str, Any] | None
    redacted: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return ``{"path", "expected", "actual", "provenance"}``; an absent value is ``null``, named in ``absent``.

        ``"redacted": true`` where the values are replacements.
        """
        record: dict[str, Any] = {
            "path": self.path,
            "expected": None if self.expected is ABSENT else self.expected,
            "actual": None if self.actual is ABSENT else self.actual,
            "provenance": self.provenance,
        }
        absent = "expected" if self.expected is ABSENT else "actual" if self.actual is ABSENT else None
        if absent is not None:
            record["absent"] = absent
        if self.redacted:
            record["redacted"] = True
        return record


@dataclass(frozen=True, slots=True)
class Case:
    """One fixture, run.

    Attributes:
        path: Its file.
        status: ``updated`` where it failed and its file was rewritten.
        changed: The fields that differ.
    """

    path: Path
    status: Status
    changed: tuple[Changed, ...]

    def to_json(self) -> dict[str, Any]:
        """Return ``{"file", "status", "difference"}``."""
        return {
            "file": str(self.path),
            "status": self.status,
            "difference": [changed.to_json() for changed in self.changed],
        }


def verify(fixture: Fixture, *, mapping: str = DEFAULT, now: int | None = None, update: bool = False) -> Case:
    """Run one fixture.

    Args:
        fixture: The case.
        mapping: For a fixture whose settings name none.
        now: The clock, microseconds since the epoch; wins over the fixture's own.
        update: Rewrite the file where the outcome differs.

    Raises:
        InputError: The clock cannot be read.
        MappingError: The mapping cannot be used.
    """
    clock = now if now is not None else _clock(fixture.settings.get("now") or NOW, fixture)
    chosen = _mapping(fixture.settings.get("mapping") or mapping)
    received = Received(0, fixture.input, str(fixture.path))
    trace = trace_one(received, admission=Admission(lambda: clock), mapping=chosen, explain=True)
    changed = _compare(fixture, trace)
    status: Status = "failed" if changed else "passed"
    if changed and update:
        admission = trace.admission
        code = admission.code if isinstance(admission, Discarded) else None
        rewrite(fixture, trace.mapped.event if trace.mapped is not None else None, code)
        status = "updated"
    return Case(fixture.path, status, tuple(changed))


_mapping = cache(load_mapping)


def _clock(text: str, fixture: Fixture) -> int:
    micros = read_time(text)
    if micros is None:
        raise InputError(str(fixture.path), f"{text!r} is no ISO-8601 time; write it as {NOW}")
    return micros


def _compare(fixture: Fixture, trace: Trace) -> list[Changed]:
    admission, mapped = trace.admission, trace.mapped
    actual = mapped.event if mapped is not None else None
    if isinstance(admission, Discarded):
        changed = []
        if fixture.output is not None:
            why = {"from": admission.path, "dropped": admission.code, "basis": CODES[admission.code].basis}
            changed.append(Changed("", fixture.output, None, why))
        if fixture.code is not None and fixture.code != admission.code:
            why = {"from": admission.path, "dropped": admission.code, "basis": CODES[admission.code].basis}
            changed.append(Changed("/code", fixture.code, admission.code, why))
        return changed
    if fixture.code is not None:
        return [Changed("/code", fixture.code, ABSENT, None)]
    if fixture.output is None:
        return [Changed("", None, actual, None)]
    return [
        Changed(field.path, field.expected, field.actual, provenance(field, mapped))
        for field in difference(fixture.output, actual)
    ]


def provenance(field: Field, mapped: Mapped | None) -> dict[str, Any] | None:
    """Return where a field of the event came from, or what was dropped that it should have come from."""
    if mapped is None:
        return None
    for step in mapped.provenance:
        if step.target == field.path:
            return {"from": step.source, "rule": step.rule, "basis": step.basis}
    name = field.path.rpartition("/")[2]
    for drop in mapped.dropped:
        tail = drop.source.rpartition("/")[2]
        if tail == name or (len(tail) > 2 and name.endswith("_" + tail)):
            return {"from": drop.source, "dropped": drop.code, "basis": drop.basis}
    return None
