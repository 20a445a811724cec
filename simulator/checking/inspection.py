"""A whole check: messages in, one report out. What ``check``, the Python function and the pytest plugin call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.checking.consistency import Consistency
from simulator.checking.findings import MAX_EXAMPLES, Example, Finding, Report, Times, check_severities, in_order
from simulator.checking.grouping import RunGroups
from simulator.checking.making import CheckMaking
from simulator.checking.type_counts import TypeCounts
from simulator.parallel.making import made_here
from simulator.segment.admission import Admission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from contracts.conformance import Coverage
    from contracts.plan import Plan
    from contracts.violations import Violation
    from simulator.checking.findings import FailOn, Key
    from simulator.checking.making import CheckedPart
    from simulator.mapping.apply import Mapping as CompiledMapping
    from simulator.segment.message import Received


class Inspection:
    """Adds up the parts of a run, in the order of the input; memory does not grow with the number of messages.

    Args:
        severities: The project's own severity by code; ``off`` leaves a code out.

    Raises:
        UsageError: A severity that cannot be used.
    """

    def __init__(self, severities: Mapping[str, str] | None = None) -> None:
        self._severities = check_severities(severities or {})
        self._off = {code for code, severity in self._severities.items() if severity == "off"}
        self._groups = RunGroups(self._off)
        self._run = Consistency()
        self._types = TypeCounts()
        self._coverage: Coverage | None = None

    def add(self, part: CheckedPart) -> None:
        """Compare the next part with everything before it, and count it in."""
        if not all(map(self._run.is_clean, part.shapes)):
            self._compare_names(part)
        self._types.add(part)
        check_email = self._run.check_email
        for (event, email, user_id), seen in part.emails.items():
            found = check_email(email, user_id)
            if found:
                _note(part, event, Times(len(seen), seen[:MAX_EXAMPLES]), found)
        self._groups.add(part.groups)
        if part.coverage is not None:
            if self._coverage is None:
                self._coverage = part.coverage
            else:
                self._coverage.merge(part.coverage)

    def report(self, *, known: Iterable[Key] = (), fail_on: FailOn = "error") -> Report:
        """Return the report of everything added so far.

        Args:
            known: Findings of the baseline, which fail nothing.
            fail_on: From which severity on it fails.
        """
        own, baseline = self._severities, frozenset(known)
        flips = RunGroups(self._off)
        flips.add(self._types.groups())
        findings = [
            Finding(
                code=code,
                severity=own.get(code, severity),  # type: ignore[arg-type]  # checked at the door
                basis=group.first.basis,
                path=path,
                event=event,
                count=group.times.count,
                message=group.first.message,
                hint=group.first.hint,
                examples=tuple(Example(*sighting) for sighting in group.times.examples),
                known=(code, path, event) in baseline,
            )
            for groups in (self._groups, flips)
            for (code, path, event, severity), group in groups.by_place.items()
        ]
        coverage = self._coverage.to_json() if self._coverage is not None else None
        events = tuple(sorted(self._groups.events.items()))
        return Report(self._groups.messages, in_order(findings), events, coverage, fail_on)

    def _compare_names(self, part: CheckedPart) -> None:
        for shape, times in part.shapes.items():
            _note(part, shape.event, times, self._run.check(shape))


def _note(part: CheckedPart, event: str, times: Times, found: Iterable[Violation]) -> None:
    """Count in what was found of something that came ``times``; that a bound was met is said of its first message."""
    for one in found:
        part.groups.add_late(one, event, Times(1, times.examples[:1]) if one.code == "check_limited" else times)


def inspect(
    messages: Iterable[Received],
    *,
    plans: Sequence[Plan] = (),
    mapping: CompiledMapping,
    now: Callable[[], int],
    severities: Mapping[str, str] | None = None,
) -> Report:
    """Send every message the whole way up to delivery and report what the contracts have against it.

    Args:
        messages: In order; read once, never kept.
        plans: Tracking plans; without one only the contracts of both sides are checked.
        mapping: Makes the events.
        now: The present, microseconds since the epoch, UTC.
        severities: The project's own severity by code; ``off`` leaves a code out.

    Raises:
        ContractFileError, UsageError: A plan or severity that cannot be used.
        InputError: The messages cannot be read; raised by their iterator.
    """
    inspection = Inspection(severities)
    for part in made_here(messages, CheckMaking(mapping, plans, now), Admission(now)):
        inspection.add(part)
    return inspection.report()
