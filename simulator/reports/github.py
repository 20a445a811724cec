"""A report as GitHub workflow commands: one annotation a finding, on the line of its first example.

The form is GitHub's own: ``::error file={name},line={line},title={title}::{message}``; ``%``, carriage return and line
feed are escaped everywhere, ``:`` and ``,`` in properties too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.reports.places import place
from simulator.reports.text import plural
from simulator.text import visible

if TYPE_CHECKING:
    from simulator.checking.findings import Finding, Report

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return the annotations and a closing line; ``info`` and known findings only with ``verbosity`` 1."""
    lines = [
        annotation(finding, report)
        for finding in report.findings
        if verbosity > 0 or (finding.severity != "info" and not finding.known)
    ]
    verdict = "passed" if report.passed else f"failed, {plural(len(report.failing), 'finding')} to mend"
    lines.append(f"{plural(report.messages, 'message')} checked: {verdict}")
    return "\n".join(lines) + "\n"


def annotation(finding: Finding, report: Report) -> str:
    """Return one workflow command."""
    # What fails the check is shown as an error, whatever its severity: GitHub marks only these as the cause.
    level = "error" if report.fails(finding) else _LEVELS[finding.severity]
    title = f"{finding.code} {finding.event} {finding.path}".rstrip()
    where = place(finding.examples[0].origin) if finding.examples else None
    properties = {"title": title}
    if where is not None:
        properties = {"file": where.file, **({"line": str(where.line)} if where.line else {}), "title": title}
    times = "" if finding.count == 1 else f" ({finding.count:,} times)"
    mend = f"\nmend: {finding.hint}" if finding.hint else ""
    return command(level, properties, f"{finding.message}{times} [{finding.basis}]{mend}")


def command(level: str, properties: dict[str, str], message: str) -> str:
    """Return ``::level key=value,...::message``, escaped."""
    named = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{level} {named}::{_data(message)}" if named else f"::{level}::{_data(message)}"


def _data(text: str) -> str:
    text = "\n".join(map(visible, text.split("\n")))
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
