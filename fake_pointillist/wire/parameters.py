"""Query and path parameters: from text to checked values, every fault named at once."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from contracts.codes import violation
from fake_pointillist.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contracts.violations import Violation
    from fake_pointillist.wire.operations import Parameter

_LONGEST_NUMBER = 30


def read_parameters(declared: Iterable[Parameter], query: bytes, path: Mapping[str, str]) -> dict[str, Any]:
    """Return every declared parameter by name; what is left out has its default.

    Args:
        declared: What the operation takes.
        query: The query string, as on the wire.
        path: Path parameters.

    Raises:
        RefusedError: 400 with everything that is wrong: unknown names, repeated ones, values out of bounds.
    """
    given: dict[str, str] = dict(path)
    found: list[Violation] = []
    declared = tuple(declared)
    known = [parameter.name for parameter in declared if parameter.where == "query"]
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError as error:
        raise RefusedError(400, f"the query cannot be read: {error}") from error
    for name, text in pairs:
        if name not in known:
            takes = f"known: {', '.join(known)}" if known else "this route takes none"
            found.append(_wrong(name, f"there is no parameter {name!r}; {takes}"))
        elif name in given:
            found.append(_wrong(name, f"{name} is given twice"))
        else:
            given[name] = text
    values: dict[str, Any] = {}
    for parameter in declared:
        text_or_none = given.get(parameter.name)
        if text_or_none is None:
            values[parameter.name] = parameter.default
            if parameter.required:
                found.append(_wrong(parameter.name, f"{parameter.name} is missing"))
            continue
        value, fault = _read(parameter, text_or_none)
        values[parameter.name] = value
        if fault is not None:
            found.append(_wrong(parameter.name, fault))
    if found:
        raise RefusedError(400, found[0].message, tuple(found))
    return values


def _read(parameter: Parameter, text: str) -> tuple[Any, str | None]:
    name = parameter.name
    if parameter.kind is str:
        if parameter.choices and text not in parameter.choices:
            return None, f"{name} is {text!r}; known: {', '.join(parameter.choices)}"
        if len(text) > parameter.longest:
            return None, f"{name} is longer than {parameter.longest} characters"
        if parameter.pattern is not None and re.search(parameter.pattern[0], text) is None:
            return None, f"{name} is {text!r}, not {parameter.pattern[1]}"
        return text, None
    value = _number(parameter.kind, text)
    word = "a whole number" if parameter.kind is int else "a number"
    if value is None:
        return None, f"{name} is {text[:_LONGEST_NUMBER]!r}, not {word}"
    if (parameter.least is not None and value < parameter.least) or (
        parameter.most is not None and value > parameter.most
    ):
        return None, f"{name} is {value}; it lies between {parameter.least} and {parameter.most}"
    return value, None


def _number(kind: Any, text: str) -> float | None:
    if len(text) > _LONGEST_NUMBER or not text.isascii() or "_" in text or text != text.strip():
        return None
    try:
        value: float = kind(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _wrong(name: str, what: str) -> Violation:
    return violation("bad_parameter", f"/{name}", what)
