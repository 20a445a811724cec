"""A whole check: messages in, one report out. What ``check``, the Python function and the pytest plugin call."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from simulator.checking.contract_checks import ContractChecks
from simulator.checking.findings import Findings
from simulator.mapping import load_mapping
from simulator.pipeline import TOGETHER, traces
from simulator.segment.admission import Admission

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from contracts.plan import Plan
    from simulator.checking.findings import FailOn, Key, Report
    from simulator.mapping import Mapping as CompiledMapping
    from simulator.segment.message import Received


def inspect(
    messages: Iterable[Received],
    *,
    plans: Sequence[Plan] = (),
    mapping: str | CompiledMapping = "segment-docs",
    now: Callable[[], int] | None = None,
    remember: int | None = None,
    severities: Mapping[str, str] | None = None,
    known: Iterable[Key] = (),
    fail_on: FailOn = "error",
    command: str = "",
) -> Report:
    """Send every message the whole way up to delivery and report what the contracts have against it.

    Args:
        messages: In order; read once, never kept.
        plans: Tracking plans; without one only the contracts of both sides are checked.
        mapping: A shipped name, a path, or one loaded before.
        now: The present, microseconds since the epoch, UTC; the wall clock where not given.
        remember: Message ids remembered to find duplicates; ``None`` is all of them.
        severities: The project's own severity by code; ``off`` leaves a code out.
        known: Findings that fail nothing.
        fail_on: From which severity on the report fails.
        command: The command line that repeats the check, for the report.

    Raises:
        MappingError, ContractFileError, UsageError: A mapping, plan or severity that cannot be used.
        InputError: The messages cannot be read; raised by their iterator.
    """
    clock = now or (lambda: time.time_ns() // 1_000)
    findings = Findings(severities, known)
    checks = ContractChecks(plans, now=clock)
    way = traces(
        messages,
        admission=Admission(clock, remember=remember),
        mapping=load_mapping(mapping) if isinstance(mapping, str) else mapping,
        checks=checks,
        together=TOGETHER,
    )
    for trace in way:
        findings.add(trace)
    return findings.report(coverage=checks.coverage, command=command, fail_on=fail_on)
