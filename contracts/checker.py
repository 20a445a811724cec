"""Checking JSON values against a JSON Schema 2020-12: compiled once, a fast verdict, every violation on failure.

``jsonschema-rs`` gives verdict and errors; where it has no wheel, ``jsonschema`` gives the same, slower. No ``$ref`` is
ever looked up on a network: a schema may refer to itself and to the schemas that ship with the product.

Three annotations of ours may stand in a schema: ``x-severity`` (``warning``, ``info``) and ``x-basis`` say how bad a
breach of the part they stand in is and what the rule rests on, ``x-message`` puts a keyword beside it into plain words.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.codes import CODES, violation
from contracts.errors import ContractFileError
from contracts.resources import load, names
from contracts.violations import BASES, SEVERITIES, pointer
from contracts.wording import described, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contracts.violations import Basis, Severity, Violation

try:
    import jsonschema_rs
except ImportError:  # pragma: no cover - platforms without a wheel
    jsonschema_rs = None  # type: ignore[assignment]


class Breach(NamedTuple):
    """One error as a schema library reports it.

    Attributes:
        keyword: The JSON Schema keyword that failed.
        path: Keys and indexes of the place in the instance.
        schema_path: Keys from the schema's root to the keyword, through ``$ref``.
        instance: The value at the place.
        wanted: The keyword's value: what was allowed.
        extra: The keys concerned, for ``required`` and the keywords about unexpected properties.
    """

    keyword: str
    path: tuple[str | int, ...]
    schema_path: tuple[str | int, ...]
    instance: Any
    wanted: Any
    extra: tuple[str, ...] = ()


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
        engine: type[_Native | _Plain] = _Native if jsonschema_rs is not None else _Plain
        self._engine = engine(schema)
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
            found.append(violation("schema_other", self.root, "the value does not match the schema", basis=self.basis))
        return tuple(dict.fromkeys(found))

    def _report(self, breach: Breach) -> Iterator[Violation]:
        code = _CODES.get(breach.keyword, "schema_other")
        severity, basis, said = self._annotations(breach)
        words = _WORDS.get(breach.keyword, _in_general)
        for key in breach.extra or (None,):
            place = breach.path if key is None else (*breach.path, key)
            path = self.root + pointer(*place)
            text = f"{said}, is {described(breach.instance)}" if said else words(breach, key)
            yield violation(code, path, text, severity=severity, basis=basis)

    def _annotations(self, breach: Breach) -> tuple[Severity, Basis, str | None]:
        """Return severity and basis nearest to the keyword that failed, and the words of its own part."""
        severity: Severity = "error"
        basis = self.basis
        schema_path = breach.schema_path
        said: str | None = None
        at: Any = self.schema
        home: Any = self.schema
        for key in ("", *schema_path[:-1]):
            if isinstance(at, dict) and "$ref" in at and key not in at:  # jsonschema leaves $ref out of its paths
                home, at = _resolve(home, at["$ref"])
            if key == "$ref":
                home, at = _resolve(home, at["$ref"])
            elif key != "":
                at = _inside(at, key)
            if isinstance(at, dict):
                severity = at["x-severity"] if at.get("x-severity") in SEVERITIES else severity
                basis = at["x-basis"] if at.get("x-basis") in BASES else basis
                said = at.get("x-message", {}).get(breach.keyword) if breach.keyword in at else None
        return severity, basis, said


class _Native:
    """The jsonschema-rs engine."""

    def __init__(self, schema: Any) -> None:
        try:
            maker = jsonschema_rs.validator_cls_for(schema)
            self._validator = maker(schema, validate_formats=True, registry=_native_registry(), retriever=_refuse)
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            raise _refused(error) from error
        self._schema = schema
        self.ok: Callable[[Any], bool] = self._validator.is_valid

    def breaches(self, instance: Any) -> Iterable[Breach]:
        if _has_empty_key(instance):
            # jsonschema-rs leaves empty keys out of its paths; a wrong path is worse than a slow one.
            plain = list(_Plain(self._schema).breaches(instance))
            if plain:
                return plain
        return [
            Breach(
                error.kind.name,
                tuple(error.instance_path),
                tuple(error.evaluation_path),
                error.instance,
                _native_wanted(error.kind),
                _native_extra(error.kind),
            )
            for error in self._validator.iter_errors(instance)
        ]


class _Plain:
    """The jsonschema engine: the oracle in our tests, and the fallback."""

    def __init__(self, schema: Any) -> None:
        from jsonschema import FormatChecker, validators  # type: ignore[import-untyped]  # noqa: PLC0415 - costs 100 ms and is rarely needed
        from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped]  # noqa: PLC0415
        from referencing import Registry, Resource  # noqa: PLC0415
        from referencing.exceptions import Unresolvable  # noqa: PLC0415

        maker = validators.validator_for(schema, default=validators.Draft202012Validator)
        try:
            maker.check_schema(schema)
        except SchemaError as error:
            raise _refused(error) from error
        registry: Any = Registry()
        for name in _shipped():
            shipped = load(name)
            registry = registry.with_resource(shipped["$id"], Resource.from_contents(shipped))
        self._validator = maker(schema, registry=registry, format_checker=FormatChecker())
        self._unresolvable = Unresolvable

    def ok(self, instance: Any) -> bool:
        return bool(self._validator.is_valid(instance))

    def breaches(self, instance: Any) -> Iterator[Breach]:
        for error in self._validator.iter_errors(instance):
            keyword = str(error.validator)
            extra: tuple[str, ...] = ()
            if keyword == "required":
                # jsonschema reports each missing key on its own; its message names it first.
                missing = (key for key in error.validator_value if key not in error.instance)
                extra = tuple(key for key in missing if error.message.startswith(repr(key)))
            elif keyword == "additionalProperties":
                known = error.schema.get("properties", {})
                patterns = error.schema.get("patternProperties", {})
                extra = tuple(key for key in error.instance if key not in known and not _matches(patterns, key))
            yield Breach(
                keyword,
                tuple(error.absolute_path),
                tuple(error.absolute_schema_path),
                error.instance,
                error.validator_value,
                extra,
            )


def _native_wanted(kind: Any) -> Any:
    for attribute in ("types", "options", "limit", "pattern", "format", "expected_value", "multiple_of"):
        if hasattr(kind, attribute):
            return getattr(kind, attribute)
    return kind.value


def _native_extra(kind: Any) -> tuple[str, ...]:
    if kind.name == "required":
        return (kind.property,)
    return tuple(getattr(kind, "unexpected", ()))


def _in_general(breach: Breach, key: str | None) -> str:
    del key
    return f"must match {breach.keyword}, is {described(breach.instance)}"


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
    "format": lambda b, _: f"must be a {b.wanted}, is {described(b.instance)}",
    "minLength": lambda b, _: f"must have at least {b.wanted} characters, is {described(b.instance)}",
    "maxLength": lambda b, _: f"must have at most {b.wanted} characters, has {len(b.instance)}",
    "minimum": lambda b, _: f"must be at least {b.wanted}, is {described(b.instance)}",
    "maximum": lambda b, _: f"must be at most {b.wanted}, is {described(b.instance)}",
    "exclusiveMinimum": lambda b, _: f"must be more than {b.wanted}, is {described(b.instance)}",
    "exclusiveMaximum": lambda b, _: f"must be less than {b.wanted}, is {described(b.instance)}",
    "multipleOf": lambda b, _: f"must be a multiple of {b.wanted}, is {described(b.instance)}",
    "minItems": lambda b, _: f"must have at least {b.wanted} items, has {len(b.instance)}",
    "maxItems": lambda b, _: f"must have at most {b.wanted} items, has {len(b.instance)}",
    "minProperties": lambda b, _: f"must have at least {b.wanted} keys, has {len(b.instance)}",
    "maxProperties": lambda b, _: f"must have at most {b.wanted} keys, has {len(b.instance)}",
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


def _shipped() -> tuple[str, ...]:
    return tuple(name for name in names() if "/" in name and not name.startswith(("mappings/", "plans/")))


@cache
def _native_registry() -> Any:
    schemas = [load(name) for name in _shipped()]
    return jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas])


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not at hand, and nothing is looked up on a network")


@cache
def _documents() -> dict[str, Any]:
    return {schema["$id"]: schema for schema in map(load, _shipped())}


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


def _inside(schema: Any, key: str | int) -> Any:
    if isinstance(schema, list):
        return schema[int(key)]
    return schema.get(key) if isinstance(schema, dict) else None


def _refused(error: Exception) -> ContractFileError:
    message = getattr(error, "message", None) or str(error)
    path = getattr(error, "instance_path", None) or getattr(error, "absolute_path", None) or ()
    where = pointer(*path) or "/"
    first = str(message).strip().split("\n")[0]
    return ContractFileError(f"not a JSON Schema: {where}: {first}")


def _has_empty_key(value: Any) -> bool:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            if "" in item:
                return True
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
    return False


def _matches(patterns: dict[str, Any], key: str) -> bool:
    import re  # noqa: PLC0415 - only the fallback needs it

    return any(re.search(pattern, key) for pattern in patterns)
