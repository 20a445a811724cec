"""The two schema libraries behind one face: jsonschema-rs, fast, and jsonschema, the oracle and the fallback.

Both assert formats, both know the schemas that ship with the product, neither ever asks a network.
"""

from __future__ import annotations

import re
from functools import cache
from json import dumps
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts.errors import ContractFileError
from contracts.resources import load, names
from contracts.violations import pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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


class Native:
    """The jsonschema-rs engine.

    Raises:
        ContractFileError: It is no valid schema, or refers to something that is not at hand.
    """

    def __init__(self, schema: Any) -> None:
        away: list[str] = []
        try:
            maker: Any = jsonschema_rs.validator_cls_for(schema)
            self._validator = maker(
                schema,
                validate_formats=True,
                formats=_exact_formats(maker),
                registry=_native_registry(),
                retriever=lambda uri: _refuse(uri, away),
            )
        except (ValueError, jsonschema_rs.ReferencingError) as error:
            if away:
                raise ContractFileError(
                    f"not a JSON Schema on its own: {away[0]} is not at hand, and nothing is looked up on a network"
                ) from error
            raise _refused(error) from error
        self.ok: Callable[[Any], bool] = self._validator.is_valid

    def breaches(self, instance: Any) -> Iterable[Breach]:
        """Return every error of an instance; none of one that is nested too deep to be listed (some 250 levels)."""
        try:
            errors = list(self._validator.iter_errors(instance))
        except ValueError:  # it recurses into the instance; the verdict does not
            return []
        return [
            Breach(
                error.kind.name,
                _place(error, instance),
                tuple(error.evaluation_path),
                error.instance,
                _native_wanted(error.kind),
                _native_extra(error.kind),
            )
            for error in errors
        ]


class Plain:
    """The jsonschema engine: the oracle in our tests, and the fallback.

    Raises:
        ContractFileError: It is no valid schema.
    """

    def __init__(self, schema: Any) -> None:
        from jsonschema import FormatChecker, validators  # type: ignore[import-untyped]  # noqa: PLC0415 - costs 100 ms and is rarely needed
        from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped]  # noqa: PLC0415
        from referencing import Registry, Resource  # noqa: PLC0415

        maker = validators.validator_for(schema, default=validators.Draft202012Validator)
        try:
            maker.check_schema(schema)
        except SchemaError as error:
            raise _refused(error) from error
        registry: Any = Registry()
        for name in shipped_schemas():
            shipped = load(name)
            registry = registry.with_resource(shipped["$id"], Resource.from_contents(shipped))
        self._validator = maker(schema, registry=registry, format_checker=FormatChecker())

    def ok(self, instance: Any) -> bool:
        """Say whether an instance is valid."""
        return bool(self._validator.is_valid(instance))

    def breaches(self, instance: Any) -> Iterator[Breach]:
        """Yield every error of an instance."""
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


def shipped_schemas() -> tuple[str, ...]:
    """Return the names of the schemas any other may refer to."""
    return tuple(name for name in names() if "/" in name and not name.startswith(("mappings/", "plans/")))


_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})"
_EXACT = {"date": _DATE, "time": _TIME, "date-time": f"{_DATE}[Tt]{_TIME}"}
"""The productions of RFC 3339, section 5.6, without the ranges of their numbers."""


@cache
def _exact_formats(maker: Any) -> dict[str, Callable[[str], bool]]:
    """Return the formats jsonschema-rs takes too much for: to 0.60 any of ``*+,-./`` passes for a digit in a date."""
    formats = {}
    for name, pattern in _EXACT.items():
        holds = maker({"format": name}, validate_formats=True).is_valid
        if not holds("no moment"):  # else the dialect does not know the format, and is not taught it
            formats[name] = _both(re.compile(pattern).fullmatch, holds)
    return formats


def _both(has_shape: Callable[[str], Any], holds: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: has_shape(text) is not None and holds(text)


@cache
def _native_registry() -> Any:
    schemas = [load(name) for name in shipped_schemas()]
    return jsonschema_rs.Registry([(schema["$id"], schema) for schema in schemas])


def _refuse(uri: str, away: list[str]) -> Any:
    away.append(uri)
    raise ValueError(uri)


def _refused(error: Exception) -> ContractFileError:
    message = getattr(error, "message", None) or str(error)
    path = getattr(error, "instance_path", None) or getattr(error, "absolute_path", None) or ()
    where = pointer(*path) or "/"
    first = str(message).strip().split("\n")[0]
    return ContractFileError(f"not a JSON Schema: {where}: {first}")


def _place(error: Any, instance: Any) -> tuple[str | int, ...]:
    """Return where an error is. jsonschema-rs leaves empty keys out of its paths, but not out of its long message."""
    path = tuple(error.instance_path)
    places = _with_empty_keys(instance, path)
    if len(places) == 1:
        return path
    told = error.verbose_message
    written = {one: "".join(f"[{dumps(key, ensure_ascii=False)}]" for key in one) for one in places}
    return next((one for one in places if f"\nOn instance{written[one]}:\n" in told), path)


def _with_empty_keys(value: Any, path: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    """Return every path in ``value`` that is ``path`` once its empty keys are left out."""
    found: list[tuple[str | int, ...]] = []
    stack: list[tuple[Any, tuple[str | int, ...], int]] = [(value, (), 0)]
    while stack:
        here, walked, taken = stack.pop()
        if isinstance(here, dict) and "" in here:
            stack.append((here[""], (*walked, ""), taken))
        if taken == len(path):
            found.append(walked)
            continue
        key = path[taken]
        parts = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
        stack += [(inner, (*walked, key), taken + 1) for name, inner in parts if name == key]
    return found


def _matches(patterns: dict[str, Any], key: str) -> bool:
    return any(re.search(pattern, key) for pattern in patterns)


def best_engine() -> type[Native | Plain]:
    """Return the fast engine where it is installed, else the other."""
    return Native if jsonschema_rs is not None else Plain
