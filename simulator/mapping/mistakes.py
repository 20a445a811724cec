"""What is wrong with a mapping file, in one line: file, line, rule, key, and what is allowed there."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

from contracts import resources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.violations import Violation

_TARGETS = ("labels", "numbers", "attributes", "nothing", "eventSource", "eventType", "eventTime")
_ALLOWED_TARGETS = ", ".join((*_TARGETS, "actors.<type>.<identifier>"))
_RULE_HEAD = re.compile(r"\s*\[\[\s*rule\s*\]\]")


class Source(NamedTuple):
    """A mapping file as text, to find the lines its mistakes stand on.

    Attributes:
        name: Path or name, for people.
        text: The content.
    """

    name: str
    text: str

    def where(self, rule: str | None, key: str | None = None) -> str:
        """Return ``file:line`` of a rule by its name, or of a key in it, or of a key outside the rules."""
        lines = self.text.splitlines()
        start, end = 0, len(lines)
        if rule is not None:
            heads = [number for number, line in enumerate(lines) if _RULE_HEAD.match(line)]
            for position, head in enumerate(heads):
                stop = heads[position + 1] if position + 1 < len(heads) else len(lines)
                if any(_names(line, rule) for line in lines[head:stop]):
                    start, end = head, stop
        elif key is None:
            return self.name
        return self._line(start, end, key)

    def where_index(self, index: int, key: str | None) -> str:
        """Return ``file:line`` of the ``index``-th rule, or of a key in it."""
        lines = self.text.splitlines()
        heads = [number for number, line in enumerate(lines) if _RULE_HEAD.match(line)]
        if index >= len(heads):
            return self.name
        stop = heads[index + 1] if index + 1 < len(heads) else len(lines)
        return self._line(heads[index], stop, key)

    def _line(self, start: int, end: int, key: str | None) -> str:
        lines = self.text.splitlines()
        if key is not None:
            pattern = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=|\s*\[\s*{re.escape(key)}\s*\]""")
            for number in range(start, end):
                if pattern.match(lines[number]):
                    return f"{self.name}:{number + 1}"
        return f"{self.name}:{start + 1}"

    def not_toml(self, message: str) -> str:
        """Return the parser's words with the line in front."""
        match = re.search(r"\(at line (\d+), column (\d+)\)", message)
        if match is None:
            return f"{self.name}:{len(self.text.splitlines()) or 1}: not TOML: {message}"
        words = message[: match.start()].strip()
        return f"{self.name}:{match[1]}: not TOML: {words} (column {match[2]})"


def first_mistake(content: dict[str, Any], source: Source) -> str | None:
    """Return the first mistake of a parsed mapping file as one line, or ``None`` where the schema takes it."""
    from contracts.checker import Checker  # noqa: PLC0415 - shipped mappings are checked by the tests, not at start

    schema = resources.load("mapping")
    found = Checker(schema, basis="ours").violations(content)
    # The innermost says most; and a key that is too many before one that is missing, for it may be that one misspelt.
    for mistake in sorted(found, key=lambda row: (-row.path.count("/"), row.code != "schema_unexpected")):
        return _line(mistake, content, source, schema)
    return _mismatch(content, source)


def _mismatch(content: dict[str, Any], source: Source) -> str | None:
    """Return what the schema cannot say: keys that do not go together."""
    names: set[str] = set()
    for index, rule in enumerate(content.get("rule", ())):
        head = f"rule {rule['name']!r}"
        target = rule["to"]
        wrong: tuple[str, str] | None = None
        if rule["name"] in names:
            wrong = ("name", "the name stands twice in this file")
        elif "value" in rule and target not in ("eventSource", "eventType"):
            wrong = ("value", "a constant can only go to eventSource or eventType")
        elif "from" in rule and target == "eventSource":
            wrong = ("from", 'eventSource is a constant; write value = "..."')
        elif target == "eventType" and rule.get("from", "/event") != "/event":
            wrong = ("from", 'eventType comes from "/event", or write value = "..."')
        elif target == "eventTime" and rule.get("from") != "/timestamp":
            wrong = ("from", 'eventTime comes from "/timestamp", as admission corrected it')
        elif "prefix" in rule and "as" in rule:
            wrong = ("as", "takes the value itself, prefix what is inside; use one of them")
        elif "prefix" in rule and target not in ("labels", "numbers", "attributes", "nothing"):
            wrong = ("prefix", f"means nothing where the rule goes to {target}")
        if wrong is not None:
            return f"{source.where_index(index, wrong[0])}: {head}: {wrong[0]}: {wrong[1]}"
        names.add(rule["name"])
    return None


def _line(mistake: Violation, content: dict[str, Any], source: Source, schema: dict[str, Any]) -> str:
    keys = [key.replace("~1", "/").replace("~0", "~") for key in mistake.path.split("/")[1:]]
    if keys[:1] == ["rule"] and len(keys) > 1 and keys[1].isdigit():
        index = int(keys[1])
        key = keys[2] if len(keys) > 2 else None
        rule = content["rule"][index]
        name = rule.get("name") if isinstance(rule, dict) else None
        head = f"rule {name!r}" if isinstance(name, str) else f"rule {index + 1}"
        shape = schema["$defs"]["rule"]
        return f"{source.where_index(index, key)}: {head}: {_words(mistake, key, shape, rule)}"
    key = keys[-1] if keys else None
    shape = schema["properties"]["settings"] if keys[:1] == ["settings"] and len(keys) > 1 else schema
    holder = content.get("settings", {}) if shape is not schema else content
    where = source.name if mistake.code == "schema_required" else source.where(None, key)
    return f"{where}: {_words(mistake, key, shape, holder)}"


def _words(mistake: Violation, key: str | None, shape: dict[str, Any], holder: Any) -> str:
    allowed = sorted(shape["properties"])
    if mistake.code == "schema_unexpected" and key is not None:
        return f"unknown key {key!r}{_near(key, allowed)}; allowed: {', '.join(allowed)}"
    if mistake.code == "schema_required" and key is not None:
        purpose = shape["properties"].get(key, {}).get("description")
        return f"{key!r} is missing ({purpose})" if purpose else f"{key!r} is missing"
    value = holder.get(key) if isinstance(holder, dict) and key is not None else None
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


def _names(line: str, rule: str) -> bool:
    return re.match(rf"""\s*["']?name["']?\s*=\s*["']{re.escape(rule)}["']""", line) is not None


__all__ = ["Source", "first_mistake", "nearest"]
