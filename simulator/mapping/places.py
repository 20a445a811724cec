"""Where in a mapping file its mistakes stand: lines of its text, and the mistakes told in the file's order. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

_RULE_HEAD = re.compile(r"\s*\[\[\s*rule\s*\]\]")


class Mistake(NamedTuple):
    """One thing that is wrong with a mapping file.

    Attributes:
        line: Where, from 1; ``None`` for the file as a whole.
        text: Rule, key, what is wrong and what is allowed there.
    """

    line: int | None
    text: str


class Source(NamedTuple):
    """A mapping file as text.

    Attributes:
        name: Path or name, for people.
        text: The content.
    """

    name: str
    text: str

    def line(self, rule: str | None, key: str | None = None) -> int | None:
        """Return the line of a rule by its name, of a key in it, or of a key outside the rules.

        ``None`` where there is neither rule nor key to look for, or no such rule in this file.
        """
        lines = self.text.splitlines()
        if rule is None:
            return None if key is None else self._line(0, len(lines), key)
        at = [(start, stop) for start, stop in self._rules() if any(_names(line, rule) for line in lines[start:stop])]
        return self._line(*at[-1], key) if at else None

    def line_at(self, index: int, key: str | None) -> int | None:
        """Return the line of the ``index``-th rule, or of a key in it; ``None`` where rules are not ``[[rule]]``."""
        rules = self._rules()
        return self._line(*rules[index], key) if index < len(rules) else None

    def told(self, mistakes: Iterable[Mistake]) -> tuple[str, ...]:
        """Return mistakes as ``file:line: text``, each once, in the file's order; what concerns all of it last."""
        rows = sorted(dict.fromkeys(mistakes), key=lambda row: (row.line is None, row.line or 0))
        return tuple(f"{self.name}{'' if row.line is None else f':{row.line}'}: {row.text}" for row in rows)

    def not_toml(self, message: str) -> str:
        """Return the parser's words with the line in front."""
        match = re.search(r"\(at line (\d+), column (\d+)\)", message)
        if match is None:
            return f"{self.name}:{len(self.text.splitlines()) or 1}: not TOML: {message}"
        words = message[: match.start()].strip()
        return f"{self.name}:{match[1]}: not TOML: {words} (column {match[2]})"

    def _rules(self) -> list[tuple[int, int]]:
        lines = self.text.splitlines()
        heads = [number for number, line in enumerate(lines) if _RULE_HEAD.match(line)]
        return list(zip(heads, [*heads[1:], len(lines)], strict=True))

    def _line(self, start: int, end: int, key: str | None) -> int:
        if key is not None:
            pattern = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=|\s*\[\s*{re.escape(key)}\s*\]""")
            for number, line in enumerate(self.text.splitlines()[start:end], start + 1):
                if pattern.match(line):
                    return number
        return start + 1


def _names(line: str, rule: str) -> bool:
    return re.match(rf"""\s*["']?name["']?\s*=\s*["']{re.escape(rule)}["']""", line) is not None
