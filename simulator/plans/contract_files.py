"""Contracts named on a command line: a shipped name, a JSON Schema file, or a tracking plan; and how two compare."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from contracts.checker import Checker
from contracts.compatibility import compare
from contracts.conformance import compile_users
from contracts.errors import ContractFileError
from contracts.json_files import read_json
from contracts.mends import nearest
from contracts.plan import Plan, is_plan, parse_plan
from contracts.plan_compatibility import compare_plans
from contracts.resources import load, names
from simulator.errors import UsageError

if TYPE_CHECKING:
    from contracts.compatibility import Comparison


def read_contract(name_or_path: str) -> Plan | dict[str, Any] | bool:
    """Return a plan, or a JSON Schema.

    Raises:
        ContractFileError: The file is missing, is not JSON, or is neither; one line with the place.
    """
    if name_or_path in names() and not name_or_path.startswith("mappings/"):
        document = load(name_or_path)
    else:
        if not Path(name_or_path).exists():
            known = tuple(name for name in names() if not name.startswith("mappings/"))
            near = nearest(name_or_path, known)
            meant = f"did you mean {near!r}? No" if near else "no"
            raise ContractFileError(f"{name_or_path}: {meant} such file (shipped: {', '.join(known)})")
        if name_or_path.endswith(".toml"):
            raise ContractFileError(f"{name_or_path}: a mapping is TOML; 'diff mapping' compares mappings")
        document = read_json(name_or_path)
    if is_plan(document):
        return parse_plan(document, name_or_path)
    if not isinstance(document, (dict, bool)):
        raise ContractFileError(f'{name_or_path}: neither a JSON Schema nor a tracking plan {{"rules": [...]}}')
    try:
        compile_users(document)
    except ContractFileError as error:
        raise ContractFileError(f"{name_or_path}: {error}") from error
    return document


def compare_contracts(old: str, new: str) -> Comparison:
    """Compare two contracts given by name or path.

    Raises:
        ContractFileError: One of them cannot be read or used.
        UsageError: One is a plan, the other a schema.
    """
    before, after = read_contract(old), read_contract(new)
    if isinstance(before, Plan) and isinstance(after, Plan):
        return compare_plans(before, after, accepts)
    if isinstance(before, Plan) or isinstance(after, Plan):
        plan, schema = (old, new) if isinstance(before, Plan) else (new, old)
        raise UsageError(f"{plan} is a tracking plan and {schema} is a JSON Schema: compare two of a kind")
    return compare(before, after, accepts, _shipped())


def accepts(schema: Any, instance: Any) -> bool:
    """Ask the product's own validator; formats are asserted, as ``check`` does."""
    return _checker(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)).ok(instance)


@cache
def _shipped() -> dict[str, Any]:
    """Return the shipped schemas by their ``$id``: what any schema may refer to."""
    schemas = [load(name) for name in names() if not name.startswith(("mappings/", "plans/"))]
    return {schema["$id"]: schema for schema in schemas if "$id" in schema}


@lru_cache(maxsize=256)
def _checker(schema: bytes) -> Checker:
    return Checker(orjson.loads(schema))
