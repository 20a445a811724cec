"""The forms a message can be taken away in: JSON, curl, a fixture, a pytest test that reproduces it. Pure."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime, timedelta
from pprint import pformat
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from simulator.segment.message import Discarded

if TYPE_CHECKING:
    from simulator.trace import Trace


class Form(NamedTuple):
    """One form.

    Attributes:
        key: The key that picks it.
        label: What it is.
        file: A file name for it.
        text: The whole text.
    """

    key: str
    label: str
    file: str
    text: str


def message_forms(trace: Trace, url: str, token: str, mapping: str) -> list[Form]:
    """Return every form of a message.

    Args:
        trace: The message's way.
        url: Where its event goes.
        token: The API token, for curl.
        mapping: The mapping's name or path.
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", trace.name)[:60] or "message"
    payload = trace.received.payload
    event = trace.mapped.event if trace.mapped is not None else None
    forms = []
    if payload is not None:
        forms.append(Form("s", "Segment message, JSON", f"{name}.json", pretty(payload)))
    if event is not None:
        forms.append(Form("p", "Pointillist event, JSON", f"{name}.event.json", pretty(event)))
        forms.append(Form("c", "curl that sends it again", f"{name}.sh", curl(event, url, token)))
    if payload is None:  # an attached UI knows the event only
        return forms
    fixture: dict[str, object] = {"input": as_received(trace), "output": event}
    if mapping != "segment-docs":
        fixture["settings"] = {"mapping": mapping}
    if isinstance(trace.admission, Discarded):
        fixture["code"] = trace.admission.code
    if fixture.get("code") not in _SECOND:
        forms.append(Form("f", "fixture for verify (*.contract.json)", f"{name}.contract.json", pretty(fixture)))
    forms.append(
        Form("t", "pytest test that reproduces it", f"test_{_identifier(name)}.py", pytest_test(trace, mapping))
    )
    return forms


def as_received(trace: Trace) -> Any:
    """Return the message with the moment it was received, by which its sender's clock is mended.

    A live message is corrected by its arrival: without that, a repetition would have another event time.
    """
    payload, at_us = trace.received.payload, trace.received.received_at
    if not isinstance(payload, dict) or at_us is None:
        return payload
    moment = datetime.fromtimestamp(0, UTC) + timedelta(microseconds=at_us)
    return {**payload, "receivedAt": moment.isoformat(timespec="microseconds").replace("+00:00", "Z")}


def curl(event: object, url: str, token: str) -> str:
    """Return the curl command that posts ``event``; quoted for a POSIX shell."""
    body = orjson.dumps(event).decode()
    return f"curl -sS {shlex.quote(url + '/event')} -H {shlex.quote('apiToken: ' + token)} -d {shlex.quote(body)}\n"


def pytest_test(trace: Trace, mapping: str) -> str:
    """Return a test module that maps the message again and compares, and sends the event to a fake of its own."""
    name = _identifier(trace.name)
    payload = _literal(as_received(trace))
    if trace.mapped is None:
        code = trace.admission.code if isinstance(trace.admission, Discarded) else ""
        return _DISCARDED.format(
            name=name, payload=payload, code=code, mapping=mapping, times=2 if code in _SECOND else 1
        )
    refused = trace.outcome is not None and trace.outcome.value == "rejected"
    status = trace.attempts[-1].status if trace.attempts else 200
    return _MAPPED.format(
        name=name,
        payload=payload,
        event=_literal(trace.mapped.event),
        mapping=mapping,
        status=status if refused else 200,
    )


_SECOND = ("duplicate_message_id",)
"""Discards of a message that comes for the second time: a fixture, which is one message, cannot show them."""

_MAPPED = '''\
"""Reproduces one message as the simulator saw it."""

import httpx

import simulator

MESSAGE = {payload}

EVENT = {event}


def test_{name}_becomes_this_event():
    """The message maps to exactly this event."""
    [result] = simulator.transform([MESSAGE], mapping={mapping!r})
    assert result["event"] == EVENT


def test_{name}_is_answered_so(fake_pointillist):
    """The event gets the answer it got."""
    answer = httpx.post(f"{{fake_pointillist.url}}/event", json=EVENT, headers={{"apiToken": fake_pointillist.token}})
    assert answer.status_code == {status}, answer.text
'''

_DISCARDED = '''\
"""Reproduces one message as the simulator saw it."""

import simulator

MESSAGE = {payload}


def test_{name}_never_leaves_segment():
    """The message is discarded, with Segment's own code."""
    *_, result = simulator.transform([MESSAGE] * {times}, mapping={mapping!r})
    assert (result["status"], result["code"]) == ("discarded", {code!r})
'''


def _identifier(name: str) -> str:
    return re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_").lower()[:40] or "message"


def _literal(value: object) -> str:
    return pformat(value, width=100, sort_dicts=False)


def pretty(value: object) -> str:
    """Return ``value`` as indented JSON with a newline at its end."""
    try:
        return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()
    except (TypeError, orjson.JSONEncodeError):  # integers beyond 64 bits
        import json  # noqa: PLC0415 - the slower one, for what the quick one cannot write

        return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
