"""How failed assertions word what was sent and what is missing."""

from __future__ import annotations

import shlex
from typing import Any

import orjson

from simulator.comparing.differing import ABSENT
from simulator.reports.cases import shown

_SERVED = "http://127.0.0.1:8765"
"""Where ``serve`` listens: the server of a test is gone when its failure is read."""


def curl(event: Any) -> str:
    """Return how to send an event again by hand."""
    body = shlex.quote(orjson.dumps(event).decode())
    return f"repeat: pointillist-sim serve, then curl -H 'apiToken: test' -d {body} {_SERVED}/event"


def elsewhere(field: Any, event: dict[str, Any], group: str) -> str:
    """Say where a name that is missing stands instead: the commonest mistake is a number that is a label."""
    if field.actual is not ABSENT:
        return ""
    name = field.path.removeprefix("/").replace("~1", "/").replace("~0", "~")
    other = "numbers" if group == "labels" else "labels"
    if name in event.get(other, {}):
        return f" (it is in {other}: {shown(event[other][name])})"
    near = [one for one in event.get(group, {}) if one.casefold() == name.casefold()]
    return f" (there is {near[0]!r})" if near else ""


def cell(value: Any) -> str:
    """Return one cell of a table of reasons as text."""
    return "  ".join(map(str, value)) if isinstance(value, list) else str(value)
