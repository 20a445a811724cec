"""Verified fixtures, in the forms people and build servers read."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import orjson

from simulator.comparing.differing import ABSENT, difference
from simulator.reports import github, junit, sarif
from simulator.reports.text import plural
from simulator.text import shorten_end, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulator.comparing.verifying import Case, Changed

_SHOWN = 200
_MEND = "the mapping, or the fixture: --update takes the new output"


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
    if not changed.path and changed.actual is None:
        told = f"the message was discarded, expected {shown(changed.expected)}"
    elif not changed.path and changed.expected is None:
        told = f"the message was not discarded, but became {shown(changed.actual)}"
    elif changed.actual is ABSENT:
        told = f"{path} is gone, expected {shown(changed.expected)}"
    elif changed.expected is ABSENT:
        told = f"{path} is new: {shown(changed.actual)}"
    else:
        told = f"{path} became {shown(changed.actual)}, expected {shown(changed.expected)}"
        if changed.redacted and not difference(changed.expected, changed.actual):
            told += " (they differ, and are alike only redacted)"
    rows, why = [told], changed.provenance
    if why is not None:
        if "dropped" in why:
            lost = visible(why["from"]) or "the message"
            rows.append(f"    {lost} was not taken: {why['dropped']} [{why['basis']}]")
        else:
            unsent = "the clock" if changed.path == "/eventTime" else "a constant"
            rows.append(f"    from {visible(why['from'] or unsent)} by rule {why['rule']} [{why['basis']}]")
    return rows


def shown(value: Any) -> str:
    """Return a JSON value for people, cut at 200 characters."""
    if value is ABSENT:
        return "nothing"
    try:
        text = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except orjson.JSONEncodeError:  # it reads deeper than it writes
        return "a value nested too deep to be shown"
    return shorten_end(visible(text), _SHOWN)


def repeat_command(case: Case, options: Sequence[str] = ()) -> str:
    """Return the command line that runs the fixture again.

    Args:
        case: The fixture.
        options: Further words of the command, as they were given.
    """
    return visible(shlex.join(["pointillist-sim", "verify", str(case.path), *options]))


def _text(cases: Sequence[Case], verbosity: int, options: Sequence[str]) -> str:
    rows: list[str] = []
    for case in cases:
        if case.status == "passed" and verbosity <= 0:
            continue
        rows.append(f"{case.status}  {visible(str(case.path))}")
        for changed in case.changed:
            rows += [f"    {line}" for line in lines_of(changed)]
        if case.status == "failed":
            rows.append(f"    repeat  {repeat_command(case, options)}   (--update takes the new output)")
    counts = summary(cases)
    told = f"{plural(len(cases), 'fixture')}: {counts['passed']} passed, {counts['failed']} failed"
    if "updated" in counts:
        told += f", {counts['updated']} updated"
    return "\n".join([*rows, told]) + "\n"


def _json(cases: Sequence[Case], *_: Any) -> str:
    return orjson.dumps(summary(cases), option=orjson.OPT_APPEND_NEWLINE).decode()


def _junit(cases: Sequence[Case], _: int, options: Sequence[str]) -> str:
    made = []
    for case in cases:
        failure = None
        if case.status == "failed":
            text = f"{_differences(case)}\nmend: {_MEND}\nrepeat: {repeat_command(case, options)}"
            failure = ("difference", lines_of(case.changed[0])[0], text)
        made.append(junit.case(str(case.path), "verify", failure=failure))
    return junit.suites("pointillist-sim verify", made, failures=sum(case.status == "failed" for case in cases))


def _github(cases: Sequence[Case], _: int, options: Sequence[str]) -> str:
    rows = [
        github.command(
            "error",
            {"file": str(case.path), "title": "golden fixture"},
            f"{_differences(case)}\nmend: {_MEND}",
        )
        for case in cases
        if case.status == "failed"
    ]
    rows += github.beyond({"error": len(rows)})
    return "\n".join([*rows, _text(cases, -1, options).splitlines()[-1]]) + "\n"


def _sarif(cases: Sequence[Case], *_: Any) -> str:
    rule = {
        "id": "golden_fixture",
        "shortDescription": {"text": "A golden fixture's output is not what the mapping makes now."},
        "defaultConfiguration": {"level": "error"},
        "help": {"text": f"mend {_MEND}"},
    }
    results = [
        {
            "ruleId": rule["id"],
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": _differences(case)},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": sarif.uri(str(case.path))}}}],
        }
        for case in cases
        if case.status == "failed"
    ]
    return sarif.log([rule], results)


def _differences(case: Case) -> str:
    return "\n".join(line for changed in case.changed for line in lines_of(changed))


FORMATS: dict[str, Callable[[Sequence[Case], int, Sequence[str]], str]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "github": _github,
    "sarif": _sarif,
}
"""Every format of ``verify``."""


def render(cases: Sequence[Case], form: str, *, verbosity: int = 0, options: Sequence[str] = ()) -> str:
    """Return the cases in a format.

    Args:
        cases: Fixtures that were run.
        form: A key of :data:`FORMATS`.
        verbosity: 1 lists what passed in the text form too.
        options: Further words of the command line, for the way to repeat a case.
    """
    return FORMATS[form](cases, verbosity, options)
