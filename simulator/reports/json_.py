"""A report as the pinned JSON object, one line (``interface.md`` 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from simulator.checking.findings import Report


def render(report: Report, *, verbosity: int = 0) -> str:
    """Return ``{"summary", "findings", "coverage"?}``."""
    del verbosity  # JSON always says everything
    return orjson.dumps(report.to_json(), option=orjson.OPT_APPEND_NEWLINE).decode()
