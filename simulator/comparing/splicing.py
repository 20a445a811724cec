"""A JSON text with other values in it: what stays the same stays as it was written, to the byte.

A golden fixture is read and reviewed by people: its diff shall show what the mapping changed and nothing else, whatever
the order, spacing, escapes, line ends or number spelling its author chose.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from simulator.comparing.differing import difference

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")
_INDENT = re.compile(r"\n([ \t]+)\S")
_LEADING = re.compile(r"[ \t]*")


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def splice(text: str, new: Any) -> str:
    """Return ``text`` with the values of ``new`` where they differ.

    An object that gained or lost a key is written anew as a whole, in one line if it stood in one line, else with the
    indent of the text.

    Args:
        text: A JSON document; a byte order mark may stand before it.
        new: The JSON value it shall have.
    """
    start = _SPACE.match(text, int(text.startswith("\ufeff"))).end()  # type: ignore[union-attr]  # it matches nothing too
    old, _ = _DECODER.raw_decode(text, start)
    edits: list[_Edit] = []
    end = _compare(text, start, old, new, edits)
    spliced = text
    for edit in reversed(edits):
        spliced = spliced[: edit.start] + edit.text + spliced[edit.end :]
    if difference(_DECODER.raw_decode(spliced, start)[0], new):  # a key stood twice, and the last one counts
        return text[:start] + _written(text, start, end, new) + text[end:]
    return spliced


def _compare(text: str, start: int, old: Any, new: Any, edits: list[_Edit]) -> int:
    """Note what must change of the value at ``start``; return where it ends."""
    _, end = _DECODER.raw_decode(text, start)
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        _members(text, start, old, new, edits)
    elif difference(old, new):
        edits.append(_Edit(start, end, _written(text, start, end, new)))
    return end


def _members(text: str, start: int, old: dict[str, Any], new: dict[str, Any], edits: list[_Edit]) -> None:
    at = start + 1
    for _ in old:
        at = _after_space(text, at)
        key, at = _DECODER.raw_decode(text, at)
        at = _after_space(text, _after_space(text, at) + 1)  # the colon
        at = _after_space(text, _compare(text, at, old[key], new[key], edits)) + 1  # the comma, or the closing brace


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _written(text: str, start: int, end: int, value: Any) -> str:
    indent = _INDENT.search(text)
    if indent is None or ("\n" not in text[start:end] and text[start] in "{["):
        return json.dumps(value, ensure_ascii=False)
    line = _LEADING.match(text, text.rfind("\n", 0, start) + 1)
    assert line is not None
    line_end = "\r\n" if "\r\n" in text else "\n"
    return json.dumps(value, ensure_ascii=False, indent=indent[1]).replace("\n", line_end + line.group())
