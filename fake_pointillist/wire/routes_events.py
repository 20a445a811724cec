"""Routes about events: health, the summary, pages of events, one event, waiting, reset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import orjson
from starlette.background import BackgroundTask
from starlette.responses import Response

from fake_pointillist.errors import RefusedError
from fake_pointillist.wire.answers import EventsJson, HealthJson, StoredEventJson, SummaryJson
from fake_pointillist.wire.long_lists import events
from fake_pointillist.wire.operations import ACTOR_ID, AFTER, LIMIT, Answer, Call, Operation, Parameter
from fake_pointillist.wire.readings import Wanted, event_json, find, id_event
from fake_pointillist.wire.service import product_version

if TYPE_CHECKING:
    from fake_pointillist.tenant import Tenant
    from fake_pointillist.wire.answers import WhyJson

_STATUS = Parameter("status", str, "accepted or refused", choices=("accepted", "refused"))
_TYPE = Parameter("type", str, "only this event type, compared exactly")


def health(call: Call) -> HealthJson:
    """Say that the server is there."""
    return {"status": "ok", "version": product_version(), "uptime_s": round(call.service.uptime, 3)}


async def summary(call: Call) -> SummaryJson:
    """Return the tenant in figures."""
    return await call.service.summary(call.tenant)


async def list_events(call: Call) -> EventsJson:
    """Return a page of events and refusals."""
    asked = Wanted(call["status"], call["type"], call["message_id"])
    return await events(call, asked, call["actor"], call["after"], call["limit"])


def get_event(call: Call) -> StoredEventJson:
    """Return one event, with its reasons."""
    record = one_event(call.tenant, call["eventId"])
    if record is None:
        raise RefusedError(404, f"no event {call['eventId']!r} of this token; ask with its event id or message id")
    return record


def one_event(tenant: Tenant, event_id: str) -> StoredEventJson | None:
    """Return an event by its id, or by the message id it came with; ``None`` where there is none."""
    seq = tenant.seq_of_id(event_id)
    found = find(tenant, after=seq - 1, limit=1) if seq is not None else find(tenant, message_id=event_id, limit=1)
    if not found:
        return None
    record = event_json(tenant, found[0])
    if record["status"] == "accepted":
        from fake_pointillist.identity.why import explain_event  # noqa: PLC0415 - reasons are asked for by people

        reasons = explain_event(tenant.identity, id_event(tenant, found[0]))
        record["why"] = cast("WhyJson", reasons.to_json())
    return record


async def wait(call: Call) -> Any:
    """Answer once so many events are there."""
    call.service.open_stream()
    try:
        there = await call.service.wait(
            call.tenant, call["count"], call["type"], call["status"], patience=call["timeout"]
        )
    finally:
        call.service.close_stream()
    if not there:
        have = call.tenant.count(call["status"], call["type"])
        of = f" of type {call['type']!r}" if call["type"] is not None else ""
        what = f"{have} of {call['count']} {call['status']} events{of} after {call['timeout']:g} s"
        raise RefusedError(408, what)
    return await call.service.summary(call.tenant)


async def reset(call: Call) -> Response:
    """Empty the tenant; its old rows go when the answer is out."""
    tenants = call.service.tenants
    await tenants.reset(call.tenant).settled()
    call.tenant.bell.ring()
    content = orjson.dumps(await call.service.summary(call.tenant))
    return Response(content, media_type="application/json", background=BackgroundTask(tenants.sweep))


OPERATIONS = (
    Operation(
        *("GET", "/_fake/health", health, "Is the server there?"),
        (Answer(200, "it is", HealthJson),),
        needs_token=False,
    ),
    Operation("GET", "/_fake/summary", summary, "The tenant in figures", (Answer(200, "the figures", SummaryJson),)),
    Operation(
        *("GET", "/_fake/events", list_events, "Events and refusals, oldest first"),
        (Answer(200, "a page", EventsJson),),
        parameters=(
            *(_STATUS, _TYPE),
            Parameter("actor", str, "only events that belong to this actor, such as user:U1", pattern=ACTOR_ID),
            Parameter("message_id", str, "only the event with this message id"),
            *(AFTER, LIMIT),
        ),
    ),
    Operation(
        *("GET", "/_fake/events/{eventId}", get_event, "One event, with its reasons"),
        (Answer(200, "the event", StoredEventJson), Answer(404, "there is no such event", None)),
        parameters=(Parameter("eventId", str, "its id, or its message id", "path", required=True),),
    ),
    Operation(
        *("GET", "/_fake/wait", wait, "Wait until so many events are there"),
        (Answer(200, "they are there", SummaryJson), Answer(408, "they did not come in time", None)),
        parameters=(
            Parameter("count", int, "how many", least=0, most=10**9, required=True),
            _TYPE,
            Parameter("status", str, "accepted or refused", choices=("accepted", "refused"), default="accepted"),
            Parameter("timeout", float, "seconds to wait at most", least=0, most=600, default=5),
        ),
    ),
    Operation("POST", "/_fake/reset", reset, "Empty the tenant", (Answer(200, "the zero summary", SummaryJson),)),
)
