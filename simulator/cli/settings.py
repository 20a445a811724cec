"""Defaults from the user's project: ``[tool.pointillist-simulator]`` in the nearest pyproject.toml; a flag wins."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse

TABLE = "pointillist-simulator"
"""The table's name below ``[tool]``."""
_WRITTEN = (str, int, float, date, datetime)
"""What may stand for the text of a flag."""


def project_settings(start: Path | None = None) -> dict[str, Any]:
    """Return the settings of the nearest pyproject.toml at or above ``start`` (the working directory), or ``{}``.

    Raises:
        UsageError: The file cannot be parsed, or the table is no table.
    """
    place = (start or Path.cwd()).resolve()
    for folder in (place, *place.parents):
        path = folder / "pyproject.toml"
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if TABLE not in text:  # parsing TOML costs more than the search, and most projects have no such table
            return {}
        import tomllib

        try:
            table = tomllib.loads(text).get("tool", {}).get(TABLE, {})
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{path}: not TOML: {error}") from error
        if not isinstance(table, dict):
            raise UsageError(f"{path}: [tool.{TABLE}] must be a table")
        return table
    return {}


def apply_settings(parser: argparse.ArgumentParser) -> None:
    """Use the project's settings as defaults of the flags of the same name (``fail-on`` or ``fail_on``)."""
    wanted = {key.replace("-", "_"): value for key, value in project_settings().items() if not isinstance(value, dict)}
    known = {action.dest: action for action in parser._actions if action.option_strings}  # noqa: SLF001 - no public list
    for name, value in wanted.items():
        action = known.get(name)
        if action is None:
            continue
        if action.choices is not None and value not in action.choices:
            allowed = ", ".join(map(str, action.choices))
            raise UsageError(f"[tool.{TABLE}] {name} = {value!r}: must be one of {allowed}")
        parser.set_defaults(**{name: _as_flag(name, value, action)})


def _as_flag(name: str, value: Any, action: argparse.Action) -> Any:
    """Return a setting as the flag would give it: text, which the parser then reads, a list of text, or a yes or no.

    Raises:
        UsageError: It is none of these.
    """
    if action.nargs == 0:
        if isinstance(value, bool) == isinstance(action.const, bool):
            return value
        raise UsageError(f"[tool.{TABLE}] {name} = {value!r}: must be true or false")
    several = isinstance(action.default, list)
    values = value if several and isinstance(value, list) else [value]
    if not all(type(one) in _WRITTEN for one in values):
        raise UsageError(
            f"[tool.{TABLE}] {name} = {value!r}: must be {'text or a list of text' if several else 'text'}"
        )
    texts = [one.isoformat() if isinstance(one, date) else str(one) for one in values]
    return texts if several else texts[0]


def project_severities() -> dict[str, str]:
    """Return ``[tool.pointillist-simulator.severity]``: the project's own severity by code.

    Raises:
        UsageError: It is no table of texts.
    """
    table = project_settings().get("severity", {})
    if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
        raise UsageError(f'[tool.{TABLE}.severity] must be a table such as type_flips = "error"')
    return table
