"""Segment tracking plans: the rules a team already has, read as they are and turned into checkers.

Read forms (``interface.md`` 6, ``facts/peers.md`` 4.6):

* ``{"rules": [{"type", "key"?, "version"?, "jsonSchema", "deprecatedAt"?}]}``, Segment's Public API, bare or inside its
  answer ``{"data": {"rules": [...]}}``; ``"unplanned": "allow"|"warn"|"reject"`` beside ``rules`` is ours,
* typewriter 7: ``{"rules": {"events": [{"name", "rules": <schema>, "version"?}]}}``,
* typewriter 8: rules whose schema describes the properties alone, recognised by ``jsonSchema.eventMetadata``.

A rule's schema describes the **whole message**. COMMON rules apply to every message. Event names match exactly.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from contracts.errors import ContractFileError
from contracts.json_files import read_json
from contracts.mends import nearest
from contracts.violations import pointer
from contracts.wording import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

RuleType: TypeAlias = Literal["COMMON", "TRACK", "IDENTIFY", "GROUP", "PAGE", "SCREEN"]
Unplanned: TypeAlias = Literal["allow", "warn", "reject"]

RULE_TYPES: tuple[RuleType, ...] = get_args(RuleType)
UNPLANNED: tuple[Unplanned, ...] = get_args(Unplanned)
DEFAULT_UNPLANNED: Unplanned = "warn"

_NEVER = "0001-01-01"
"""How old files write "not deprecated": the zero time (``inferred``)."""
_PAYLOAD_KEY = {"TRACK": "properties", "PAGE": "properties", "SCREEN": "properties"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a plan.

    Attributes:
        type: The call it is for; COMMON is every call.
        key: The event name of a TRACK rule (the page or screen name of the others), or ``None``.
        version: As in the file; 1 where it says none.
        schema: JSON Schema of the whole message.
        deprecated: The rule carries a date of deprecation.
        path: JSON Pointer of the schema inside the file, for error texts.
    """

    type: RuleType
    key: str | None
    version: int
    schema: dict[str, Any] | bool
    deprecated: bool
    path: str

    @property
    def name(self) -> str:
        """How people call it: the event name, or the rule type in lower case."""
        return self.key if self.key is not None else self.type.lower()


@dataclass(frozen=True, slots=True)
class Plan:
    """A tracking plan.

    Attributes:
        where: The file it came from, for error texts and reports.
        rules: In the order of the file.
        unplanned: What a track without a rule is: nothing, a warning, or an error.
        inferred: The plan says of itself that it was inferred from observed messages.
    """

    where: str
    rules: tuple[Rule, ...]
    unplanned: Unplanned = DEFAULT_UNPLANNED
    inferred: bool = False


def read_plan(path: str) -> Plan:
    """Read a plan from a JSON file.

    Raises:
        ContractFileError: The file cannot be read, is not JSON, has a key twice or is no plan; one line with the place.
    """
    return parse_plan(read_json(path), path)


def as_plan(plan: str | PathLike[str] | dict[str, Any]) -> Plan:
    """Return a plan given by the path of its file, or as decoded content.

    Raises:
        ContractFileError: As :func:`read_plan` and :func:`parse_plan`.
    """
    return parse_plan(plan) if isinstance(plan, dict) else read_plan(os.fspath(plan))


def is_plan(document: Any) -> bool:
    """Tell whether ``document`` looks like a plan rather than a JSON Schema."""
    inner = document.get("data", document) if isinstance(document, dict) else None
    return isinstance(inner, dict) and isinstance(inner.get("rules"), (list, dict))


def parse_plan(document: Any, where: str = "plan") -> Plan:
    """Turn a decoded plan file into a :class:`Plan`.

    Args:
        document: The JSON value.
        where: The file's name, for error texts.

    Raises:
        ContractFileError: Something in it cannot be meant: of each mistake the place and what is allowed there.
    """
    if not isinstance(document, dict):
        raise ContractFileError(f'{where}: a tracking plan is an object {{"rules": [...]}}, not {_kind(document)}')
    base = ""
    inner = document
    if "rules" not in document and isinstance(document.get("data"), dict):
        inner, base = document["data"], "/data"
    if "rules" not in inner:
        known = ", ".join(map(repr, list(document)[:5])) or "nothing"
        raise ContractFileError(f'{where}: a tracking plan is an object {{"rules": [...]}}; this one has {known}')
    wrong = [
        f"{shown(name)} is no key of a plan; did you mean 'unplanned'?"
        for name in dict.fromkeys((*document, *inner))
        if name != "unplanned" and nearest(name, ("unplanned",))
    ]
    unplanned: Any = inner.get("unplanned", document.get("unplanned", DEFAULT_UNPLANNED))
    if unplanned not in UNPLANNED:
        wrong.append(f"{base}/unplanned: {unplanned!r} is none of {', '.join(UNPLANNED)}")
    rows, path = inner["rules"], base + "/rules"
    if isinstance(rows, dict):  # typewriter 7
        path += "/events"
        rows = [_from_typewriter_7(row) for row in _list(rows.get("events"), where, path)]
    rules: list[Rule] = []
    first: dict[tuple[str, str | None, int], Rule] = {}
    for number, row in enumerate(_list(rows, where, path)):
        mistakes = list(_mistakes(row, f"{path}/{number}"))
        if not mistakes:
            rule = _rule(row, f"{path}/{number}")
            rules.append(rule)
            twin = first.setdefault((rule.type, rule.key, rule.version), rule)
            if twin is not rule and rule.type != "COMMON":
                told = f"a second rule for {rule.type} {rule.name!r} version {rule.version}"
                mistakes.append(f"{rule.path}: {told}; the first is at {twin.path}")
        wrong += mistakes
    if wrong:
        raise ContractFileError(*(f"{where}: {text}" for text in wrong))
    return Plan(where, tuple(rules), unplanned, bool(document.get("inferred", False)))


