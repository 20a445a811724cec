"""A batch body and its messages: what stands on the batch holds for each of them. Pure.

``context`` and ``integrations`` are merged key by key, and the message wins (``inferred``; ``facts/segment.md`` 2.6);
``sentAt`` is taken where the message has none.
"""

from __future__ import annotations

from typing import Any

_MERGED = ("context", "integrations")


def is_batch(value: Any) -> bool:
    """Say whether a JSON value is a batch body: an object with a list under ``batch``, and no message itself.

    Some senders write ``"type": "batch"`` on it, as on every other body.
    """
    return isinstance(value, dict) and isinstance(value.get("batch"), list) and value.get("type") in (None, "batch")


def batch_messages(body: dict[str, Any]) -> list[Any]:
    """Return the messages of a batch body with the batch's ``context``, ``integrations`` and ``sentAt`` applied.

    An item that is no object is returned as it is. The body is not changed; a message that gains nothing is the same
    object, not a copy.
    """
    given = {key: body[key] for key in _MERGED if isinstance(body.get(key), dict) and body[key]}
    sent_at = body.get("sentAt")
    messages: list[Any] = []
    for item in body["batch"]:
        if not isinstance(item, dict):
            messages.append(item)
            continue
        gained: dict[str, Any] = {}
        for key, value in given.items():
            own = item.get(key)
            if own is None:
                gained[key] = value
            elif isinstance(own, dict):
                gained[key] = {**value, **own}
        if sent_at is not None and item.get("sentAt") is None:
            gained["sentAt"] = sent_at
        messages.append({**item, **gained} if gained else item)
    return messages
