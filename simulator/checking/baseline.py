"""A baseline: what a team knows of already, so that only what is new fails.

Any ``check --format json`` output is one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from contracts.not_json import BOM, explained
from simulator.checking.grouping import REST
from simulator.errors import InputError

if TYPE_CHECKING:
    from simulator.checking.findings import Key


def read_baseline(path: str) -> frozenset[Key]:
    """Return code, path and event of every finding in the report at ``path``.

    Raises:
        InputError: The file is missing or is no report; says how to make one.
    """
    try:
        raw = Path(path).read_bytes().removeprefix(BOM)
    except FileNotFoundError:
        raise InputError(path, "no such baseline; 'pointillist-sim check ... --format json' writes one") from None
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        why = explained(error, raw)
        raise InputError(f"{path}:{why.line}", str(why)) from error
    findings = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(findings, list):
        raise InputError(path, "no baseline: it has no list 'findings'; use the output of 'check --format json'")
    known: set[Key] = set()
    for number, finding in enumerate(findings):
        try:
            key = (finding["code"], finding["path"], finding["event"])
        except (KeyError, TypeError):
            raise InputError(f"{path}: /findings/{number}", "a finding needs code, path and event") from None
        if key[1:] != ("", REST):  # what was only counted cannot be told from what is new
            known.add(key)
    return frozenset(known)
