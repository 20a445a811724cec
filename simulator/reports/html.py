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
.f{border-left:4px solid #888;padding:.4rem .9rem;margin:.8rem 0;background:#f6f7f9}
.error{border-color:#b3261e}.warning{border-color:#9a6700}.info{border-color:#3a6ea5}
.tag{font-size:12px;border:1px solid currentColor;border-radius:3px;padding:0 .35em;margin-right:.4em}
dl{display:grid;grid-template-columns:max-content 1fr;gap:0 1rem;margin:.3rem 0}dt{color:#555}dd{margin:0}
@media(prefers-color-scheme:dark){body{background:#16181d;color:#e4e6eb}.f{background:#20242c}dt{color:#a5abb6}}
"""

_WORDS: tuple[tuple[Severity, str], ...] = (("error", "error"), ("warning", "warning"), ("info", "note"))


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return the page; every text from outside is escaped."""
    del verbosity
    verdict = "passed" if report.passed else "failed"
    counts = ", ".join(plural(report.count(severity), word) for severity, word in _WORDS)
    body = "\n".join(_finding(finding, report) for finding in report.findings) or "<p>Nothing was found.</p>"
    coverage = _coverage(report.coverage) if report.coverage is not None else ""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Contract check: {verdict}</title><style>{_STYLE}</style></head><body>
<h1>Contract check {verdict}</h1>
<p>{plural(report.messages, "message")}: {counts}.</p>
<h2>Findings</h2>
{body}
{coverage}</body></html>
"""


def _finding(finding: Finding, report: Report) -> str:
    rows = [("event", finding.event), ("path", finding.path or "the whole document"), ("times", f"{finding.count:,}")]
    rows += [("basis", finding.basis)]
    if finding.hint:
        rows.append(("mend", finding.hint))
    rows += [
        ("seen in", f"{example.message_id or f'#{example.position + 1}'} {example.origin}".rstrip())
        for example in finding.examples
    ]
    repeat = repeat_command(finding, report.command)
    if repeat:
        rows.append(("repeat", repeat))
    listed = "".join(f"<dt>{name}</dt><dd><code>{_text(value)}</code></dd>" for name, value in rows)
    known = '<span class="tag">known</span>' if finding.known else ""
    return (
        f'<div class="f {finding.severity}"><span class="tag">{finding.severity}</span>{known}'
        f"<b>{_text(finding.code)}</b> {_text(finding.message)}<dl>{listed}</dl></div>"
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
