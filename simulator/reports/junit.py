"""A report as JUnit XML, as build servers agree on it (Ant's schema and Jenkins'): a case a finding, one a clean event.

Findings that fail nothing (``info``, what a baseline knows, warnings where only errors fail) are skipped cases that say
what was found and the mend; what fails is a failure with the mend and the way to repeat it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from simulator import __version__
from simulator.reports.text import repeat_command

if TYPE_CHECKING:
    from simulator.checking.findings import Finding, Report

NAME = "pointillist-sim check"
TIMESTAMP = "2000-01-01T00:00:00"
"""The schema wants a time of the run; a report of the same messages is the same bytes, so it is always this one."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return the XML document."""
    del verbosity
    cases = [_case(finding, report) for finding in report.findings]
    broken = {finding.event for finding in report.failing}
    cases += [
        f"    <testcase{_attributes(name='every contract holds', classname=event, time='0')}/>"
        for event, _ in report.events
        if event not in broken
    ]
    return suites(NAME, cases, failures=len(report.failing))


def suites(name: str, cases: list[str], *, failures: int) -> str:
    """Return a whole document around finished test cases."""
    attributes = _attributes(
        name=name, package="pointillist", id="0", timestamp=TIMESTAMP, hostname="localhost", tests=str(len(cases)),
        failures=str(failures), errors="0", time="0",
    )  # fmt: skip
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<testsuites>",
        f"  <testsuite{attributes}>",
        "    <properties>",  # the Ant schema wants the element, Jenkins' at least one property in it
        f"      <property{_attributes(name='pointillist-sim', value=__version__)}/>",
        "    </properties>",
        *cases,
        "    <system-out/>",
        "    <system-err/>",
        "  </testsuite>",
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


def case(name: str, classname: str, *, failure: tuple[str, str, str] | None = None, skipped: str | None = None) -> str:
    """Return one test case.

    Args:
        name: What was checked.
        classname: What it belongs to.
        failure: Its type, its one-line message, and the whole text; ``None`` where it passed.
        skipped: Why it fails nothing, in one line; ``None`` where it is judged.
    """
    head = f"    <testcase{_attributes(name=name, classname=classname, time='0')}"
    if failure is not None:
        kind, message, text = failure
        return (
            f"{head}>\n      <failure{_attributes(type=kind, message=message)}>{_text(text)}</failure>\n    </testcase>"
        )
    if skipped is not None:
        return f"{head}>\n      <skipped>{_text(skipped)}</skipped>\n    </testcase>"
    return head + "/>"


def _case(finding: Finding, report: Report) -> str:
    name = f"{finding.code} {finding.path or '(the whole document)'}"
    if not report.fails(finding):
        mend = f"; {finding.hint}" if finding.hint else ""
        known = " (known)" if finding.known else ""
        return case(name, finding.event, skipped=f"{finding.severity}{known}: {finding.message}{mend}")
    times = "once" if finding.count == 1 else f"{finding.count:,} times"
    rows = [f"{finding.message} ({finding.basis})", f"where: {finding.path or '(the whole document)'}, {times}"]
    rows += [f"seen in: {row.message_id or f'#{row.position + 1}'} {row.origin}".rstrip() for row in finding.examples]
    if finding.hint:
        rows.append(f"mend: {finding.hint}")
    repeat = repeat_command(finding, report)
    if repeat:
        rows.append(f"repeat: {repeat}")
    return case(name, finding.event, failure=(finding.code, finding.message, "\n".join(rows)))


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(_printable(value))}" for name, value in values.items())


def _text(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Show what XML cannot hold as an escape, rather than break the document or leave it out."""
    return _NOT_XML.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
