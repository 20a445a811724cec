"""The filter language of ``/``: terms joined by *and*. Pure.

=============================  ==================================================================
``word``, ``"two words"``      in event type, ids, codes or any value, without case
``call:track``                 Segment call
``type:"Order Completed"``     event type; ``*`` at either end
``user: anon: actor: id:``     identifiers as sent, the actor now, the messageId
``status:rejected``            delivered, duplicate, rejected, expired, discarded, waiting
``http:429,503``               last answer; a comma means *or*, in every term
``code:type_flips``            a violation, warning, note, drop or discard code
``path:/numbers/*``            a violation or a mapping row at this path
``basis:inferred``             a mapping row or rule with this basis
``!term``                      not
=============================  ==================================================================

Terms that need only the :class:`~simulator.tui.rows.Row` are judged first; the Trace is asked for only if they hold.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from contracts.violations import BASES
from simulator.tui.signs import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulator.trace import Trace
    from simulator.tui.rows import Row

KEYS = ("call", "type", "user", "anon", "actor", "id", "status", "http", "code", "path", "basis")
"""Every key the language knows."""

_CLOSED = {"status": tuple(State), "basis": BASES}
"""Keys with a fixed set of values: a wrong value is an error, never an empty list."""

_ON_TRACE = frozenset({"path", "basis", ""})


class FilterError(ValueError):
    """The text cannot be meant. ``str()`` is one line with the nearest known word."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term.

    Attributes:
        key: One of :data:`KEYS`, or ``""`` for a plain word.
        values: Alternatives, any of which will do; lower case.
        negated: ``!term``.
        text: As it was typed.
    """

    key: str
    values: tuple[str, ...]
    negated: bool
    text: str

    @property
    def needs_trace(self) -> bool:
        """Whether the row alone cannot answer."""
        return self.key in _ON_TRACE


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter; no terms means everything."""

    terms: tuple[Term, ...]
    text: str

    def matches(self, row: Row, trace: Callable[[], Trace | None], actor: Callable[[Row], str] = lambda _: "") -> bool:
        """Whether a message passes.

        Args:
            row: Its row.
            trace: Fetches its trace, called only if a term needs it.
            actor: The actor an event belongs to now (``user:U1``), ``""`` where it is not known.
        """
        whole: Trace | None = None
        fetched = False
        for term in sorted(self.terms, key=lambda term: term.needs_trace):
            if not term.needs_trace:
                held = _on_row(term, row, actor)
            elif not term.key and _word_in_row(term, row):
                held = True
            else:
                if not fetched:
                    whole, fetched = trace(), True
                held = whole is not None and _on_trace(term, whole)
            if held is term.negated:
                return False
        return True

    def asks(self, key: str) -> bool:
        """Whether one of its terms has this key."""
        return any(term.key == key for term in self.terms)

    def without(self, term: Term) -> Filter:
        """Return the filter without one of its terms."""
        return Filter(tuple(other for other in self.terms if other is not term), self.text)


def parse(text: str) -> Filter:
    """Return the filter ``text`` means.

    Raises:
        FilterError: An unknown key or value; the text names the nearest known one.
    """
    return Filter(tuple(_term(word) for word in _words(text)), text.strip())


def culprit(terms: tuple[Term, ...], matches_without: Callable[[Term], bool]) -> Term | None:
    """Return the term without which something would be left, or ``None`` where no single one is to blame."""
    if len(terms) == 1:
        return terms[0]
    return next((term for term in terms if matches_without(term)), None)


def _words(text: str) -> Iterator[str]:
    """Split at spaces outside double quotes; quotes stay, since a quoted word is never a key."""
    word, quoted = "", False
    for character in text:
        if character == '"':
            quoted = not quoted
        if character.isspace() and not quoted:
            if word:
                yield word
            word = ""
        else:
            word += character
    if word:
        yield word


def _term(word: str) -> Term:
    body = word.removeprefix("!")
    negated = body != word
    key, colon, rest = body.partition(":")
    if not colon or '"' in key or not key or not rest.strip('"'):
        if colon and key in KEYS:
            raise FilterError(f"{key}: needs a value, such as {_EXAMPLES[key]}")
        plain = body.replace('"', "").casefold()
        if not plain:
            raise FilterError("! needs a term after it" if negated else 'an empty "" finds nothing')
        return Term("", (plain,), negated, word)
    if key not in KEYS:
        near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.3)
        quoted = body.replace('"', "")
        raise FilterError(
            f"no key {key}:" + (f", did you mean {near[0]}:?" if near else f"; known: {' '.join(KEYS)}")
            + f' (a plain word with a colon goes in quotes: "{quoted}")'
        )  # fmt: skip
    values = tuple(value.casefold() for value in _values(rest) if value)
    if not values:
        raise FilterError(f"{key}: needs a value, such as {_EXAMPLES[key]}")
    allowed = _CLOSED.get(key)
    if allowed:  # half a word is enough, so that typing shows something before the last letter
        values = tuple(word for value in values for word in _begun(value, allowed))
    return Term(key, values, negated, word)


