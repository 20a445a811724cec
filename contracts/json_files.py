"""Contract files as JSON: read strictly, since what a file says twice or half cannot be held against anybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson

from contracts.errors import ContractFileError
from contracts.not_json import BOM, explained


def read_json(path: str) -> Any:
    """Return the JSON value in the file at ``path``; a byte order mark is allowed.

    Raises:
        ContractFileError: The file cannot be read, is not JSON, or has a key twice in one object.
    """
    try:
        raw = Path(path).read_bytes().removeprefix(BOM)
    except OSError as error:
        raise ContractFileError(f"{path}: {error.strerror}") from error
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        why = explained(error, raw)
        raise ContractFileError(f"{path}:{why.line}: {why}") from error
    try:
        json.loads(raw, object_pairs_hook=_once)
    except _TwiceError as twice:
        raise ContractFileError(f"{path}: the key {twice.key!r} stands twice in one object; once is enough") from None
    return document


class _TwiceError(Exception):
    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found
