"""Checking JSON values against a JSON Schema 2020-12: compiled once, a fast verdict, every violation on failure.

``jsonschema-rs`` gives verdict and errors; where it has no wheel, ``jsonschema`` gives the same, slower. No ``$ref`` is
ever looked up on a network: a schema may refer to itself and to the schemas that ship with the product.

Three annotations of ours may stand in a schema: ``x-severity`` (``warning``, ``info``) and ``x-basis`` say how bad a
breach of the part they stand in is and what the rule rests on, ``x-message`` puts a keyword beside it into plain words.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from contracts.codes import CODES, violation
from contracts.mends import mend
from contracts.resources import load
from contracts.schema_engines import best_engine, shipped_schemas
from contracts.violations import BASES, SEVERITIES, pointer
from contracts.wording import described, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contracts.schema_engines import Breach
    from contracts.violations import Basis, Severity, Violation


class Checker:
    """One schema, compiled.

    Instances must be JSON values (what orjson or ``json`` returned).
    """

    def __init__(self, schema: dict[str, Any] | bool, *, basis: Basis = "fact", root: str = "") -> None:
        """Compile a schema.

        Args:
            schema: A JSON Schema 2020-12; earlier drafts where its ``$schema`` says so.
            basis: What its rules rest on, where ``x-basis`` does not say otherwise.
            root: JSON Pointer put before the path of every violation.

        Raises:
            ContractFileError: It is no valid schema, or refers to something that is not at hand.
        """
        self.schema = schema
        self.basis: Basis = basis
        self.root = root
        self._engine = best_engine()(schema)
        self.ok: Callable[[Any], bool] = self._engine.ok
        """Say whether an instance is valid; the fast verdict."""

    def violations(self, instance: Any) -> tuple[Violation, ...]:
        """Return everything that is wrong with an instance, in document order of the schema; empty where it is valid.

        Returns:
            Violations with codes ``schema_<keyword>``, JSON Pointers into the instance below ``root``, and what was
            wanted and found in words.
        """
        if self._engine.ok(instance):
            return ()
        found: list[Violation] = []
        for breach in self._engine.breaches(instance):
            found.extend(self._report(breach))
        if not found:  # never reject without a reason
            text = "does not match the schema, and is nested too deep to say where"
            found.append(violation("schema_other", self.root, text, basis=self.basis))
        return tuple(dict.fromkeys(found))

    def _report(self, breach: Breach) -> Iterator[Violation]:
        code = _CODES.get(breach.keyword, "schema_other")
        severity, basis, said, beside = self._annotations(breach)
        words = _WORDS.get(breach.keyword, _in_general)
        for key in breach.extra or (None,):
            place = breach.path if key is None else (*breach.path, key)
            path = self.root + pointer(*place)
            text = f"{said}, is {described(breach.instance)}" if said else words(breach, key)
            hint = None if said else mend(breach, key, beside)
            yield violation(code, path, text, severity=severity, basis=basis, hint=hint)

    def _annotations(self, breach: Breach) -> tuple[Severity, Basis, str | None, Any]:
        """Return severity and basis nearest to the keyword that failed, the words of its own part, and that part."""
        severity: Severity = "error"
        basis = self.basis
        schema_path = breach.schema_path
        said: str | None = None
        beside: Any = None
        at: Any = self.schema
        home: Any = self.schema
        for key in ("", *schema_path):
            if key not in ("", "$ref") and isinstance(at, dict) and "$ref" in at and key not in at:
                home, at = _resolve(home, str(at["$ref"]))  # jsonschema leaves $ref out of its paths
                severity, basis = _weight(at, severity, basis)
            if schema_path and key == schema_path[-1] and isinstance(at, dict):
                beside, own = at, at.get("x-message")
                said = own.get(breach.keyword) if isinstance(own, dict) else None
            if key == "$ref" and isinstance(at, dict):
                home, at = _resolve(home, str(at["$ref"]))
            elif key != "":
                at = _inside(at, key)
            severity, basis = _weight(at, severity, basis)
        return severity, basis, said, beside


def _in_general(breach: Breach, key: str | None) -> str:
    del key
    return f"must match {breach.keyword}, is {described(breach.instance)}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")


def _listed(values: Any) -> str:
    return " or ".join(map(str, values)) if isinstance(values, (list, tuple)) else str(values)


_WORDS: dict[str, Callable[[Breach, str | None], str]] = {
    "type": lambda b, _: f"must be {_listed(b.wanted)}, is {described(b.instance)}",
    "required": lambda _, key: f"{key!r} is missing",
    "additionalProperties": lambda _, key: f"{key!r} is not expected here",
    "unevaluatedProperties": lambda _, key: f"{key!r} is not expected here",
    "enum": lambda b, _: f"must be one of {', '.join(map(shown, b.wanted))}, is {described(b.instance)}",
    "const": lambda b, _: f"must be {shown(b.wanted)}, is {described(b.instance)}",
    "pattern": lambda b, _: f"must match {b.wanted}, is {described(b.instance)}",
    "format": lambda b, _: f"must be in the format {b.wanted}, is {described(b.instance)}",
    "minLength": lambda b, _: f"must have at least {_many(b.wanted, 'character')}, is {described(b.instance)}",
    "maxLength": lambda b, _: f"must have at most {_many(b.wanted, 'character')}, has {len(b.instance)}",
    "minimum": lambda b, _: f"must be at least {b.wanted}, is {described(b.instance)}",
    "maximum": lambda b, _: f"must be at most {b.wanted}, is {described(b.instance)}",
    "exclusiveMinimum": lambda b, _: f"must be more than {b.wanted}, is {described(b.instance)}",
    "exclusiveMaximum": lambda b, _: f"must be less than {b.wanted}, is {described(b.instance)}",
    "multipleOf": lambda b, _: f"must be a multiple of {b.wanted}, is {described(b.instance)}",
    "minItems": lambda b, _: f"must have at least {_many(b.wanted, 'item')}, has {len(b.instance)}",
    "maxItems": lambda b, _: f"must have at most {_many(b.wanted, 'item')}, has {len(b.instance)}",
    "minProperties": lambda b, _: f"must have at least {_many(b.wanted, 'key')}, has {len(b.instance)}",
    "maxProperties": lambda b, _: f"must have at most {_many(b.wanted, 'key')}, has {len(b.instance)}",
    "uniqueItems": lambda *_: "must not hold the same item twice",
    "anyOf": lambda b, _: f"matches none of the allowed forms, is {described(b.instance)}",
    "oneOf": lambda b, _: f"must match exactly one of the allowed forms, is {described(b.instance)}",
    "not": lambda b, _: f"must not be what it is: {described(b.instance)}",
    "propertyNames": lambda b, _: f"has a key that is not allowed: {described(b.instance)}",
    "falseSchema": lambda *_: "is not allowed here",
}
_FAMILY = {
    "minLength": "schema_length",
    "maxLength": "schema_length",
    "minimum": "schema_range",
    "maximum": "schema_range",
    "exclusiveMinimum": "schema_range",
    "exclusiveMaximum": "schema_range",
    "minItems": "schema_size",
    "maxItems": "schema_size",
    "minProperties": "schema_size",
    "maxProperties": "schema_size",
    "additionalProperties": "schema_unexpected",
    "unevaluatedProperties": "schema_unexpected",
    "falseSchema": "schema_unexpected",
}
_CODES = {keyword: _FAMILY.get(keyword, f"schema_{keyword}") for keyword in _WORDS}
_CODES = {keyword: code if code in CODES else "schema_other" for keyword, code in _CODES.items()}


@cache
def _documents() -> dict[str, Any]:
    return {schema["$id"]: schema for schema in map(load, shipped_schemas())}


def _resolve(home: Any, reference: str) -> tuple[Any, Any]:
    """Return the document a ``$ref`` leads to, and the part of it."""
    base, _, fragment = reference.partition("#")
    if base:
        ids = _documents()
        folder = str(home.get("$id", "")).rpartition("/")[0] if isinstance(home, dict) else ""
        home = ids.get(base) or ids.get(f"{folder}/{base}") or home
    at: Any = home
    for token in fragment.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        at = at.get(key) if isinstance(at, dict) else None
    return home, at


def _weight(schema: Any, severity: Severity, basis: Basis) -> tuple[Severity, Basis]:
    if not isinstance(schema, dict):
        return severity, basis
    own_severity, own_basis = schema.get("x-severity"), schema.get("x-basis")
    return (
        own_severity if own_severity in SEVERITIES else severity,
        own_basis if own_basis in BASES else basis,
    )


def _inside(schema: Any, key: str | int) -> Any:
    if isinstance(schema, list):
        return schema[int(key)]
    return schema.get(key) if isinstance(schema, dict) else None
