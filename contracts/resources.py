"""The contracts that ship with the product: schemas, mappings and example plans, by name.

Names are paths below this package without their endings: ``segment/track``, ``pointillist/event``, ``mapping``,
``mappings/segment-docs``, ``plans/...``. Nothing is ever looked up on a network.
"""

from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from contracts.errors import UnknownContractError

_ENDINGS = (".schema.json", ".json", ".toml")


@cache
def _places() -> dict[str, Path]:
    # A zipped install has no paths; the wheel is not zip-safe, so a real folder can be relied on.
    root = Path(str(files("contracts")))
    found: dict[str, Path] = {}
    for path in sorted(root.rglob("*")):
        for ending in _ENDINGS:
            if path.name.endswith(ending):
                name = path.relative_to(root).as_posix().removesuffix(ending)
                found[name] = path
                break
    return found


def names(prefix: str = "") -> tuple[str, ...]:
    """Return the names of all shipped contracts that begin with ``prefix``, sorted."""
    return tuple(sorted(name for name in _places() if name.startswith(prefix)))


def text(name: str) -> str:
    """Return a shipped contract as it stands in its file.

    Raises:
        UnknownContractError: There is none of that name; the text lists those there are.
    """
    place = _places().get(name)
    if place is None:
        raise UnknownContractError(f"no contract named {name!r}; there are {', '.join(names())}")
    return place.read_text(encoding="utf-8")


def load(name: str) -> dict[str, Any]:
    """Return a shipped contract, parsed; every call gives a new object that may be changed freely.

    Args:
        name: Such as ``segment/track``, ``pointillist/event`` or ``mappings/segment-docs``.

    Raises:
        UnknownContractError: There is none of that name; the text lists those there are.
    """
    content = text(name)
    is_toml = _places()[name].suffix == ".toml"
    loaded: dict[str, Any] = tomllib.loads(content) if is_toml else json.loads(content)
    return loaded


def file_name(name: str) -> str:
    """Return the path of a shipped contract below this package, such as ``segment/track.schema.json``.

    Raises:
        UnknownContractError: There is none of that name.
    """
    text(name)
    return _places()[name].relative_to(Path(str(files("contracts")))).as_posix()
