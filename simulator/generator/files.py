"""Users' own journeys and scenarios: TOML files, checked key by key before anything is played.

A file with ``[state...]`` is a journey, and a scenario of the same name that plays it; a file with ``[[scenario]]``
holds scenarios. An error says where (file and key) and what is allowed there.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.errors import InputError
from simulator.generator.scenarios import Library, shipped_library

if TYPE_CHECKING:
    from collections.abc import Sequence
    from os import PathLike


def library_with(paths: Sequence[str | PathLike[str]]) -> tuple[Library, tuple[str, ...]]:
    """Return every scenario there is, those of the files included, and the names the files added.

    Raises:
        InputError: A file cannot be read or used: file, key, what is allowed there.
    """
    shipped = shipped_library()
    if not paths:
        return shipped, ()
    from simulator.generator.checks import Fault, check_journey, check_scenario  # noqa: PLC0415 - few runs need them

    journeys, rows = dict(shipped.journeys), dict(shipped.rows)
    files = [(str(path), _read(path)) for path in paths]
    own: dict[str, tuple[str, dict[str, Any]]] = {}
    for where, data in files:
        try:
            if "scenario" not in data:
                check_journey(data)
                journeys[data["name"]] = data
                row = {"name": data["name"], "about": data["title"], "journeys": {data["name"]: 1}}
                own[data["name"]] = (where, row)
        except Fault as fault:
            raise InputError(where, str(fault)) from None
    for where, data in files:
        scenarios = data.get("scenario", [])
        if not isinstance(scenarios, list):
            raise InputError(where, "scenario: must be written [[scenario]]")
        for index, row in enumerate(scenarios):
            try:
                check_scenario(row, f"scenario[{index}]", journeys)
            except Fault as fault:
                raise InputError(where, str(fault)) from None
            own[row["name"]] = (where, row)
    rows.update((name, row) for name, (_, row) in own.items())
    return Library(rows, journeys), tuple(own)


def _read(path: str | PathLike[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(str(path), f"not TOML: {error}") from None
    except UnicodeDecodeError as error:
        raise InputError(str(path), f"not UTF-8: {error.reason} at byte {error.start}") from None
    except OSError as error:
        raise InputError(str(path), error.strerror or "cannot be read") from None
