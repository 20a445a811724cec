"""What the user's own project says: ``[tool.pointillist-simulator]`` in the nearest pyproject.toml.

The command line takes its defaults from it, the pytest plugin its plans, its mapping and its severities.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import UsageError

if TYPE_CHECKING:
    from simulator.checking.findings import FailOn

TABLE = "pointillist-simulator"
"""The table's name below ``[tool]``."""

SETTINGS = frozenset(
    {"keys", "severity", "act", "ascii", "attach", "bad", "baseline", "capacity", "claim-order", "concurrency",
     "days", "db", "direction", "explain", "fail-on", "fake-port", "fault", "force", "format", "forward", "host",
     "imperfection", "jobs", "journal", "journey", "keep", "link-on", "list", "locale", "lookback-days",
     "mapping", "max-anonymous-ids", "max-attempts", "n", "now", "on-full", "on-limit", "on-violation", "paused",
     "people", "plan", "policy", "port", "rate", "redact", "retry-for", "scenario", "screen", "script", "seed",
     "speed", "start", "strict", "theme", "token", "truth", "unique", "unlink", "update", "url", "verbosity",
     "versions", "web", "web-port", "why", "write-key"}
)  # fmt: skip
"""What may stand in the table: the tables ``keys`` and ``severity``, and the flags of all commands."""


class Project(NamedTuple):
    """The project's table.

    Attributes:
        folder: Where its pyproject.toml stands.
        table: The settings, as they are written; empty where there are none.
    """

    folder: Path
    table: dict[str, Any]

    def path(self, text: str) -> str:
        """Return a path of the table, which is meant from the pyproject.toml, as one from the working directory.

        What is no file there stays as it is: it may be the name of a shipped mapping.
        """
        place = self.folder / text
        return os.path.relpath(place) if place.is_file() and not Path(text).is_absolute() else text

    def setting(self, name: str) -> Any:
        """Return the value of a setting (``fail-on`` or ``fail_on``), ``None`` where there is none."""
        return self.table.get(name, self.table.get(name.replace("-", "_")))

    def plans(self) -> list[str]:
        """Return the paths of the tracking plans.

        Raises:
            UsageError: ``plan`` is neither text nor a list of text, or names no file.
        """
        plans = self.setting("plan")
        listed = [] if plans is None else plans if isinstance(plans, list) else [plans]
        if not all(isinstance(plan, str) for plan in listed):
            raise UsageError(f"[tool.{TABLE}] plan = {plans!r}: must be text or a list of text")
        lost = [plan for plan in listed if not (self.folder / plan).is_file()]
        if lost:
            where = f"{self.path('pyproject.toml')}: [tool.{TABLE}] plan"
            raise UsageError(*(f"{where}: no file {plan!r} beside it" for plan in lost))
        return [self.path(plan) for plan in listed]

    def mapping(self, default: str) -> str:
        """Return the mapping's path or shipped name.

        Raises:
            UsageError: ``mapping`` is no text.
        """
        mapping = self.setting("mapping")
        if mapping is None:
            return default
        if not isinstance(mapping, str):
            raise UsageError(f"[tool.{TABLE}] mapping = {mapping!r}: must be text")
        return self.path(mapping)

    def fail_on(self) -> FailOn:
        """Return from which severity on a check fails.

        Raises:
            UsageError: It is neither ``error`` nor ``warning``.
        """
        level = self.setting("fail-on")
        if level not in (None, "error", "warning"):
            raise UsageError(f"[tool.{TABLE}] fail-on = {level!r}: must be one of error, warning")
        return level or "error"

    def now(self) -> int | None:
        """Return the instant at which the project's golden fixtures are run, microseconds since the epoch.

        Raises:
            UsageError: ``now`` is no time.
        """
        now = self.setting("now")
        if now is None:
            return None
        from simulator.segment.times import read_time  # noqa: PLC0415 - most projects set no clock

        instant = read_time(now.isoformat() if isinstance(now, date) else str(now))
        if instant is None:
            raise UsageError(f"[tool.{TABLE}] now = {now!r}: not a time; write it like 2026-03-02T09:15:30Z")
        return instant

    def severities(self) -> dict[str, str]:
        """Return ``[tool.pointillist-simulator.severity]``: the project's own severity by code.

        Raises:
            UsageError: It is no table of texts.
        """
        table = self.table.get("severity", {})
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            raise UsageError(f'[tool.{TABLE}.severity] must be a table such as type_flips = "error"')
        return table


def read_project(start: Path | None = None) -> Project:
    """Return what the nearest pyproject.toml at or above ``start`` (the working directory) says.

    Raises:
        UsageError: The file cannot be parsed, the table is no table, or settings in it are none.
    """
    place = (start or Path.cwd()).resolve()
    for folder in (place, *place.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            return Project(folder, _table(path))
    return Project(place, {})


def _table(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8", errors="replace")
    if TABLE not in text:  # parsing TOML costs more than the search, and most projects have no such table
        return {}
    import tomllib  # noqa: PLC0415 - as above

    try:
        table = tomllib.loads(text).get("tool", {}).get(TABLE, {})
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from error
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.{TABLE}] must be a table")
    unknown = [name for name in table if name.replace("_", "-") not in SETTINGS]
    if unknown:
        raise UsageError(*(f"{path}: [tool.{TABLE}] {name}: {_unknown(name)}" for name in unknown))
    return table


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only for the error text

    near = get_close_matches(name.replace("_", "-"), SETTINGS, 1)
    told = f"did you mean '{near[0]}'?" if near else "settings are named like the flags of the commands, without --"
    return f"no such setting; {told}"
