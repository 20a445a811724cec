"""Golden fixtures: a JSON file a case, ``{"input", "output", "settings"?, "code"?}``, as Segment's integrations had.

Reading, finding and rewriting them. Running them is :mod:`simulator.comparing.verifying`.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from contracts.not_json import BOM, explained
from simulator.comparing.splicing import splice
from simulator.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ENDING = ".contract.json"
"""What pytest collects; ``verify`` takes every ``.json`` file that is a fixture."""
_KEYS = frozenset({"input", "output", "settings", "code"})
_OURS = frozenset({"now", "mapping"})
"""Settings with a meaning here; a name that nearly is one of them is a slip, not an old fixture's."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """One case.

    Attributes:
        path: Its file.
        input: The Segment message.
        output: The event it should become, or ``None`` where it should be discarded.
        settings: ``now`` and ``mapping`` are ours; what else old fixtures carry is ignored.
        code: The discard code it should have, or ``None`` where any will do.
    """

    path: Path
    input: Any
    output: Any
    settings: dict[str, Any]
    code: str | None


def find(paths: Sequence[str]) -> Iterator[Path]:
    """Yield the fixture files at and below ``paths``, sorted; below a folder other JSON files are passed over.

    Raises:
        InputError: A path does not exist, or a folder holds no fixture.
    """
    for text in paths:
        place = Path(text)
        if place.is_file():
            yield place
            continue
        if not place.is_dir():
            raise InputError(text, "no such file or folder")
        found = False
        for path in sorted(place.rglob("*.json")):
            if not any(part.startswith(".") for part in path.relative_to(place).parts) and is_fixture(path):
                found = True
                yield path
        if not found:
            raise InputError(text, 'no fixture here: a fixture is a JSON file {"input": ..., "output": ...}')


def is_fixture(path: Path) -> bool:
    """Tell whether a JSON file means to be a fixture: by its ending, or because it has an input and an output."""
    if path.name.endswith(ENDING):
        return True
    raw = path.read_bytes()
    if b'"input"' not in raw or b'"output"' not in raw:
        return False
    try:
        document = orjson.loads(raw.removeprefix(BOM))
    except orjson.JSONDecodeError:
        return False
    return isinstance(document, dict) and "input" in document and "output" in document


def read_fixture(path: Path) -> Fixture:
    """Read one fixture.

    Raises:
        InputError: It is not JSON or no fixture: file, line or key, and what is allowed there.
    """
    raw = path.read_bytes().removeprefix(BOM)
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        why = explained(error, raw)
        raise InputError(f"{path}:{why.line}", str(why)) from error
    where = str(path)
    if not isinstance(document, dict):
        raise InputError(where, 'a fixture is an object {"input": ..., "output": ...}')
    unknown = sorted(set(document) - _KEYS)
    if unknown:
        raise InputError(where, f"key {unknown[0]!r} is none of input, output, settings, code")
    if "input" not in document:
        raise InputError(where, "a fixture needs the key 'input', a Segment message")
    settings = document.get("settings", {})
    if not isinstance(settings, dict):
        raise InputError(where, "settings must be an object")
    for name in _OURS:
        if not isinstance(settings.get(name, ""), str):
            raise InputError(where, f"settings.{name} must be text")
    for name in settings.keys() - _OURS:
        near = get_close_matches(name, _OURS, n=1, cutoff=0.8)
        if near:
            raise InputError(where, f"settings has no {name!r}, did you mean {near[0]!r}?")
    code = document.get("code")
    if code is not None and not isinstance(code, str):
        raise InputError(where, "code must be text, one of Segment's discard codes")
    output = document.get("output")
    if output is not None and not isinstance(output, dict):
        raise InputError(where, "output must be an event, or null for a message that is discarded")
    return Fixture(path, document["input"], output, settings, code)


def rewrite(fixture: Fixture, output: Any, code: str | None) -> None:
    """Write the fixture's file with another output; everything else in it stays as it was written.

    The file is replaced at once, so that Ctrl-C leaves no half of it.
    """
    path = fixture.path.resolve()  # of a link what it leads to is replaced
    text = path.read_bytes().decode()
    document = orjson.loads(text.removeprefix("\ufeff"))
    document["output"] = output
    if code is None:
        document.pop("code", None)
    else:
        document["code"] = code
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(splice(text, document).encode())
        shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
