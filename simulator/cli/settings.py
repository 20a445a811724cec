"""Defaults of the flags from the user's project, ``[tool.pointillist-simulator]`` in pyproject.toml; a flag wins."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.project import TABLE, read_project

if TYPE_CHECKING:
    import argparse

_PATHS = frozenset({"plan", "mapping", "baseline"})
"""Flags that name a file of the project."""
_WRITTEN = (str, int, float, date, datetime)
"""What may stand for the text of a flag."""


def apply_settings(parser: argparse.ArgumentParser) -> None:
    """Use the project's settings as defaults of the flags of the same name (``fail-on`` or ``fail_on``)."""
    project = read_project()
    wanted = {key.replace("-", "_"): value for key, value in project.table.items() if not isinstance(value, dict)}
    known = {action.dest: action for action in parser._actions if action.option_strings}  # noqa: SLF001 - no public list
    for name, value in wanted.items():
        action = known.get(name)
        if action is None:
            continue
        if action.choices is not None and value not in action.choices:
            allowed = ", ".join(map(str, action.choices))
            raise UsageError(f"[tool.{TABLE}] {name} = {value!r}: must be one of {allowed}")
        default = _as_flag(name, value, action)
        if name in _PATHS:
            default = list(map(project.path, default)) if isinstance(default, list) else project.path(default)
        parser.set_defaults(**{name: default})


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
