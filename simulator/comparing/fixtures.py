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
        InputError: It is not JSON or no fixture: file, line or key of each mistake, and what is allowed there.
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
    wrong = list(_mistakes(document))
    if wrong:
        raise InputError(where, *wrong)
    return Fixture(path, document["input"], document.get("output"), document.get("settings", {}), document.get("code"))


def _mistakes(document: dict[str, Any]) -> Iterator[str]:
    """Yield what keeps an object from being a fixture: the key, and what is allowed there."""
    if "input" not in document:
        yield "a fixture needs the key 'input', a Segment message"
    for name, value in document.items():
        if name not in _KEYS:
            near = get_close_matches(name, _KEYS, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            yield f"key {name!r} is none of input, output, settings, code{meant}"
        elif name == "output" and value is not None and not isinstance(value, dict):
            yield "output must be an event, or null for a message that is discarded"
        elif name == "code" and value is not None and not isinstance(value, str):
            yield "code must be text, one of Segment's discard codes"
        elif name == "settings":
            yield from _wrong_settings(value)


def _wrong_settings(settings: Any) -> Iterator[str]:
    if not isinstance(settings, dict):
        yield "settings must be an object"
        return
    for name, value in settings.items():
        if name in _OURS:
            if not isinstance(value, str):
                yield f"settings.{name} must be text"
        elif near := get_close_matches(name, _OURS, n=1, cutoff=0.8):
            yield f"settings has no {name!r}, did you mean {near[0]!r}?"


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
