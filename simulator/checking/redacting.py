"""Redaction: reports, fixtures and copies that can leave the house. Values are replaced, types and lengths kept.

The same value gives the same replacement wherever it stands, and a number the same as its text, so that ids still join
what they joined and a redacted fixture still passes. No letter or digit stays what it was; the sign, wholeness and
length of a number, the form of a time and the punctuation of a text do. Names of keys, event names, the call and the
times of the message itself are structure and stay, and so do ``true``, ``false``, ``null``, 0 and 1. It hides values
from readers; it is no encryption.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
import string
from typing import TYPE_CHECKING, Any

from contracts.codes import CODES
from simulator.comparing.differing import ABSENT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.checking.findings import Report
    from simulator.comparing.verifying import Case

_NAMES = frozenset({"type", "event", "eventType", "eventSource", "status", "code"})
"""Top-level keys whose text says what a message is, not whose."""
_TIMES = frozenset({"eventTime", "timestamp", "originalTimestamp", "sentAt", "receivedAt"})
"""Top-level keys with the message's own times."""
_FIXTURE = frozenset({"input", "output", "settings", "code"})
_SETTINGS = frozenset({"now", "mapping"})
"""Settings of a fixture that are ours; others may be somebody's keys."""

_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?:[.,](?P<fraction>[0-9]+))?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_OWN_TIME = re.compile(r"[0-9TZtz:., +-]*")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PARTS = {"year": (1940, 70), "month": (1, 12), "day": (1, 28), "hour": (0, 24), "minute": (0, 60), "second": (0, 60)}
"""The parts of a time: the first value and how many there are."""
_PLAIN = frozenset(string.punctuation + string.whitespace)
_PLAIN_TEXTS = frozenset({"", "0", "1", "true", "false"})


def redact(document: Any) -> Any:
    """Return a copy of a JSON value with every value replaced.

    Args:
        document: A Segment message, an event, or a fixture ``{"input", "output", "settings"?}`` of both.
    """
    if isinstance(document, dict) and "input" in document and document.keys() <= _FIXTURE:
        return {key: _part(key, value) for key, value in document.items()}
    return _event(document)


def redact_report(report: Report) -> Report:
    """Return ``report`` without values: the sentences are those of the codes, messageIds those of a redacted copy."""
    findings = tuple(
        dataclasses.replace(
            finding,
            message=CODES[finding.code].sentence,
            hint=CODES[finding.code].hint,
            examples=tuple(
                example._replace(message_id=example.message_id and _text(example.message_id))
                for example in finding.examples
            ),
        )
        for finding in report.findings
    )
    return dataclasses.replace(report, findings=findings)


def redact_case(case: Case) -> Case:
    """Return a verified fixture without values; what differs is named by the same paths, sources and rules."""
    changed = tuple(
        dataclasses.replace(one, expected=_at(one.path, one.expected), actual=_at(one.path, one.actual), redacted=True)
        for one in case.changed
    )
    return dataclasses.replace(case, changed=changed)


def _at(path: str, value: Any) -> Any:
    """Redact what stands at a JSON Pointer into an event, or ``/code``."""
    if value is ABSENT:
        return value
    if not path:
        return _event(value)
    return _value(value) if "/" in path[1:] else _top(path[1:], value)


def _part(key: str, value: Any) -> Any:
    """Redact a part of a fixture."""
    if key == "settings" and isinstance(value, dict):
        return {name: inner if name in _SETTINGS else _value(inner) for name, inner in value.items()}
    return _top(key, value) if key == "code" else _event(value)


def _event(value: Any) -> Any:
    """Redact a message or an event."""
    return {key: _top(key, inner) for key, inner in value.items()} if isinstance(value, dict) else _value(value)


def _top(key: str, value: Any) -> Any:
    """Redact what stands at the top of a message or an event."""
    if isinstance(value, str) and (key in _NAMES or (key in _TIMES and _OWN_TIME.fullmatch(value))):
        return value
    if key in _TIMES and isinstance(value, (int, float)):
        return value
    return _value(value)


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _value(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_value(inner) for inner in value]
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool) or value is None:
        return value
    return _number(value)


def _text(text: str) -> str:
    """Replace letters by letters and digits by digits; ASCII punctuation and spaces stay, so that forms are seen."""
    if text in _PLAIN_TEXTS:
        return text
    if _NUMBER.fullmatch(text):
        return _digits(text)
    stream = _stream(text)
    time = _TIME.fullmatch(text)
    if time is not None:
        return _moment(time, stream)
    return "".join(_character(character, next(stream)) for character in text)


def _character(character: str, byte: int) -> str:
    if character in _PLAIN:
        return character
    if character.isascii() and character.isdigit():
        return str((int(character) + 1 + byte % 9) % 10)
    letters = string.ascii_uppercase if character.isupper() else string.ascii_lowercase
    at = letters.find(character)  # -1: a letter of another script, a sign, a picture
    return letters[(at + 1 + byte % 25) % 26]


def _moment(time: re.Match[str], stream: Iterator[int]) -> str:
    """Return another time of the same form; only the zone and the separators stay."""
    text = time.group()
    for name, (first, many) in _PARTS.items():
        if time[name] is not None:
            begin, end = time.span(name)
            other = first + (int(time[name]) - first + 1 + next(stream) % (many - 1)) % many
            text = f"{text[:begin]}{other:0{end - begin}}{text[end:]}"
    if time["fraction"] is not None:
        begin, end = time.span("fraction")
        text = text[:begin] + _digits(text[begin:end]) + text[end:]
    return text


def _number(number: float) -> float:
    if number in (0, 1) or not math.isfinite(number):
        return number
    whole = isinstance(number, int) or (number.is_integer() and abs(number) < 1e15)
    replaced = _digits(str(int(number)) if whole else repr(number))
    if not isinstance(number, int):
        return float(replaced)
    changed = int(replaced)
    if -(2**63) <= changed < 2**64:
        return changed
    sign = "-" if number < 0 else ""
    return int(sign + "10" + replaced.lstrip("-")[2:])  # what JSON's writers take: 64 bits, as many digits


def _digits(text: str) -> str:
    """Replace the digits of a number by others of 1 to 9; leading zeros and the exponent stay, and so its length."""
    stream = _stream(text)
    mantissa, mark, exponent = re.split("([eE]|$)", text, maxsplit=1)
    begin = len(mantissa) - len(mantissa.lstrip("-0."))
    return (
        mantissa[:begin]
        + "".join(str((int(one) + next(stream) % 8) % 9 + 1) if one.isdigit() else one for one in mantissa[begin:])
        + mark
        + exponent
    )


def _stream(text: str) -> Iterator[int]:
    """Yield bytes without end that depend on the whole text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    while True:
        yield from digest
