"""Verified fixtures, in the forms people and build servers read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from simulator.comparing.differing import ABSENT
from simulator.reports import github, junit, sarif
from simulator.reports.text import plural
from simulator.text import shorten_end, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.comparing.verifying import Case, Changed

_SHOWN = 200


def summary(cases: Sequence[Case]) -> dict[str, Any]:
    """Return the pinned object ``{"passed", "failed", "cases"}``; ``updated`` counts what was rewritten."""
    record: dict[str, Any] = {
        "passed": sum(case.status == "passed" for case in cases),
        "failed": sum(case.status == "failed" for case in cases),
        "cases": [case.to_json() for case in cases],
    }
    updated = sum(case.status == "updated" for case in cases)
    return {**record, "updated": updated} if updated else record


def lines_of(changed: Changed) -> list[str]:
    """Return what one field was and became, and why: two lines for people."""
    path = visible(changed.path) or "(the whole event)"
    if changed.path == "/code":
        path = "discard code"
    if changed.actual is ABSENT:
        told = f"{path} is gone, expected {shown(changed.expected)}"
    elif changed.expected is ABSENT:
        told = f"{path} is new: {shown(changed.actual)}"
    else:
        told = f"{path} became {shown(changed.actual)}, expected {shown(changed.expected)}"
    rows = [told]
    why = changed.provenance
    if why is not None:
        origin = visible(why["from"]) if why["from"] else "a constant"
        if "dropped" in why:
            rows.append(f"    {origin} was not taken: {why['dropped']} [{why['basis']}]")
        else:
            rows.append(f"    from {origin} by rule {why['rule']} [{why['basis']}]")
    return rows


def shown(value: Any) -> str:
    """Return a JSON value for people, cut at 200 characters."""
    if value is ABSENT:
        return "nothing"
    return shorten_end(visible(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()), _SHOWN)


def _text(cases: Sequence[Case], verbosity: int) -> str:
    rows: list[str] = []
    for case in cases:
        if case.status == "passed" and verbosity <= 0:
            continue
        rows.append(f"{case.status}  {visible(str(case.path))}")
        for changed in case.changed:
            rows += [f"    {line}" for line in lines_of(changed)]
        if case.status == "failed":
            rows.append(
                f"    repeat  pointillist-sim verify {visible(str(case.path))}   (--update takes the new output)"
            )
    counts = summary(cases)
    told = f"{plural(len(cases), 'fixture')}: {counts['passed']} passed, {counts['failed']} failed"
    if "updated" in counts:
        told += f", {counts['updated']} updated"
    return "\n".join([*rows, told]) + "\n"


def _json(cases: Sequence[Case], _: int) -> str:
    return orjson.dumps(summary(cases), option=orjson.OPT_APPEND_NEWLINE).decode()


def _junit(cases: Sequence[Case], _: int) -> str:
    made = []
    for case in cases:
        failure = None
        if case.status == "failed":
            text = "\n".join(line for changed in case.changed for line in lines_of(changed))
            failure = ("difference", lines_of(case.changed[0])[0], text)
        made.append(junit.case(str(case.path), "verify", failure=failure))
    return junit.suites("pointillist-sim verify", made, failures=sum(case.status == "failed" for case in cases))


def _github(cases: Sequence[Case], verbosity: int) -> str:
    rows = [
        github.command(
            "error",
            {"file": str(case.path), "title": "golden fixture"},
            "\n".join(line for changed in case.changed for line in lines_of(changed)),
        )
        for case in cases
        if case.status == "failed"
    ]
    rows += github.beyond({"error": len(rows)})
    return "\n".join([*rows, _text([], verbosity).strip() if not cases else _text(cases, -1).splitlines()[-1]]) + "\n"


def _sarif(cases: Sequence[Case], _: int) -> str:
    rule = {
        "id": "golden_fixture",
        "shortDescription": {"text": "A golden fixture's output is not what the mapping makes now."},
        "defaultConfiguration": {"level": "error"},
        "help": {"text": "mend the mapping, or take the new output with verify --update"},
    }
    results = [
        {
            "ruleId": rule["id"],
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": "\n".join(line for changed in case.changed for line in lines_of(changed))},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": sarif.uri(str(case.path))}}}],
        }
        for case in cases
        if case.status == "failed"
    ]
    return sarif.log([rule], results)


FORMATS: dict[str, Callable[[Sequence[Case], int], str]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "github": _github,
    "sarif": _sarif,
}
"""Every format of ``verify``."""


def render(cases: Sequence[Case], form: str, *, verbosity: int = 0) -> str:
    """Return the cases in the format ``form``, a key of :data:`FORMATS`."""
    return FORMATS[form](cases, verbosity)
