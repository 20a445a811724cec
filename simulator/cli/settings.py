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
    """Use the project's settings as defaults of the flags of the same name (``fail-on`` or ``fail_on``).

    Raises:
        UsageError: Values that cannot be: each setting, and what is allowed there.
    """
    project = read_project()
    wanted = {key.replace("-", "_"): value for key, value in project.table.items() if not isinstance(value, dict)}
    known = {action.dest: action for action in parser._actions if action.option_strings}  # noqa: SLF001 - no public list
    wrong: list[str] = []
    for name, value in wanted.items():
        action = known.get(name)
        if action is None:
            continue
        must = _must_be(value, action)
        if must:
            wrong.append(f"[tool.{TABLE}] {name} = {value!r}: must be {must}")
            continue
        default = _as_flag(value, action)
        if name in _PATHS:
            default = list(map(project.path, default)) if isinstance(default, list) else project.path(default)
        parser.set_defaults(**{name: default})
    if wrong:
        raise UsageError(*wrong)


def _must_be(value: Any, action: argparse.Action) -> str | None:
    """Return what a setting would have to be for a flag; ``None`` where it is."""
    if action.nargs == 0:
        return None if isinstance(value, bool) == isinstance(action.const, bool) else "true or false"
    if action.choices is not None:
        return None if value in action.choices else f"one of {', '.join(map(str, action.choices))}"
    several = isinstance(action.default, list)
    values = value if several and isinstance(value, list) else [value]
    if all(type(one) in _WRITTEN for one in values):
        return None
    return "text or a list of text" if several else "text"


def _as_flag(value: Any, action: argparse.Action) -> Any:
    """Return a setting as the flag would give it: text, which the parser then reads, a list of text, or a yes or no."""
    if action.nargs == 0:
        return value
    several = isinstance(action.default, list)
    values = value if several and isinstance(value, list) else [value]
    texts = [one.isoformat() if isinstance(one, date) else str(one) for one in values]
    return texts if several else texts[0]
