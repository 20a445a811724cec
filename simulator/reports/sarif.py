"""A report as SARIF 2.1.0, for code scanning: a rule a code, a result a finding.

A result stands where its first example does; the other examples are related locations, as each is mended by itself.
What came on standard input stands in the artifact ``stdin``, whose role says that it is no file.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from contracts.codes import CODES
from simulator import __version__
from simulator.reports.places import STANDARD_INPUT, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.checking.findings import Example, Finding, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_STDIN = {"uri": "stdin", "index": 0}
_STREAM = {
    "location": {**_STDIN, "description": {"text": "standard input"}},
    "roles": ["analysisTarget", "standardStream"],
}


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return the SARIF log as JSON."""
    del verbosity
    codes = sorted({finding.code for finding in report.findings})
    numbers = {code: number for number, code in enumerate(codes)}
    results = [_result(finding, report, numbers[finding.code]) for finding in report.findings]
    origins = (example.origin for finding in report.findings for example in finding.examples)
    piped = any(STANDARD_INPUT.fullmatch(origin) for origin in origins)
    return log([_rule(code) for code in codes], results, artifacts=[_STREAM] if piped else [])


def log(rules: list[dict[str, Any]], results: list[dict[str, Any]], artifacts: Sequence[dict[str, Any]] = ()) -> str:
    """Return a SARIF log of one run as JSON."""
    driver = {"name": "pointillist-sim", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run: dict[str, Any] = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    if artifacts:
        run["artifacts"] = artifacts
    whole = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _rule(code: str) -> dict[str, Any]:
    row = CODES[code]
    rule: dict[str, Any] = {
        "id": code,
        "shortDescription": {"text": row.sentence},
        "fullDescription": {"text": f"{row.sentence} Basis: {row.basis}."},
        "defaultConfiguration": {"level": _LEVELS[row.severity]},
        "properties": {"basis": row.basis, "tags": ["contract"]},
    }
    if row.hint:
        rule["help"] = {"text": row.hint}
    return rule


def _result(finding: Finding, report: Report, rule: int) -> dict[str, Any]:
    text = f"{finding.event}: {finding.path or 'the whole document'}: {finding.message.rstrip('.')}."
    stop = "" if finding.hint and finding.hint.endswith("?") else "."
    mend = f" Mend: {finding.hint}{stop}" if finding.hint else ""
    locations = [_location(number, example, finding) for number, example in enumerate(finding.examples)]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": "error" if report.fails(finding) else _LEVELS[finding.severity],
        "message": {"text": text + mend},
        "locations": locations[:1],
        "occurrenceCount": finding.count,
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
        "baselineState": "unchanged" if finding.known else "new",
        "properties": {"basis": finding.basis, "event": finding.event, "path": finding.path},
    }
    if locations[1:]:
        result["relatedLocations"] = locations[1:]
    return result


def _location(number: int, example: Example, finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {
        "id": number,
        "logicalLocations": [{"fullyQualifiedName": f"{finding.event}{finding.path}", "kind": "value"}],
        "message": {"text": f"message {example.message_id or f'#{example.position + 1}'}"},
    }
    where, piped = place(example.origin), STANDARD_INPUT.fullmatch(example.origin)
    if where is not None:
        location["physicalLocation"] = _physical({"uri": uri(where.file)}, where.line)
    elif piped is not None:
        location["physicalLocation"] = _physical(_STDIN, int(piped["line"] or 0))
    return location


def _physical(artifact: dict[str, Any], line: int | None) -> dict[str, Any]:
    return {"artifactLocation": artifact, **({"region": {"startLine": line}} if line else {})}


def uri(path: str) -> str:
    """Return a file's path as a relative URI."""
    return quote(PurePath(path).as_posix())


def _fingerprint(finding: Finding) -> str:
    return hashlib.sha256(f"{finding.code}\0{finding.path}\0{finding.event}".encode()).hexdigest()[:32]
