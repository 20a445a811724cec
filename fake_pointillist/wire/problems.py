"""Errors as ``application/problem+json`` (RFC 9457), the only shape an error of this server has."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contracts.violations import Violation

PROBLEM_JSON = b"application/problem+json"
JSON = b"application/json"
_TYPE = "urn:pointillist-simulator:problem:"
_WORDS = {
    400: "bad-request",
    401: "unknown-token",
    404: "not-found",
    405: "method-not-allowed",
    408: "not-there-in-time",
    411: "length-required",
    413: "too-large",
    415: "unknown-encoding",
    429: "too-many-requests",
    431: "headers-too-large",
    500: "defect",
    503: "unavailable",
}


def problem(
    status: int, detail: str, violations: Iterable[Violation | dict[str, Any]] = (), **more: Any
) -> dict[str, Any]:
    """Return ``{"type", "title", "status", "detail", "violations"}`` and whatever ``more`` adds."""
    return {
        "type": _TYPE + _WORDS.get(status, str(status)),
        "title": _title(status),
        "status": status,
        "detail": detail,
        "violations": [found if isinstance(found, dict) else found.to_json() for found in violations],
        **more,
    }


def problem_bytes(
    status: int, detail: str, violations: Iterable[Violation | dict[str, Any]] = (), **more: Any
) -> bytes:
    """Return :func:`problem` as JSON text."""
    return orjson.dumps(problem(status, detail, violations, **more))


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
