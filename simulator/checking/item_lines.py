"""The lines on which the messages of an indented JSON document begin, for people who look for one of them.

A document of several lines is read whole, and its parser does not say where its messages stood: their origins are the
file and the index of the item (``events.json [3]``). The few that a report shows are looked up in the file again, and
become ``events.json:57 [3]``.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from simulator.segment.batching import is_batch

if TYPE_CHECKING:
    from simulator.checking.findings import Example, Report

_ITEM = re.compile(r"(?P<file>.+?)(?P<line>:[0-9]+)?(?P<place>(?: \[[0-9]+\])+)")
"""The origin of an item, with the line where it is known."""
_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")

Starts: TypeAlias = "dict[str, int]"
"""Where the items of a document begin, by their place in it as origins write it (`` [3] [0]``)."""


def with_item_lines(report: Report) -> Report:
    """Return ``report`` with the lines of its examples where they are items of a file that can still be read."""
    lines = cache(_lines)

    def placed(example: Example) -> Example:
        item = _ITEM.fullmatch(example.origin)
        if item is None or item["line"] is not None:
            return example
        line = lines(item["file"]).get(item["place"])
        return example if line is None else example._replace(origin=f"{item['file']}:{line}{item['place']}")

    findings = (replace(finding, examples=tuple(map(placed, finding.examples))) for finding in report.findings)
    return replace(report, findings=tuple(findings))


def _lines(file: str) -> Starts:
    """Return the line of every item of a file; none where it cannot be read (again), as the report is right without."""
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
        starts: Starts = {}
        _value(text, _after_space(text, 0), "", starts)
    except (OSError, ValueError, RecursionError):
        return {}
    lines: Starts = {}
    line, before = 1, 0
    for place, start in starts.items():
        line += text.count("\n", before, start)
        lines[place], before = line, start
    return lines


def _value(text: str, start: int, place: str, starts: Starts) -> int:
    """Note where the messages in the value at ``start`` begin, in their order; return where it ends."""
    value, end = _DECODER.raw_decode(text, start)
    if is_batch(value):
        _items(text, _batch(text, start), place, starts)
    elif not place and isinstance(value, list):
        _items(text, start, place, starts)
    return end


def _batch(text: str, start: int) -> int:
    """Return where the list under ``batch`` begins, in the object at ``start``."""
    at, found = start + 1, start
    while text[at - 1] != "}":
        key, at = _DECODER.raw_decode(text, _after_space(text, at))
        at = _after_space(text, _after_space(text, at) + 1)  # the colon
        if key == "batch":  # of one that stands twice the last counts
            found = at
        _, at = _DECODER.raw_decode(text, at)
        at = _after_space(text, at) + 1  # the comma, or the closing brace
    return found


def _items(text: str, start: int, place: str, starts: Starts) -> None:
    """Note where the items of the array at ``start`` begin."""
    at = _after_space(text, start + 1)
    number = 0
    while text[at] != "]":
        here = f"{place} [{number}]"
        starts[here] = at
        at = _after_space(text, _value(text, at, here, starts))
        if text[at] == ",":
            at = _after_space(text, at + 1)
        number += 1


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()
