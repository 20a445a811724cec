"""The envelope each library puts round a call, as seen on the wire (``facts/segment.md`` 3.1 and 4).

``timestamp`` is the call by the device's clock, ``sentAt`` the moment the request left; neither ``originalTimestamp``
nor ``receivedAt`` is there, both are Segment's to add. ``writeKey`` and ``_metadata`` belong to the request and stay
away. Each function returns one message; ``context`` and ``content`` are put in as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.generator.clock import iso
from simulator.generator.devices import FLUSH
from simulator.generator.randomness import token, uuid4

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from simulator.generator.devices import Device

_AJS_INTEGRATIONS = {"Segment.io": True}
_NONE: dict[str, Any] = {}


def web(rng: Random, ms: int, device: Device, call: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """analytics.js: one request a call, sent within milliseconds; both ids are always there, ``null`` when unset."""
    return {
        "timestamp": iso(ms),
        "integrations": _AJS_INTEGRATIONS,
        **call,
        "context": context,
        "messageId": f"ajs-next-{ms}-{uuid4(rng)}",
        "anonymousId": device.anonymous_id,
        "userId": device.user_id,
        "sentAt": iso(ms + 2 + int(rng.random() * 9)),
    }


def mobile(rng: Random, ms: int, device: Device, call: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Both mobile libraries: queued and flushed every 30 seconds; userId only once there is one."""
    message = {
        **call,
        "messageId": device.new_id(rng),
        "timestamp": iso(ms),
        "context": context,
        "integrations": _NONE,
        "anonymousId": device.anonymous_id,
    }
    if device.user_id is not None:
        message["userId"] = device.user_id
    message["sentAt"] = iso(ms + FLUSH - (ms - device.flush_ms) % FLUSH)
    return message


def python(rng: Random, ms: int, device: Device, call: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """segment-analytics-python: batches of half a second, offsets written out, unset ids as ``null``.

    ``timestamp`` goes to the millisecond, ``sentAt`` to the microsecond (``facts/segment.md`` 1.6).
    """
    message_id = uuid4(rng)
    return {
        "integrations": _NONE,
        "anonymousId": device.anonymous_id,
        **call,
        "timestamp": iso(ms)[:-1] + "+00:00",
        "context": context,
        "userId": device.user_id,
        "messageId": message_id,
        "sentAt": f"{iso(ms + 500)[:-1]}{int(message_id[:8], 16) % 1_000:03d}+00:00",
    }


def node(rng: Random, ms: int, device: Device, call: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """@segment/analytics-node: unset ids are left out."""
    message = {"timestamp": iso(ms), "integrations": _NONE, **call, "context": context}
    if device.anonymous_id is not None:
        message["anonymousId"] = device.anonymous_id
    if device.user_id is not None:
        message["userId"] = device.user_id
    message["messageId"] = f"node-next-{ms}-{uuid4(rng)}"
    message["sentAt"] = iso(ms + 8)
    return message


def engage(rng: Random, ms: int, device: Device, call: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
    """Segment Engage: audiences and computed traits, sent to the destinations chosen and no other."""
    return {
        **call,
        "userId": device.user_id,
        "context": context,
        "integrations": {"All": False, "Pointillist": True},
        "messageId": f"personas_{token(rng, 24)}",
        "timestamp": iso(ms),
        "sentAt": iso(ms + 4),
    }


ENVELOPES: dict[str, Callable[[Random, int, Device, dict[str, Any], dict[str, Any]], dict[str, Any]]] = {
    "web": web,
    "ios": mobile,
    "android": mobile,
    "python": python,
    "node": node,
    "engage": engage,
}
"""How a kind of device writes a message."""
