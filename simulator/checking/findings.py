"""Findings, and the report of a check: what every format renders, and what the exit code rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

from contracts.codes import CODES
from contracts.violations import SEVERITIES
from simulator.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.violations import Basis, Severity

FailOn: TypeAlias = Literal["error", "warning"]
Key: TypeAlias = "tuple[str, str, str]"
"""What makes two violations the same finding in a baseline: code, path, event."""

MAX_EXAMPLES = 3
_ORDER = {severity: number for number, severity in enumerate(SEVERITIES)}


Sighting: TypeAlias = "tuple[int, str | None, str]"
"""What an :class:`Example` holds, while it is one of thousands that are kept and sent between processes."""


class Example(NamedTuple):
    """One message a finding was seen in: position in the run, messageId where it has one, file and line."""

    position: int
    message_id: str | None
    origin: str

    def to_json(self) -> dict[str, Any]:
        """Return ``{"index", "messageId", "origin"}``."""
        return {"index": self.position, "messageId": self.message_id, "origin": self.origin}


@dataclass(slots=True)
class Times:
    """How many times something came, and the first few messages it came in.

    Attributes:
        count: How many times.
        examples: At most :data:`MAX_EXAMPLES`, in the order of the input.
    """

    count: int = 0
    examples: list[Sighting] = field(default_factory=list)

    def __reduce__(self) -> tuple[type[Times], tuple[int, list[Sighting]]]:
        """Be pickled as what it holds: a dataclass is by itself six times as slow, and every block has hundreds."""
        return Times, (self.count, self.examples)

    def add(self, other: Times) -> None:
        """Count in the same in other messages, some of which may have come before some of these."""
        self.count += other.count
        mine, others = self.examples, other.examples
        if len(mine) < MAX_EXAMPLES or others[0] < mine[-1]:
            self.examples = sorted({*mine, *others})[:MAX_EXAMPLES]


@dataclass(frozen=True, slots=True)
class Finding:
    """One violation, however often it came.

    Attributes:
        code: See :mod:`contracts.codes`.
        severity: After the project's own severities.
        basis: What the rule rests on.
        path: JSON Pointer into the message, or into the event for what concerns the event.
        event: The event type, or the call where there is no event name.
        count: How many times.
        message: The sentence of the first.
        hint: How to mend it.
        examples: The first few messages.
        known: It stands in the baseline and fails nothing.
    """

    code: str
    severity: Severity
    basis: Basis
    path: str
    event: str
    count: int
    message: str
    hint: str | None
    examples: tuple[Example, ...]
    known: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the pinned object; ``known`` only where a baseline knows it."""
        record: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "basis": self.basis,
            "path": self.path,
            "event": self.event,
            "count": self.count,
            "message": self.message,
            "hint": self.hint,
            "examples": [example.to_json() for example in self.examples],
        }
        if self.known:
            record["known"] = True
        return record


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found; every format renders this.

    Attributes:
        messages: How many were checked.
        findings: Worst first, then by code, event and path.
        events: Event types that came, with their counts.
        coverage: What of the plans came, or ``None`` without a plan.
        fail_on: From which severity on it fails.
        command: The command line that repeats it, with ``-`` for its inputs.
        files: The inputs, in order; ``-`` is standard input.
    """

    messages: int
    findings: tuple[Finding, ...]
    events: tuple[tuple[str, int], ...]
    coverage: dict[str, Any] | None = None
    fail_on: FailOn = "error"
    command: str = ""
    files: tuple[str, ...] = ()

    def count(self, severity: Severity) -> int:
        """Return how many violations of ``severity`` came, known ones too."""
        return sum(finding.count for finding in self.findings if finding.severity == severity)

    @property
    def failing(self) -> tuple[Finding, ...]:
        """The findings that decide the exit code: bad enough, and not in the baseline."""
        return tuple(finding for finding in self.findings if self.fails(finding))

    def fails(self, finding: Finding) -> bool:
        """Tell whether ``finding`` makes the check fail."""
        return not finding.known and _ORDER[finding.severity] <= _ORDER[self.fail_on]

    @property
    def passed(self) -> bool:
        """Nothing fails."""
        return not self.failing

    def to_json(self) -> dict[str, Any]:
        """Return the pinned object ``{"summary", "findings", "coverage"?}``."""
        record: dict[str, Any] = {
            "summary": {
                "messages": self.messages,
                "errors": self.count("error"),
                "warnings": self.count("warning"),
                "infos": self.count("info"),
                "failing": len(self.failing),
            },
            "findings": [finding.to_json() for finding in self.findings],
        }
        if self.coverage is not None:
            record["coverage"] = self.coverage
        return record


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings as a report lists them: worst first, then by code, event and path."""
    return tuple(sorted(findings, key=lambda one: (_ORDER[one.severity], one.code, one.event, one.path)))


def check_severities(severities: Mapping[str, str]) -> dict[str, str]:
    """Return ``severities``, or say which codes or words in them are none.

    Raises:
        UsageError: Names every wrong code and severity, and the known ones.
    """
    allowed = (*SEVERITIES, "off")
    wrong: list[str] = []
    for code, severity in severities.items():
        if code not in CODES:
            import difflib  # noqa: PLC0415 - only for the error text

            near = difflib.get_close_matches(code, CODES, 1)
            meant = f"; did you mean {near[0]!r}?" if near else "; 'explain' lists them"
            wrong.append(f"severity: no code {code!r}{meant}")
        if severity not in allowed:
            wrong.append(f"severity of {code}: {severity!r} is none of {', '.join(allowed)}")
    if wrong:
        raise UsageError(*wrong)
    return dict(severities)
