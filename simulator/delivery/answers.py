"""What the other side said, as a record, and what it makes of a trace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson

from contracts.codes import violation
from contracts.violations import BASES, SEVERITIES, Violation
from simulator.delivery.retrying import Verdict, judge, retry_after
from simulator.trace import Outcome

if TYPE_CHECKING:
    from simulator.trace import Attempt, Trace

LONGEST_TEXT = 4_096
"""Characters kept of an answer that is not JSON."""
LONGEST_JSON = 65_536
"""Bytes of JSON kept decoded; a longer answer is kept as text, cut."""

_PAGE = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """How one attempt ended.

    Attributes:
        status: The HTTP status, or ``None`` where no answer came.
        error: The network error in words where no answer came.
        body: The decoded JSON answer, or its text, cut.
        after: The ``Retry-After`` header as sent.
        actor: Whom our fake says the event belongs to, where it was asked.
    """

    status: int | None
    error: str | None = None
    body: Any = None
    after: str | None = None
    actor: str | None = None

    @property
    def verdict(self) -> Verdict:
        """What it means for the message."""
        return judge(self.status)

    def retry_after(self, now_us: int) -> float | None:
        """Return the seconds it asks us to wait, where it asks."""
        return retry_after(self.after, now_us)


def decoded(raw: bytes) -> Any:
    """Return an answer's body as JSON, else as text; ``None`` for an empty one."""
    if not raw:
        return None
    if len(raw) <= LONGEST_JSON:
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError:
            pass
    return raw[: LONGEST_TEXT * 4].decode("utf-8", "replace")[:LONGEST_TEXT]


def record_answer(trace: Trace, answer: Answer) -> Outcome:
    """Write what the last answer says into ``trace`` and return the outcome it means.

    A retried message that the fake has already is a ``duplicate``: the fake's count and ours agree.
    """
    body = answer.body if isinstance(answer.body, dict) else {}
    verdict = answer.verdict
    if verdict is Verdict.RETRY:
        outcome = Outcome.EXPIRED
    elif verdict is Verdict.REFUSED:
        outcome = Outcome.REJECTED
    else:
        outcome = Outcome.DUPLICATE if body.get("status") == "duplicate" else Outcome.DELIVERED
        trace.actor = answer.actor
        event_id = body.get("eventId")
        trace.event_id = event_id if isinstance(event_id, str) else None
        rows = body.get("warnings")
        trace.warnings = tuple(filter(None, map(_violation, rows))) if isinstance(rows, list) and rows else ()
        if is_page(answer.body):
            trace.warnings += (violation("web_page", "", f"success was answered with {_page(answer.body)}"),)
    trace.outcome = outcome
    return outcome


def is_page(body: Any) -> bool:
    """Say whether an answer is a web page: what a portal, a login or a wrong address answers, and no API."""
    return isinstance(body, str) and _PAGE.match(body) is not None


def said(attempt: Attempt) -> str:
    """Return in one line what an attempt's answer says, or what went wrong where none came."""
    if attempt.status is None:
        return attempt.error or "no answer"
    body = attempt.body
    if isinstance(body, dict):
        told = body.get("detail") or body.get("message") or body.get("title")
        if isinstance(told, str):
            return told
    if 300 <= attempt.status < 400:
        return "a redirect, which is not followed: give the URL it leads to"
    if is_page(body):
        return _page(body)
    if isinstance(body, str):
        return body.strip().partition("\n")[0]
    try:
        return f"{HTTPStatus(attempt.status).phrase}, without a reason"
    except ValueError:  # a status of the server's own
        return "no reason given"


def _page(body: str) -> str:
    title = _TITLE.search(body)
    named = f' with the title "{" ".join(title[1].split())}"' if title else ""
    return f"a web page{named}: is this the address of an API?"


def _violation(row: Any) -> Violation | None:
    """Read one violation of an answer; ``None`` where it is none: another server's body is not ours to trust."""
    if not isinstance(row, dict):
        return None
    code, path, message, hint = (row.get(key) for key in ("code", "path", "message", "hint"))
    severity, basis = row.get("severity"), row.get("basis")
    if severity not in SEVERITIES or basis not in BASES or not all(isinstance(text, str) for text in (code, path)):
        return None
    return Violation(str(code), severity, str(path), str(message or ""), basis, hint if isinstance(hint, str) else None)
