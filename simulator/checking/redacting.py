"""Redaction: reports, fixtures and copies that can leave the house. Values are replaced, types and lengths kept.

The same value gives the same replacement wherever it stands, so that ids still join what they joined; numbers keep
their sign, their number of digits and whether they are whole. Names of keys, event names, types and times are structure
and stay. It hides values from readers; it is no encryption.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
from typing import TYPE_CHECKING, Any

from contracts.codes import CODES

if TYPE_CHECKING:
    from simulator.checking.findings import Report

KEPT = frozenset(
    {"type", "event", "eventType", "eventSource", "eventTime", "timestamp", "originalTimestamp", "sentAt", "receivedAt",
     "integrations", "status", "code"}
)  # fmt: skip
"""Top-level keys of a message or an event that are structure, not somebody's data."""

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}([T ][0-9:.,]+(Z|[+-]\d{2}:?\d{2})?)?")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def redact(document: Any, *, kept: frozenset[str] = KEPT) -> Any:
    """Return a copy of a JSON value with every value replaced.

    Args:
        document: A Segment message, an event, or a fixture of both.
        kept: Top-level keys (also those inside ``input`` and ``output`` of a fixture) that stay as they are.
    """
    if not isinstance(document, dict):
        return _value(document)
    redacted: dict[str, Any] = {}
    for key, value in document.items():
        if key in ("input", "output", "settings"):
            redacted[key] = value if key == "settings" else redact(value, kept=kept)
        else:
            redacted[key] = value if key in kept else _value(value)
    return redacted


def redact_report(report: Report) -> Report:
    """Return ``report`` with the sentences of its findings replaced by those of their codes, which hold no value."""
    findings = tuple(
        dataclasses.replace(finding, message=CODES[finding.code].sentence, hint=CODES[finding.code].hint)
        for finding in report.findings
    )
    return dataclasses.replace(report, findings=findings)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_value(inner) for inner in value]
    if isinstance(value, str):
        return value if _TIME.fullmatch(value) else _text(value)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return _number(value)
    return value


def _text(text: str) -> str:
    """Replace letters by letters and digits by digits; everything else stays, so that forms stay recognisable."""
    if not text:
        return text
    stream = _stream(text)
    shown: list[str] = []
    for position, character in enumerate(text):
        byte = stream[position % len(stream)]
        if character.isdigit():
            shown.append(str(byte % 10))
        elif character.isalpha():
            letter = _LETTERS[byte % 26]
            shown.append(letter.upper() if character.isupper() else letter)
        else:
            shown.append(character)
    return "".join(shown)


def _number(number: float) -> float:
    """Replace the digits; sign, length and wholeness stay, and so does the plain 0 and 1 of flags and counters."""
    if number in (0, 1) or not math.isfinite(number):
        return number
    text = repr(number)
    digits = iter(_stream(text) * (len(text) // 32 + 1))
    first = True
    shown: list[str] = []
    mantissa, mark, exponent = text.partition("e")
    for character in mantissa:
        if not character.isdigit():
            shown.append(character)
            continue
        digit = next(digits) % 10
        # A leading zero would shorten the number, and a nought before the point must stay one.
        shown.append(character if character == "0" and first else str(max(digit, 1) if first else digit))
        first = first and character == "0"
    replaced = "".join(shown) + mark + exponent
    if not isinstance(number, int):
        return float(replaced)
    whole = int(replaced)
    if -(2**63) <= whole < 2**64:
        return whole
    sign = "-" if number < 0 else ""
    return int(sign + "10" + replaced.lstrip("-")[2:])  # what JSON's writers take: 64 bits, as many digits


def _stream(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
