"""A report as GitHub workflow commands: one annotation a finding, on the line of its first example.

The form is GitHub's own: ``::error file={name},line={line},title={title}::{message}``; ``%``, carriage return and line
feed are escaped everywhere, ``:`` and ``,`` in properties too. Of one step GitHub shows ten annotations of each level
and keeps the rest in the log; they are all written, worst first, and a line says so.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simulator.reports.places import place
from simulator.reports.text import plural
from simulator.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.checking.findings import Finding, Report

SHOWN = 10
"""Annotations of one level GitHub shows for a step."""
_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return the annotations and a closing line; ``info`` and known findings only with ``verbosity`` 1."""
    findings = [
        finding for finding in report.findings if verbosity > 0 or (finding.severity != "info" and not finding.known)
    ]
    lines = [annotation(finding, report) for finding in findings]
    lines += beyond(Counter(level_of(finding, report) for finding in findings))
    verdict = "passed" if report.passed else f"failed, {plural(len(report.failing), 'finding')} to mend"
    lines.append(f"{plural(report.messages, 'message')} checked: {verdict}")
    return "\n".join(lines) + "\n"


def level_of(finding: Finding, report: Report) -> str:
    """Return GitHub's level: what fails the check is an error, whatever its severity, as only these look like it."""
    return "error" if report.fails(finding) else _LEVELS[finding.severity]


def beyond(counts: Mapping[str, int]) -> list[str]:
    """Return the line that says what GitHub does not show, if it leaves anything out; ``counts`` by level."""
    more = sum(max(0, count - SHOWN) for count in counts.values())
    if not more:
        return []
    return [f"GitHub shows {SHOWN} annotations of a level for a step; {more:,} more stand in this log only"]


def annotation(finding: Finding, report: Report) -> str:
    """Return one workflow command."""
    title = f"{finding.code} {finding.event} {finding.path}".rstrip()
    where = place(finding.examples[0].origin) if finding.examples else None
    properties = {"title": title}
    if where is not None:
        properties = {"file": where.file, **({"line": str(where.line)} if where.line else {}), "title": title}
    times = "" if finding.count == 1 else f" ({finding.count:,} times)"
    mend = f"\nmend: {finding.hint}" if finding.hint else ""
    return command(level_of(finding, report), properties, f"{finding.message}{times} [{finding.basis}]{mend}")


def command(level: str, properties: dict[str, str], message: str) -> str:
    """Return ``::level key=value,...::message``, escaped."""
    named = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level} {named}::{_data(message)}" if named else f"::{level}::{_data(message)}"


def _data(text: str) -> str:
    text = "\n".join(map(visible, text.split("\n")))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
