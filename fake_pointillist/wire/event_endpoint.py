"""``POST /event``: a request that has arrived becomes an event, or a refusal, and its answer. No socket, no waiting.

One request is one event, so this has to be fast. There are two ways in, and both end here:
:mod:`fake_pointillist.wire.connection` hands over what is plain and has arrived whole, without a task a request;
:mod:`fake_pointillist.wire.event_app` takes everything else, and every request of an application called in process.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

import orjson

from fake_pointillist.errors import RefusedError, StoreError
from fake_pointillist.identity.attribution import IdEvent
from fake_pointillist.intake import Refused, judge
from fake_pointillist.storage.commits import Together
from fake_pointillist.wire.bodies import parse
from fake_pointillist.wire.problems import JSON, PROBLEM_JSON, problem_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fake_pointillist.records import Taken
    from fake_pointillist.storage.commits import Commit
    from fake_pointillist.tenant import Tenant
    from fake_pointillist.tenants import Tenants

_LOGGER = logging.getLogger(__name__)
_VISIBLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%")
MAX_MESSAGE_ID = 1_000
"""Characters of ``X-Simulator-Message-Id``; a longer one is refused."""


class Reply(NamedTuple):
    """One answer, as HTTP has it.

    Attributes:
        status: The HTTP status.
        content: The body.
        kind: Its Content-Type.
        headers: Whatever else the head holds.
    """

    status: int
    content: bytes
    kind: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class EventEndpoint:
    """The endpoint.

    Args:
        tenants: Whose events come in.
        max_body: Bytes of a body, before and after decompression.
    """

    def __init__(self, tenants: Tenants, max_body: int) -> None:
        self.tenants = tenants
        self.max_body = max_body
        self._now = tenants.rules.now
        self.waiting = Together()

    def take(
        self, tenant: Tenant, headers: Mapping[bytes, bytes], body: bytes, broken: RefusedError | None = None
    ) -> tuple[Reply, Commit]:
        """Take one event; return the answer, and the commit that has to be safe before it is told.

        The event is stored, counted and attributed when this returns.

        Args:
            tenant: Whose it is.
            headers: Names in lower case.
            body: Decompressed.
            broken: Why the body could not be unpacked; the refusal is kept like any other.

        Raises:
            RefusedError: The message id is too long; nothing is kept.
            StoreError: The store cannot take it; nothing is kept.
        """
        message_id = None
        header = headers.get(b"x-simulator-message-id")
        if header:
            # Percent-encoded, since an id may hold what no header can; plain ids stand as they are.
            message_id = unquote(header.decode("latin-1"), errors="replace")
            if len(message_id) > MAX_MESSAGE_ID:
                raise RefusedError(400, f"X-Simulator-Message-Id is longer than {MAX_MESSAGE_ID} characters")
        try:
            if broken is not None:
                raise broken
            verdict = judge(parse(body))
        except RefusedError as error:
            verdict = Refused(error.violations, None)
        actor = None
        with self.tenants.lock:
            taken = tenant.take(verdict, message_id, self._now(), body)
            if b"x-simulator-actor" in headers and not isinstance(verdict, Refused):
                ids = (verdict.user_id, verdict.anonymous_id)
                event = IdEvent(tenant.seq, "", verdict.time_us, *ids, documented=False, others=verdict.others)
                actor = tenant.identity.attribute(event).actor
        return _reply(taken, actor), taken.commit

    def refusal(self, error: Exception) -> Reply:
        """Return the answer to a request that was refused, could not be stored, or met a defect."""
        if isinstance(error, StoreError):
            self.tenants.recover()
            return Reply(503, problem_bytes(503, str(error)), PROBLEM_JSON)
        if not isinstance(error, RefusedError):
            _LOGGER.error("a defect at POST /event", exc_info=error)
            return Reply(500, problem_bytes(500, f"a defect of the fake itself: {type(error).__name__}"), PROBLEM_JSON)
        more = ((b"accept-encoding", b"gzip"),) if error.status == 415 else ()
        return Reply(error.status, problem_bytes(error.status, str(error), error.violations), PROBLEM_JSON, more)


def _reply(taken: Taken, actor: str | None) -> Reply:
    extra = ((b"x-simulator-actor", quote(actor, safe=_VISIBLE).encode()),) if actor is not None else ()
    if taken.status == "refused":
        found = orjson.loads(taken.findings)
        detail = found[0]["message"] if len(found) == 1 else f"the event breaks {len(found)} rules"
        return Reply(400, problem_bytes(400, detail, found, eventId=taken.event_id), PROBLEM_JSON)
    if taken.status == "duplicate":
        return Reply(200, b'{"status":"duplicate","eventId":"%s"}' % taken.event_id.encode(), JSON, extra)
    values = (taken.status.encode(), taken.event_id.encode(), taken.findings)
    return Reply(200, b'{"status":"%s","eventId":"%s","warnings":%s}' % values, JSON, extra)
