"""Mapping files: reading them, and refusing wrong ones with file, line and what is allowed there.

Everything that is wrong and can be told at once is told at once, in the order of the file.

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
from simulator.mapping.mistakes import judge, nearest
from simulator.mapping.places import Mistake, Source
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
    """A mapping's rules by name and its settings, those of what it extends included, and what is wrong with it.

    Where something is, ``rules`` holds the sound ones.
    """

    name: str
    rules: dict[str, Rule]
    settings: dict[str, int]
    source: Source
    mistakes: list[Mistake]


def _compiled(layers: _Layers) -> Mapping:
    rules = list(layers.rules.values())
    mistakes = [*layers.mistakes, *_conflicts(rules, layers.source)]
    if not layers.mistakes:  # what is missing may be the rule that is wrong
        mistakes += _missing(rules)
    if mistakes:
        raise MappingError(*layers.source.told(mistakes))
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
    return _layers(content, source, beside, chain)


def _layers(content: dict[str, Any], source: Source, beside: Path | None, chain: tuple[str, ...]) -> _Layers:
    judged = judge(content, source)
    rules: dict[str, Rule] = {}
    settings: dict[str, int] = {}
    base = content.get("extends")
    if isinstance(base, str):
        try:
            lower = _base(base, beside, chain)
        except MappingError as error:
            line = source.line(None, "extends")
            judged.mistakes.extend(Mistake(line, f"extends: {text}") for text in error.args)
        else:
            rules, settings = dict(lower.rules), dict(lower.settings)
    for row in judged.rules:
        rules[row["name"]] = _rule(row)
    own = content.get("settings")
    settings.update(own if isinstance(own, dict) else {})
    return _Layers(content.get("name") or Path(source.name).stem, rules, settings, source, judged.mistakes)


def _base(base: str, beside: Path | None, chain: tuple[str, ...]) -> _Layers:
    key = base if base in mapping_names() else str((beside or Path()) / base)
    if key in chain:
        raise MappingError(f"extends itself, by way of {' -> '.join(chain)}")
    lower = _read(base, beside, chain)
    if lower.mistakes:
        raise MappingError(*lower.source.told(lower.mistakes))
    return lower


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


def _conflicts(rules: list[Rule], source: Source) -> list[Mistake]:
    """Return which rules take or make the same; two that do so for both calls are told for the first."""
    found: dict[tuple[str, str], Mistake] = {}
    for call in _CALLS:
        taken: dict[str, Rule] = {}
        for rule in (rule for rule in rules if call in rule.calls):
            inside = rule.target in ("labels", "numbers", "attributes", "nothing")
            place = rule.source if inside else rule.target
            assert place is not None  # only a constant has no source, and none goes there
            other = taken.setdefault(place, rule)
            if other is rule:
                continue
            text = f"rules {other.name!r} and {rule.name!r} both {'take' if inside else 'make'} {place} of {call}"
            mend = f"; keep one, or give it the name {other.name!r} to take its place"
            found.setdefault((other.name, rule.name), Mistake(source.line(rule.name), text + mend))
    return list(found.values())


def _missing(rules: list[Rule]) -> list[Mistake]:
    """Return what an event needs and no rule makes."""
    needed = (("eventType", "eventType"), ("eventTime", "eventTime"), ("an actor identifier", "actors."))
    lacking = [
        (what, [call for call in _CALLS if not any(r.target.startswith(to) and call in r.calls for r in rules)])
        for what, to in needed
    ]
    return [
        Mistake(None, f'no rule makes {what} of {" and ".join(calls)}; add one, or extends = "{DEFAULT}"')
        for what, calls in lacking
        if calls
    ]
