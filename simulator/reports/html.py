"""A report as one HTML page that needs nothing else: no script, no font, no picture from outside."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from simulator.reports.text import plural, repeat_command
from simulator.text import visible

if TYPE_CHECKING:
    from contracts.violations import Severity
    from simulator.checking.findings import Finding, Report

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;padding:0 1rem;color:#1c1e26;background:#fff}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
code{font:13px/1.4 ui-monospace,monospace;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:14px}
td,th{text-align:left;vertical-align:top;padding:.15rem .8rem .15rem 0;overflow-wrap:anywhere}
td:last-child,th:last-child{text-align:right;padding-right:0}tr{border-bottom:1px solid #d8dbe0}a{color:inherit}
.f{border-left:4px solid #888;padding:.4rem .9rem;margin:.8rem 0;background:#f6f7f9}.f p{margin:.2rem 0}
.error{border-color:#b3261e}.warning{border-color:#9a6700}.info{border-color:#3a6ea5}
.tag,th{white-space:nowrap}.tag{font-size:12px;border:1px solid;border-radius:3px;padding:0 .35em;margin-right:.4em}
.tag.error{color:#b3261e}.tag.warning{color:#8a5c00}.tag.info{color:#3a6ea5}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;margin:.3rem 0}dt,.more{color:#555}dd{margin:0}
@media(prefers-color-scheme:dark){body{background:#16181d;color:#e4e6eb}.f{background:#20242c}dt,.more{color:#a5abb6}
tr{border-color:#3a3f4a}.tag.error{color:#ff8a80}.tag.warning{color:#e3b341}.tag.info{color:#86b6e8}}
"""

_FEW = 3
"""More findings than these get a table before them."""
_WORDS: tuple[tuple[Severity, str], ...] = (("error", "error"), ("warning", "warning"), ("info", "note"))


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return the page; every text from outside is escaped."""
    del verbosity
    verdict = "passed" if report.passed else "failed"
    counts = ", ".join(plural(report.count(severity), word) for severity, word in _WORDS)
    failing = "" if report.passed else f" {plural(len(report.failing), 'finding')} to mend."
    numbered = list(enumerate(report.findings, 1))
    overview = _overview(numbered) if len(numbered) > _FEW else ""
    body = "\n".join(_finding(number, finding, report) for number, finding in numbered) or "<p>Nothing was found.</p>"
    coverage = _coverage(report.coverage) if report.coverage is not None else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Contract check: {verdict}</title><style>{_STYLE}</style></head><body>
<h1>Contract check {verdict}</h1>
<p>{plural(report.messages, "message")}: {counts}.{failing}</p>
{overview}{coverage}<h2>Findings</h2>
{body}
</body></html>
"""


def _overview(numbered: list[tuple[int, Finding]]) -> str:
    """Return a table with a line a finding that leads to it: which are many, and where."""
    rows = "\n".join(
        f'<tr><td>{_tags(finding)}</td><td><a href="#f{number}">{_text(finding.code)}</a></td>'
        f"<td>{_text(finding.event)}</td><td><code>{_text(finding.path)}</code></td><td>{finding.count:,}</td></tr>"
        for number, finding in numbered
    )
    return f"<table>\n<tr><th></th><th>code</th><th>event</th><th>path</th><th>times</th></tr>\n{rows}\n</table>\n"


def _tags(finding: Finding) -> str:
    known = '<span class="tag">known</span>' if finding.known else ""
    return f'<span class="tag {finding.severity}">{finding.severity}</span>{known}'


def _finding(number: int, finding: Finding, report: Report) -> str:
    times = "once" if finding.count == 1 else f"{finding.count:,} times"
    rows = [("mend", finding.hint)] if finding.hint else []
    rows += [
        ("seen in", f"{example.message_id or f'#{example.position + 1}'} {example.origin}".rstrip())
        for example in finding.examples
    ]
    repeat = repeat_command(finding, report)
    if repeat:
        rows.append(("repeat", repeat))
    listed = "".join(f"<dt>{name}</dt><dd><code>{_text(value)}</code></dd>" for name, value in rows)
    return (
        f'<div class="f {finding.severity}" id="f{number}"><p>{_tags(finding)}<b>{_text(finding.code)}</b> '
        f"{_text(finding.event)} <code>{_text(finding.path or 'the whole document')}</code> {times}</p>"
        f'<p>{_text(finding.message)} <span class="more">[{finding.basis}]</span></p><dl>{listed}</dl></div>'
    )


def _coverage(coverage: dict[str, Any]) -> str:
    events, properties = coverage["events"], coverage["properties"]
    tables = (
        ("Never came", events["never"]),
        ("Came unplanned", [f"{row['event']} ({row['count']:,})" for row in events["unplanned"]]),
        ("Never set", [f"{row['event']} {row['path']}" for row in properties["never"]]),
        ("Set unplanned", [f"{row['event']} {row['path']} ({row['count']:,})" for row in properties["unplanned"]]),
    )
    rows = "".join(
        f"<dt>{title}</dt><dd>{', '.join(f'<code>{_text(name)}</code>' for name in names)}</dd>"
        for title, names in tables
        if names
    )
    return f"<h2>Coverage</h2>\n<p>{events['seen']} of {events['planned']} planned events came.</p>\n<dl>{rows}</dl>\n"


def _text(text: str) -> str:
    return escape(visible(text))
