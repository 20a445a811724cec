"""What the source answers: exactly ``200 {"success": true}``, or a problem that real SDKs can read.

Python SDKs up to 2.3.4 take nothing but 200 for success, and read ``code`` and ``message`` of an error body: without
them a 400 becomes a KeyError, which they retry ten times (``facts/segment.md`` 2.4).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from starlette.responses import Response

from contracts.codes import CODES, violation
from simulator.segment.message import Discarded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from contracts.violations import Violation
    from simulator.trace import Trace

RETRY_AFTER = 1
"""Seconds a sender is asked to wait when the source is full."""

_HARMLESS = ("duplicate_message_id",)
"""Discards that are no error even under ``--strict``: a retry after a lost answer must be able to end well."""


def success() -> Response:
    """Return the answer to nearly everything."""
    return Response(b'{"success": true}', 200, media_type="application/json")


def problem(
    status: int,
    code: str,
    text: str,
    violations: Sequence[Violation] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an RFC 9457 problem with Segment's ``code`` and ``message`` beside its own members."""
    found = violations or ((violation(code, "", text, severity="error"),) if code in CODES else ())
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": text,
        "violations": [entry.to_json() for entry in found],
        "success": False,
        "code": code,
        "message": text,
    }
    return Response(orjson.dumps(body), status, media_type="application/problem+json", headers=dict(headers or {}))


def full() -> Response:
    """Return 429 as Segment words it; the sender keeps its messages and comes again."""
    headers = {"Retry-After": str(RETRY_AFTER), "X-RateLimit-Reset": str(RETRY_AFTER)}
    return problem(429, "too_many_requests", "the source is full; nothing of this request was taken", (), headers)


def strict_answer(traces: Sequence[Trace]) -> Response:
    """Return the answer of ``--strict``: 400 (401 for a bad write key) where something was discarded.

    The good messages of the request were taken all the same. Where several codes met, the code is Segment's
    ``multi_user_error``, and ``violations`` lists each.
    """
    bad = [
        (number, trace.admission)
        for number, trace in enumerate(traces)
        if isinstance(trace.admission, Discarded) and trace.admission.code not in _HARMLESS
    ]
    if not bad:
        return success()
    several = len(traces) > 1
    found = [
        violation(
            discarded.code,
            f"/batch/{number}{discarded.path}" if several else discarded.path,
            discarded.message,
            severity="error",
        )
        for number, discarded in bad
    ]
    codes = {discarded.code for _, discarded in bad}
    code = codes.pop() if len(codes) == 1 else "multi_user_error"
    text = bad[0][1].message if len(bad) == 1 else f"{len(bad)} of {len(traces)} messages were discarded"
    return problem(401 if code == "unknown_source" else 400, code, text, found)
