"""Mapping files: reading them, and refusing wrong ones with file, line and what is allowed there.

A file may extend another: the base's rules come first, and a rule of the same name takes the base's place. A file
without ``name`` is called as the file is, without its ending.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts import resources
from simulator.errors import MappingError
from simulator.mapping.apply import Mapping
from simulator.mapping.mistakes import Source, first_mistake, nearest
from simulator.mapping.rules import Rule, Settings

if TYPE_CHECKING:
    from simulator.segment.message import Call

DEFAULT = "segment-docs"
_SHIPPED = "mappings/"
_CALLS: tuple[Call, ...] = ("identify", "track")


def mapping_names() -> tuple[str, ...]:
    """Return the names of the shipped mappings."""
    return tuple(name.removeprefix(_SHIPPED) for name in resources.names(_SHIPPED))


def load_mapping(name_or_path: str = DEFAULT) -> Mapping:
    """Load and compile a mapping.

    Args:
        name_or_path: A shipped name (``segment-docs``, ``typed``, ``device-plus``) or the path of a TOML file.

    Raises:
        MappingError: There is none such, or the file is wrong: file, line, what is allowed there.
    """
    return _compiled(_read(name_or_path, None))


def parse_mapping(text: str, where: str = "mapping") -> Mapping:
    """Compile a mapping from its TOML text, as an editor holds it.

    Args:
        text: The file's content.
        where: What to call it in error texts; a relative ``extends`` is looked up beside it.

    Raises:
        MappingError: As :func:`load_mapping`.
    """
    return _compiled(_parsed(Source(where, text), Path(where).parent, (where,)))


class _Layers(NamedTuple):
    """A mapping's rules by name and its settings, those of what it extends included."""

    name: str
    rules: dict[str, Rule]
    settings: dict[str, int]
    source: Source


def _compiled(layers: _Layers) -> Mapping:
    rules = list(layers.rules.values())
    mistake = _conflict(rules)
    if mistake is not None:
        raise MappingError(f"{layers.source.where(mistake[0])}: {mistake[1]}")
    return Mapping(layers.name, rules, Settings(**layers.settings))


def _read(name_or_path: str, beside: Path | None, chain: tuple[str, ...] = ()) -> _Layers:
    if name_or_path in mapping_names():
        content = resources.load(_SHIPPED + name_or_path)
        source = Source(f"{name_or_path}.toml", resources.text(_SHIPPED + name_or_path))
        return _layers(content, source, None, (*chain, name_or_path))
    path = (beside or Path()) / name_or_path
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        near = nearest(name_or_path, mapping_names())
        hint = f"did you mean {near!r}? " if near else ""
        shipped = ", ".join(mapping_names())
        raise MappingError(f"no mapping {name_or_path!r}: {hint}no such file, and shipped are {shipped}") from None
    except UnicodeDecodeError as error:
        raise MappingError(f"{path}: not UTF-8: {error.reason} at byte {error.start}") from error
    except OSError as error:
        raise MappingError(f"{path}: {error.strerror}") from error
    return _parsed(Source(str(path), text), path.parent, (*chain, str(path)))


def _parsed(source: Source, beside: Path, chain: tuple[str, ...]) -> _Layers:
    try:
        content = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(source.not_toml(str(error))) from error
    mistake = first_mistake(content, source)
    if mistake is not None:
        raise MappingError(mistake)
    return _layers(content, source, beside, chain)


def _layers(content: dict[str, Any], source: Source, beside: Path | None, chain: tuple[str, ...]) -> _Layers:
    rules: dict[str, Rule] = {}
    settings: dict[str, int] = {}
    base = content.get("extends")
    if base is not None:
        key = base if base in mapping_names() else str((beside or Path()) / base)
        if key in chain:
            raise MappingError(f"{source.where(None, 'extends')}: extends itself, by way of {' -> '.join(chain)}")
        try:
            lower = _read(base, beside, chain)
        except MappingError as error:
            raise MappingError(f"{source.where(None, 'extends')}: extends: {error}") from error
        rules, settings = dict(lower.rules), dict(lower.settings)
    for row in content.get("rule", ()):
        rules[row["name"]] = _rule(row)
    settings.update(content.get("settings", {}))
    return _Layers(content.get("name") or Path(source.name).stem, rules, settings, source)


def _rule(row: dict[str, Any]) -> Rule:
    calls = row.get("calls")
    return Rule(
        name=row["name"],
        target=row["to"],
        calls=_CALLS if calls is None else tuple(call for call in _CALLS if call in calls),
        basis=row.get("basis", "plan"),
        source=row.get("from"),
        value=row.get("value"),
        prefix=row.get("prefix"),
        alias=row.get("as"),
        never=frozenset(row.get("never", ())),
        note=row.get("note", ""),
    )


def _conflict(rules: list[Rule]) -> tuple[str | None, str] | None:
    """Return the rule at fault and what is wrong with the rules taken together, or ``None``."""
    for call in _CALLS:
        sources: dict[str, Rule] = {}
        targets: dict[str, Rule] = {}
        for rule in (rule for rule in rules if call in rule.calls):
            if rule.target in ("labels", "numbers", "attributes", "nothing"):
                assert rule.source is not None
                other = sources.setdefault(rule.source, rule)
                if other is not rule:
                    text = f"rules {other.name!r} and {rule.name!r} both take {rule.source} of {call}; keep one"
                    return rule.name, f"{text}, or give it the name {other.name!r} to take its place"
            else:
                other = targets.setdefault(rule.target, rule)
                if other is not rule:
                    return rule.name, f"rules {other.name!r} and {rule.name!r} both make {rule.target} of {call}"
        for target in ("eventType", "eventTime"):
            if target not in targets:
                return None, f'no rule makes {target} of {call}; add one, or extends = "{DEFAULT}"'
        if not any(target.startswith("actors.") for target in targets):
            return None, f'no rule makes an actor identifier of {call}; add one, or extends = "{DEFAULT}"'
    return None
