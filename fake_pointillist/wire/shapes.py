"""From a type to its JSON Schema (2020-12): enough for the types of :mod:`fake_pointillist.wire.answers`."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}


def schema_of(shape: Any, *, open_: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of a type.

    Args:
        shape: ``str``, ``int``, ``float``, ``bool``, ``None``, ``Any``, ``Literal``, unions, ``list``, ``dict`` with
            text keys, ``TypedDict``, and ``Annotated`` with further keywords as pairs.
        open_: Whether objects may have keys their type does not name.

    Raises:
        TypeError: Any other type.
    """
    if shape is None:
        return {"type": "null"}
    if shape in _PLAIN:
        return dict(_PLAIN[shape])
    if is_typeddict(shape):
        return _object(shape, open_=open_)
    origin, arguments = get_origin(shape), get_args(shape)
    if origin is Annotated:
        schema = schema_of(arguments[0], open_=open_)
        for extra in arguments[1:]:
            schema.update(dict(extra))
        return schema
    if origin is NotRequired:
        return schema_of(arguments[0], open_=open_)
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return _union([schema_of(one, open_=open_) for one in arguments])
    if origin is list:
        return {"type": "array", "items": schema_of(arguments[0], open_=open_)}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(arguments[1], open_=open_)}
    raise TypeError(f"no JSON Schema for {shape!r}")


def _union(schemas: list[dict[str, Any]]) -> dict[str, Any]:
    """One plain type or null is one schema, whose errors say what is wrong; the keywords of the type ignore null."""
    others = [schema for schema in schemas if schema != {"type": "null"}]
    if len(others) == 1 < len(schemas) and isinstance(others[0].get("type"), str) and "enum" not in others[0]:
        return {**others[0], "type": [others[0]["type"], "null"]}
    return {"anyOf": schemas}


def _object(shape: Any, *, open_: bool) -> dict[str, Any]:
    hints = get_type_hints(shape, include_extras=True)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: schema_of(hint, open_=open_) for name, hint in hints.items()},
        # Not __required_keys__: with postponed annotations Python 3.11 cannot see NotRequired there.
        "required": [name for name, hint in hints.items() if get_origin(hint) is not NotRequired],
    }
    if not open_:
        schema["additionalProperties"] = False
    sentence = (shape.__doc__ or "").split("\n\n")[0].strip()
    if sentence and not sentence.startswith("dict("):
        schema["description"] = sentence
    return schema