def _begun(value: str, allowed: tuple[str, ...]) -> list[str]:
    """Return the allowed words that begin with ``value``."""
    found = [word for word in allowed if word.startswith(value)]
    if not found:
        near = difflib.get_close_matches(value, allowed, n=1, cutoff=0.3)
        raise FilterError(
            f"no {value} there" + (f", did you mean {near[0]}?" if near else f"; known: {', '.join(allowed)}")
        )
    return found


_EXAMPLES = {
    "call": "call:track",
    "type": 'type:"Order Completed"',
    "user": "user:u_42",
    "anon": "anon:7f3a",
    "actor": "actor:u_42",
    "id": "id:m1187",
    "status": "status:rejected",
    "http": "http:429,503",
    "code": "code:type_flips",
    "path": "path:/numbers/*",
    "basis": "basis:inferred",
}


def _values(rest: str) -> Iterator[str]:
    value, quoted = "", False
    for character in rest:
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            yield value
            value = ""
        else:
            value += character
    yield value


def _like(text: str, pattern: str) -> bool:
    """Compare without case; ``*`` at either end of the pattern stands for anything."""
    text = text.casefold()
    if pattern == "*":
        return bool(text)
    if pattern.startswith("*") and pattern.endswith("*"):
        return pattern[1:-1] in text
    if pattern.startswith("*"):
        return text.endswith(pattern[1:])
    if pattern.endswith("*"):
        return text.startswith(pattern[:-1])
    return text == pattern


def _on_row(term: Term, row: Row, actor: Callable[[Row], str]) -> bool:
    match term.key:
        case "call":
            texts: tuple[str, ...] = (row.call,)
        case "type":
            texts = () if row.state is State.DISCARDED else (row.title,)
        case "user":
            texts = (row.user_id,)
        case "anon":
            texts = (row.anonymous_id,)
        case "actor":
            whole = actor(row)
            texts = (whole, whole.partition(":")[2])
        case "id":
            texts = (row.name,)
        case "status":
            texts = (row.state.value,)
        case "http":
            texts = (row.answer,)
        case _:
            texts = tuple(row.codes)
    return any(_like(text, value) for value in term.values for text in texts if text)


def _word_in_row(term: Term, row: Row) -> bool:
    word = term.values[0]
    texts = (row.title, row.user_id, row.anonymous_id, row.name, row.call, *row.codes)
    return any(word in text.casefold() for text in texts)


def _on_trace(term: Term, trace: Trace) -> bool:
    if term.key == "path":
        return any(_like(path, value) for path in _paths(trace) for value in term.values)
    if term.key == "basis":
        return any(basis in term.values for basis in _bases(trace))
    event = trace.mapped.event if trace.mapped is not None else None
    return _contains(trace.received.payload, term.values[0]) or _contains(event, term.values[0])


def _paths(trace: Trace) -> Iterator[str]:
    for item in (*trace.violations, *trace.warnings, *trace.notes):
        yield item.path
    if trace.mapped is not None:
        for step in trace.mapped.provenance:
            yield step.source or ""
            yield step.target
        for drop in trace.mapped.dropped:
            yield drop.source


def _bases(trace: Trace) -> Iterator[str]:
    for item in (*trace.violations, *trace.warnings):
        yield item.basis
    if trace.mapped is not None:
        yield from (step.basis for step in trace.mapped.provenance)
        yield from (drop.basis for drop in trace.mapped.dropped)


def _contains(value: Any, word: str) -> bool:
    """Whether ``word`` stands in any value of a JSON document; a loop, since depth is the sender's choice."""
    todo = [value]
    while todo:
        item = todo.pop()
        if isinstance(item, dict):
            todo.extend(item.values())
        elif isinstance(item, list):
            todo.extend(item)
        elif isinstance(item, str):
            if word in item.casefold():
                return True
        elif item is not None and word in str(item).casefold():
            return True
    return False
