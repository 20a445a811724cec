"""A report as SARIF 2.1.0, for code scanning: a rule a code, a result a finding."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson

from contracts.codes import CODES
from simulator import __version__
from simulator.reports.places import place

if TYPE_CHECKING:
    from simulator.checking.findings import Finding, Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return the SARIF log as JSON."""
    del verbosity
    codes = sorted({finding.code for finding in report.findings})
    numbers = {code: number for number, code in enumerate(codes)}
    results = [_result(finding, report, numbers[finding.code]) for finding in report.findings]
    return log([_rule(code) for code in codes], results)


def log(rules: list[dict[str, Any]], results: list[dict[str, Any]]) -> str:
    """Return a SARIF log of one run as JSON."""
    driver = {"name": "pointillist-sim", "version": __version__, "semanticVersion": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
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
    mend = f" Mend: {finding.hint}." if finding.hint else ""
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": "error" if report.fails(finding) else _LEVELS[finding.severity],
        "message": {"text": f"{finding.event}: {finding.path or 'the whole document'}: {finding.message}{mend}"},
        "locations": _locations(finding),
        "occurrenceCount": finding.count,
        "partialFingerprints": {"finding/v1": _fingerprint(finding)},
        "baselineState": "unchanged" if finding.known else "new",
        "properties": {"basis": finding.basis, "event": finding.event, "path": finding.path},
    }
    return result


def _locations(finding: Finding) -> list[dict[str, Any]]:
    locations: list[dict[str, Any]] = []
    for example in finding.examples:
        location: dict[str, Any] = {
            "logicalLocations": [{"fullyQualifiedName": f"{finding.event}{finding.path}", "kind": "value"}]
        }
        where = place(example.origin)
        if where is not None:
            physical: dict[str, Any] = {"artifactLocation": {"uri": uri(where.file)}}
            if where.line:
                physical["region"] = {"startLine": where.line}
            location["physicalLocation"] = physical
        locations.append(location)
    return locations


def uri(path: str) -> str:
    """Return a file's path as a relative URI."""
    return quote(PurePath(path).as_posix())


def _fingerprint(finding: Finding) -> str:
    return hashlib.sha256(f"{finding.code}\0{finding.path}\0{finding.event}".encode()).hexdigest()[:32]
