"""JSON bytes to values, strictly, and what the text lost on the way.

orjson does the reading: no NaN, no lone surrogates, no bad UTF-8, no nesting past 1,024 levels. Two losses it does not
tell of are looked for here: keys that stand twice, of which the last counts, and numbers with more digits than a double
holds.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import orjson

from contracts.codes import violation
from contracts.not_json import BOM, NotJsonError, explained
from contracts.violations import pointer
from contracts.wording import shown

if TYPE_CHECKING:
    from contracts.violations import Violation

_DIGITS: Final = bytes.maketrans(b"123456789", b"000000000")
_LONG_NUMBER: Final = b"0" * 17
"""A double tells any 15 digits apart and prints at most 17: fewer in a row cannot be lost."""
_COLON_APART: Final = re.compile(rb'"[ \t\r\n]+:')


def decode(raw: bytes, *, writable: bool = False) -> tuple[Any, tuple[Violation, ...]]:
    """Return the value of JSON bytes (UTF-8, with or without BOM), and notes of what the text lost on the way.

    Args:
        raw: The text.
        writable: Refuse what orjson reads but cannot write again, nesting past 254 levels: for who keeps what comes.

    Returns:
        The value, and ``duplicate_key`` and ``number_precision`` notes with JSON Pointers into it.

    Raises:
        NotJsonError: Not JSON; says what and where.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        if raw.startswith(BOM):
            return decode(raw[len(BOM) :], writable=writable)
        raise explained(error, raw) from None
    try:
        again = orjson.dumps(value)
    except orjson.JSONEncodeError:  # it reads 1,024 levels and writes 254; there is nothing to compare with
        if writable:
            raise NotJsonError("nested deeper than 254 levels", 1, 1) from None
        return value, _losses(raw)
    # What comes out as it went in has lost nothing, and most senders write JSON just as orjson does.
    if again == raw or again == raw.rstrip() or not _is_suspicious(raw, again):
        return value, ()
    return value, _losses(raw)


def _is_suspicious(raw: bytes, again: bytes) -> bool:
    """Say whether the text may hold a key twice or a number too long; wrong only on the side of caution.

    Written anew the value has as many keys as the text, unless one stood twice. What could make the counts agree by
    chance (white space before a colon, an escaped quotation mark) is suspicious itself.
    """
    if raw.count(b'":') != again.count(b'":') or _LONG_NUMBER in raw.translate(_DIGITS, b"."):
        return True
    if b"\\" in raw and b"\\u0022" in raw:
        return True
    spaced = b" :" in raw or b"\t" in raw or b"\r" in raw or b"\n" in raw.rstrip()
    return spaced and _COLON_APART.search(raw) is not None


def _losses(raw: bytes) -> tuple[Violation, ...]:
    """Read the text again, slowly, keeping every pair and the text of every number."""
    text = raw.decode("utf-8-sig")
    try:
        tree = json.loads(text, object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number)
    except (
        RecursionError
    ):  # deeper than Python's own reader goes: nothing can be said, and nothing was changed knowingly
        return ()
    notes: list[Violation] = []
    stack: list[tuple[Any, tuple[str | int, ...]]] = [(tree, ())]
    while stack:
        item, path = stack.pop()
        if isinstance(item, _Pairs):
            last = dict(item)
            seen: set[str] = set()
            for key, _ in item:
                if key in seen:
                    words = f"the key {shown(key)} stands twice; the last one counts"
                    notes.append(violation("duplicate_key", pointer(*path, key), words))
                seen.add(key)
            stack.extend((last[key], (*path, key)) for key in reversed(last))
        elif isinstance(item, list):
            stack.extend((item[index], (*path, index)) for index in range(len(item) - 1, -1, -1))
        elif isinstance(item, _Number) and item.is_lost:
            words = f"{item.shortened} has more digits than a double holds; {item.kept} is used"
            notes.append(violation("number_precision", pointer(*path), words))
    return tuple(dict.fromkeys(notes))


class _Pairs(list[tuple[str, Any]]):
    """An object as its pairs, the same key as often as it stands there."""


class _Number(str):
    """A number as its text."""

    __slots__ = ()

    @property
    def kept(self) -> float:
        """The value orjson gave it."""
        kept: float = orjson.loads(str(self))
        return kept

    @property
    def is_lost(self) -> bool:
        """The text means another number than the one kept; integers of 64 bits are kept exactly."""
        kept = self.kept
        if isinstance(kept, int):
            return False
        written = Decimal(str(self))
        return written not in (Decimal(repr(kept)), Decimal(kept))

    @property
    def shortened(self) -> str:
        return self if len(self) <= 40 else self[:39] + "…"
