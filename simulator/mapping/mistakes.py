"""What is wrong with a mapping file, one line a mistake: file, line, rule, key, and what is allowed there."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts import resources
from simulator.mapping.places import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.violations import Violation
    from simulator.mapping.places import Source

_TARGETS = ("labels", "numbers", "attributes", "nothing", "eventSource", "eventType", "eventTime")
_ALLOWED_TARGETS = ", ".join((*_TARGETS, "actors.<type>.<identifier>"))
_INSIDE = ("labels", "numbers", "attributes", "nothing")
"""Targets that take many values under names of their own; every other is one place."""
_ONE_OF = {"schema_oneOf": {"from", "value"}, "schema_anyOf": {"rule", "extends"}}
"""Keys of which the schema wants one, by the code that says so."""


class Judged(NamedTuple):
    """What a parsed mapping file is worth by itself.

    Attributes:
        mistakes: Everything that is wrong with it.
        rules: Those of its rules that are sound, as they are written.
    """

    mistakes: list[Mistake]
    rules: list[dict[str, Any]]


class _Holder(NamedTuple):
    """What keys of a mapping file stand in: a rule, the settings, or the file itself.

    Attributes:
        depth: How many keys lead to it.
        rule: The rule's position, or ``None``.
        head: What to call it, before the key.
        shape: Its part of the schema.
        values: What it is in the file.
    """

    depth: int
    rule: int | None
    head: str
    shape: dict[str, Any]
    values: Any


def judge(content: dict[str, Any], source: Source) -> Judged:
    """Judge a parsed mapping file by itself: not what it extends, and not its rules against each other."""
    from contracts.checker import Checker  # noqa: PLC0415 - shipped mappings are checked by the tests, not at start

    schema = resources.load("mapping")
    found: dict[tuple[str, ...], list[Violation]] = {}
    for one in Checker(schema, basis="ours").violations(content):
        found.setdefault(_home(_keys(one.path)), []).append(one)
    mistakes: list[Mistake] = []
    for home, violations in found.items():
        mistakes += _in_holder(violations, _holder(home, content, schema), source)
    broken = {int(home[1]) for home in found if home[:1] == ("rule",)}
    rules: list[dict[str, Any]] = []
    names: set[str] = set()
    rows = content.get("rule")
    for index, rule in enumerate(rows if isinstance(rows, list) else ()):
        if index in broken:
            continue
        wrong = list(_mismatches(rule, names))
        mistakes += [
            Mistake(source.line_at(index, key), f"rule {rule['name']!r}: {key}: {text}") for key, text in wrong
        ]
        names.add(rule["name"])
        if not wrong:
            rules.append(rule)
    return Judged(mistakes, rules)


def _mismatches(rule: dict[str, Any], names: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what the schema cannot say, keys that do not go together: the key and what is wrong with it."""
    target, start = rule["to"], rule.get("from")
    nothing = f"means nothing where the rule goes to {target}"
    yield from (
        (key, text)
        for key, wrong, text in (
            ("name", rule["name"] in names, "the name stands twice in this file"),
            ("value", target not in ("eventSource", "eventType"), "a constant can only go to eventSource or eventType"),
            ("from", target == "eventSource", 'eventSource is a constant; write value = "..."'),
            (
                "from",
                target == "eventType" and start != "/event",
                'eventType comes from "/event", or write value = "..."',
            ),
            (
                "from",
                target == "eventTime" and start != "/timestamp",
                'eventTime comes from "/timestamp", as admission corrected it',
            ),
            ("as", "prefix" in rule, "takes the value itself, prefix what is inside; use one of them"),
            ("as", target not in _INSIDE, nothing),
            ("prefix", target not in _INSIDE, nothing),
        )
        if key in rule and wrong
    )


def _keys(path: str) -> tuple[str, ...]:
    return tuple(key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:])


def _home(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path of what holds a place: a rule, the settings, or the file."""
    if keys[:1] == ("rule",) and len(keys) > 1 and keys[1].isdigit():
        return keys[:2]
    return keys[:1] if keys[:1] == ("settings",) and len(keys) > 1 else ()


def _holder(home: tuple[str, ...], content: dict[str, Any], schema: dict[str, Any]) -> _Holder:
    if home[:1] == ("rule",):
        index = int(home[1])
        rule = content["rule"][index]
        name = rule.get("name") if isinstance(rule, dict) else None
        head = f"rule {name!r}" if isinstance(name, str) else f"rule {index + 1}"
        return _Holder(2, index, f"{head}: ", schema["$defs"]["rule"], rule)
    if home:
        return _Holder(1, None, "", schema["properties"]["settings"], content["settings"])
    return _Holder(0, None, "", schema, content)


def _in_holder(violations: list[Violation], holder: _Holder, source: Source) -> Iterator[Mistake]:
    """Yield the mistakes of one holder, without those that only follow from a key of it that is misspelt."""
    allowed = sorted(holder.shape["properties"])
    unknown = [_keys(one.path)[-1] for one in violations if one.code == "schema_unexpected"]
    meant = {nearest(key, allowed) for key in unknown}
    for one in violations:
        keys = _keys(one.path)
        key = keys[holder.depth] if len(keys) > holder.depth else None
        missing = {key} if one.code == "schema_required" else _ONE_OF.get(one.code, set())
        if missing & meant:
            continue
        line = source.line(None, key) if holder.rule is None else source.line_at(holder.rule, key)
        yield Mistake(line, holder.head + _words(one, key, holder))


def _words(mistake: Violation, key: str | None, holder: _Holder) -> str:
    shape, values = holder.shape, holder.values
    allowed = sorted(shape["properties"])
    if mistake.code == "schema_unexpected" and key is not None:
        return f"unknown key {key!r}{_near(key, allowed)}; allowed: {', '.join(allowed)}"
    if mistake.code == "schema_required" and key is not None:
        purpose = shape["properties"].get(key, {}).get("description")
        return f"{key!r} is missing ({purpose})" if purpose else f"{key!r} is missing"
    value = values.get(key) if isinstance(values, dict) and key is not None else None
    if key == "to" and isinstance(value, str):
        return f"to: {value!r} is not allowed{_near(value, _TARGETS)}; allowed: {_ALLOWED_TARGETS}"
    if key == "from" and isinstance(value, str):
        return f'from: {value!r} is no JSON Pointer into the message; write it like "/properties/discount"'
    if (key == "as" and isinstance(value, str)) or (key == "prefix" and isinstance(value, str)):
        return f"{key}: {value!r} holds a dot or nothing; a dot would break Pointillist's own paths, use an underscore"
    if mistake.code == "schema_oneOf":
        return "needs exactly one of from (a JSON Pointer) and value (a constant)"
    if mistake.code == "schema_anyOf":
        return 'has no rules; add [[rule]] tables, or extends = "segment-docs"'
    place = f"{key}: " if key is not None else ""
    near = ""
    options = shape["properties"].get(key, {}).get("enum") if key is not None else None
    if options and isinstance(value, str):
        near = _near(value, options)
    return f"{place}{mistake.message}{near}"


def _near(word: str, known: Iterable[str]) -> str:
    found = nearest(word, known)
    return f", did you mean {found!r}?" if found else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that ``word`` was probably meant to be, or ``None``."""
    return next(iter(get_close_matches(word, list(known), n=1)), None)
