"""A report for people: worst first, each with where, how often, how to mend it and how to repeat it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

from simulator.reports.places import place
from simulator.text import packed, shorten_end, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.checking.findings import Example, Finding, Report

_LISTED = 20
"""Coverage rows of one kind listed without -v."""
_WITH_THOSE_BEFORE = frozenset({"duplicate_message_id", "case_clash", "shared_email", "check_limited"})
"""Codes that only show together with the messages before."""
_WITH_ALL = frozenset({"type_flips"})
"""Codes that only show together with the messages before and after."""
_ONE_A_LINE = (".jsonl", ".ndjson")
"""Endings of files in which a line is a message."""


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return the findings, the coverage and a closing sentence; ``info`` findings only with ``verbosity`` 1."""
    lines: list[str] = []
    shown = [finding for finding in report.findings if finding.severity != "info" or verbosity > 0]
    for finding in shown:
        lines += [*_finding(finding, report), ""]
    if report.coverage is not None:
        lines += [*_coverage(report.coverage, verbosity), ""]
    if verbosity >= 0 or not report.passed:
        lines.append(_closing(report, verbosity))
    return "\n".join(lines) + "\n" if lines else ""


def _finding(finding: Finding, report: Report) -> list[str]:
    mark = finding.severity + (" (known)" if finding.known else "")
    place = visible(finding.path) or "(the whole document)"
    times = "once" if finding.count == 1 else f"{finding.count:,} times"
    rows = packed(f"{mark}  ", [finding.code, visible(finding.event), place, times], "  ")
    rows += sentence("    ", f"{shorten_end(visible(finding.message), 400)}  [{finding.basis}]")
    if finding.examples:
        rows += packed("    seen in  ", [_example(example) for example in finding.examples], ", ")
    if finding.hint:
        rows += sentence("    mend     ", visible(finding.hint))
    if finding.severity != "info":
        repeat = repeat_command(finding, report)
        if repeat:
            rows.append(f"    repeat   {visible(repeat)}")  # in one line, to be copied
    return rows


def sentence(head: str, text: str) -> list[str]:
    """Return a sentence behind ``head`` in lines of 80 cells."""
    return packed(head, text.split(" "))


def _example(example: Example) -> str:
    name = visible(example.message_id) if example.message_id else f"#{example.position + 1}"
    return f"{shorten_end(name, 60)} ({visible(example.origin)})" if example.origin else name


def repeat_command(finding: Finding, report: Report) -> str | None:
    """Return a command line that shows ``finding`` again; ``None`` where what it needs stands in no file."""
    if not finding.examples or not report.command:
        return None
    where = place(finding.examples[0].origin)
    if where is None:
        return None
    before: tuple[str, ...] = ()
    if finding.code in _WITH_ALL:
        return _over(report.files, report)
    if finding.code in _WITH_THOSE_BEFORE and where.file in report.files:
        before = report.files[: report.files.index(where.file)]
    if where.line is None or not where.file.endswith(_ONE_A_LINE):  # a line of another document is no message
        return _over((*before, where.file), report)
    cut = f"head -n {where.line}" if finding.code in _WITH_THOSE_BEFORE else f"sed -n {where.line}p"
    whole = _over((*before, "-"), report, piped=True)
    return whole and f"{cut} {shlex.quote(where.file)} | {whole}"


def _over(files: Sequence[str], report: Report, *, piped: bool = False) -> str | None:
    """Return the report's command over ``files``; ``None`` where one of them was standard input, which is gone."""
    if files.count("-") > piped:
        return None
    return report.command.replace(" -", f" {shlex.join(files)}", 1)


def _coverage(coverage: dict[str, Any], verbosity: int) -> list[str]:
    events, properties = coverage["events"], coverage["properties"]
    rows = [f"coverage  {events['seen']} of {events['planned']} planned events came"]
    tables = (
        ("never came", [_name(name) for name in events["never"]]),
        ("came unplanned", [f"{_name(row['event'])} ({row['count']:,})" for row in events["unplanned"]]),
        ("never set", [f"{_name(row['event'])} {visible(row['path'])}" for row in properties["never"]]),
        (
            "set unplanned",
            [f"{_name(row['event'])} {visible(row['path'])} ({row['count']:,})" for row in properties["unplanned"]],
        ),
    )
    for title, names in tables:
        if not names:
            continue
        limit = len(names) if verbosity > 0 else _LISTED
        more = [f"and {len(names) - limit} more (-v lists them)"] if len(names) > limit else []
        rows += packed(f"    {title:<14}  ", names[:limit] + more, ", ")
    return rows


def _name(event: str) -> str:
    return visible(event) if event.strip() else f'"{visible(event)}"'


def _closing(report: Report, verbosity: int) -> str:
    notes = sum(finding.severity == "info" for finding in report.findings)
    known = sum(finding.known for finding in report.findings)
    counts = f"{plural(report.count('error'), 'error')}, {plural(report.count('warning'), 'warning')}"
    text = f"{plural(report.messages, 'message')}: {counts}"
    if known:
        text += f"; {known} known to the baseline"
    if notes and verbosity <= 0:
        text += f"; {plural(notes, 'kind')} of notes (-v lists them)"
    verdict = "passed" if report.passed else f"failed, {plural(len(report.failing), 'finding')} to mend"
    return f"{text}: {verdict}"


def plural(count: int, word: str) -> str:
    """Return ``1 error``, ``2 errors``, ``1,204 messages``."""
    return f"{count:,} {word}" + ("" if count == 1 else "s")
