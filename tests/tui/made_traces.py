"""Traces and events built by hand, as the pipeline and the fake would make them: one of every state, five acts."""

from __future__ import annotations

from contracts.codes import violation
from contracts.instants import parse_iso
from fake_pointillist.identity.attribution import IdEvent
from simulator.mapping.result import Drop, Mapped, Step
from simulator.segment.message import Admitted, Discarded, Received
from simulator.trace import Attempt, Outcome, Trace
from simulator.tui.happenings import Happening

BASE_US = 1_771_884_160_000_000


def make_trace(
    index=0,
    *,
    call="track",
    event="Order Completed",
    user="u_42",
    anonymous="3f1c9a40-7d2e-4b1a-9a55-0c7b1d2e0012",
    outcome=Outcome.DELIVERED,
    code=None,
    status=200,
    properties=None,
    violations=(),
    warnings=(),
    message_id=None,
):
    """Return a trace as the pipeline would make it."""
    message_id = message_id or f"m{index + 1}"
    properties = {"revenue": 37.4, "discount": "ten", "coupon": None} if properties is None else properties
    seconds = index // 5
    time = f"2026-02-23T{22 + seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.118Z"
    payload = {
        "type": call,
        "event": event,
        "messageId": message_id,
        "userId": user,
        "anonymousId": anonymous,
        "timestamp": time,
        "properties": properties,
        "context": {"campaign": {"name": "fall"}, "device": {"token": "secret-token"}},
    }
    received = Received(index, payload, "generator")
    if code is not None:
        discarded = Discarded(code, "/type", "Pointillist takes identify and track.", message_id, call)
        return Trace(received, discarded, violations=tuple(violations), outcome=Outcome.DISCARDED)
    admitted = Admitted(call, message_id, user, anonymous, event, 0, "/timestamp", time)
    customer = {key: value for key, value in (("userId", user), ("anonymousId", anonymous)) if value}
    labels = {"campaign_name": "fall"}
    numbers = {}
    steps = [
        Step("/event", "/eventType", "event", "seed"),
        Step("/timestamp", "/eventTime", "timestamp", "seed", converted=True),
    ]
    steps += [Step(f"/{key}", f"/actors/customer/{key}", "ids", "seed") for key in customer]
    steps.append(Step("/context/campaign/name", "/labels/campaign_name", "campaign", "seed"))
    drops = []
    for key, value in properties.items():
        if value is None:
            drops.append(Drop(f"/properties/{key}", "null_value", "ours"))
        elif isinstance(value, (int, float)):
            numbers[key] = value
            steps.append(Step(f"/properties/{key}", f"/numbers/{key}", "properties", "inferred"))
        else:
            labels[key] = value
            steps.append(Step(f"/properties/{key}", f"/labels/{key}", "properties", "inferred"))
    drops.append(Drop("/context/device/token", "secret_like", "ours"))
    steps.append(Step(None, "/eventSource", "source", "ours"))
    document = {
        "eventSource": "Segment",
        "eventType": event,
        "eventTime": time,
        "actors": {"customer": customer},
        "labels": labels,
        "numbers": numbers,
    }
    mapped = Mapped(document, (), tuple(steps), tuple(drops))
    attempts = []
    event_id = None
    if outcome is not None:
        body = {"status": "accepted", "eventId": f"e{index + 1}", "warnings": []}
        if status >= 400:
            body = {
                "title": "Bad Request",
                "status": status,
                "violations": [violation("number_type", "/numbers/discount", 'got "ten"').to_json()],
            }
        else:
            event_id = f"e{index + 1}"
        attempts.append(Attempt(1, BASE_US + index * 50_000, 0.003, status, None, body))
    return Trace(
        received,
        admitted,
        mapped,
        tuple(violations),
        attempts,
        outcome,
        event_id,
        tuple(warnings),
    )


def story():
    """Return one message of every state, in a fixed order."""
    traces = [
        make_trace(0, event="Signed Up", user=None),
        make_trace(
            1,
            event="Cart Updated",
            user="u_61",
            warnings=[violation("type_flips", "/labels/discount", "discount was a number before")],
        ),
        make_trace(2, call="identify", event="identify"),
        make_trace(3, call="page", user=None, code="UNSUPPORTED_EVENT_TYPE"),
        make_trace(
            4,
            outcome=Outcome.REJECTED,
            status=400,
            violations=[
                violation("label_type", "/labels/discount", 'wants a number, got "ten" (string)', basis="plan")
            ],
        ),
        make_trace(5, event="Product Viewed", user="u_12"),
        make_trace(6, event="Product Viewed", user="u_12", outcome=Outcome.DUPLICATE, message_id="m6"),
        make_trace(7, event="Cart Updated", user=None, outcome=None),
        make_trace(8, event="Signed Up", user=None, outcome=Outcome.EXPIRED, status=503),
    ]
    waiting = traces[7]
    waiting.attempts.append(Attempt(1, BASE_US, 0.002, 503, None, "busy", 0.4))
    return traces


SHARED_TABLET = (
    ("m1", "Subscription Renewed", "10:00", None, "u_42"),
    ("m2", "Product List Viewed", "10:01", "7f3a", None),
    ("m3", "Product Viewed", "10:02", "7f3a", None),
    ("m4", "Product Added", "10:04", "7f3a", None),
    ("m5", "identify", "10:06", "7f3a", "u_42"),
    ("m6", "Product Viewed", "10:09", "c19e", None),
    ("m7", "Product Added", "10:10", "c19e", None),
    ("m8", "identify", "10:12", "c19e", "u_42"),
    ("m9", "Product Viewed", "10:03", "7f3a", None),
    ("m10", "Product Viewed", "10:15", "9e07", None),
    ("m11", "identify", "10:17", "9e07", "u_42"),
    ("m12", "Product Viewed", "10:18", "9e07", None),
    ("m13", "identify", "10:20", "9e07", "u_77"),
    ("m14", "Product Viewed", "10:21", "9e07", None),
)


def shared_tablet():
    """Return fourteen accepted events: browsing, a login, a phone, a late event, a shared tablet."""
    return [
        Happening(
            IdEvent(number, name, parse_iso(f"2026-03-02T{time}:00Z"), user, anonymous, event == "identify", event),
            f"e{number}",
            parse_iso(f"2026-03-02T10:{number + 4:02d}:02Z"),
        )
        for number, (name, event, time, anonymous, user) in enumerate(SHARED_TABLET, 1)
    ]