def _list(value: Any, where: str, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise ContractFileError(f"{where}: {path}: must be an array of rules, not {_kind(value)}")
    return value


def _from_typewriter_7(row: Any) -> Any:
    if not isinstance(row, dict) or "rules" not in row:
        return row
    return {"type": "TRACK", "key": row.get("name"), "version": row.get("version", 1), "jsonSchema": row["rules"]}


def _mistakes(row: Any, path: str) -> Iterator[str]:
    """Yield what keeps ``row`` from being a rule: the place and what is allowed there."""
    if not isinstance(row, dict):
        yield f"{path}: a rule is an object, not {_kind(row)}"
        return
    kind, key = row.get("type"), row.get("key")
    if not isinstance(kind, str) or kind.upper() not in RULE_TYPES:
        yield f"{path}/type: {kind!r} is none of {', '.join(RULE_TYPES)}"
    if key is not None and not isinstance(key, str):
        yield f"{path}/key: the event name must be text, not {_kind(key)}"
    elif not key and isinstance(kind, str) and kind.upper() == "TRACK":
        yield f"{path}/key: a TRACK rule needs the name of its event"
    if "jsonSchema" not in row:
        near = next((name for name in row if nearest(name, ("jsonSchema",))), None)
        yield f"{path}: a rule needs 'jsonSchema'" + (f"; is that meant by {shown(near)}?" if near else "")
    elif not isinstance(row["jsonSchema"], (dict, bool)):
        yield f"{path}/jsonSchema: must be a JSON Schema, not {_kind(row['jsonSchema'])}"
    version = row.get("version", 1)
    if isinstance(version, bool) or not isinstance(version, (int, float)) or version != int(version):
        yield f"{path}/version: must be a whole number, not {version!r}"


def _rule(row: dict[str, Any], path: str) -> Rule:
    rule_type: RuleType = row["type"].upper()
    deprecated = row.get("deprecatedAt")
    return Rule(
        rule_type,
        row.get("key") or None,
        int(row.get("version", 1)),
        _whole_message(row["jsonSchema"], rule_type),
        isinstance(deprecated, str) and bool(deprecated) and not deprecated.startswith(_NEVER),
        path + "/jsonSchema",
    )


def _whole_message(schema: dict[str, Any] | bool, rule_type: RuleType) -> dict[str, Any] | bool:
    """Wrap a schema typewriter 8 has unwrapped; any other is already that of the whole message."""
    if not isinstance(schema, dict) or "eventMetadata" not in schema:
        return schema
    inner = {key: value for key, value in schema.items() if key not in ("eventMetadata", "$schema")}
    key = _PAYLOAD_KEY.get(rule_type, "traits")
    whole: dict[str, Any] = {"type": "object", "properties": {key: inner}}
    if inner.get("required"):
        whole["required"] = [key]
    if "$schema" in schema:
        whole["$schema"] = schema["$schema"]
    return whole


def planned_paths(schema: Any, path: str = "", depth: int = 0) -> dict[str, Any]:
    """Return the JSON Pointers a schema names below its root, each with its subschema; ``*`` stands for array items.

    Only ``properties`` and ``items`` are followed (to 8 levels): what a schema names elsewhere is no planned property.
    """
    found: dict[str, Any] = {}
    if not isinstance(schema, dict) or depth > 8:
        return found
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for name, inner in properties.items():
            here = path + pointer(name)
            found[here] = inner
            found.update(planned_paths(inner, here, depth + 1))
    items = schema.get("items")
    if isinstance(items, dict):
        found.update(planned_paths(items, path + "/*", depth + 1))
    return found


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
