"""The forms a message can be taken away in reproduce it."""

from __future__ import annotations

import json
import shlex

import pytest

from simulator.mapping import load_mapping
from simulator.pipeline import trace_one
from simulator.segment.admission import Admission
from simulator.segment.message import Received
from simulator.tui.forms import message_forms


@pytest.fixture
def forms(traces):
    """Return the forms of a trace by their keys."""

    def made(trace):
        return {form.key: form for form in message_forms(trace, "http://127.0.0.1:8765", "demo", "segment-docs")}

    return made


def _live(payload, received_at):
    """Return the way of a message that came over the wire at this moment."""
    admission = Admission(lambda: received_at)
    return trace_one(
        Received(0, payload, "POST /v1/track", received_at), admission=admission, mapping=load_mapping(), checks=None
    )


def test_json_forms_are_the_documents(forms, traces):
    """The key s gives the message as received, p the event as sent."""
    trace = traces.make(0)
    found = forms(trace)
    assert json.loads(found["s"].text) == trace.received.payload
    assert json.loads(found["p"].text) == trace.mapped.event


def test_curl_is_quoted_for_a_shell(forms, traces):
    """Whatever stands in the event, the shell hands it to curl unchanged."""
    trace = traces.make(0, event="it's; $(rm -rf /) `x`")
    words = shlex.split(forms(trace)["c"].text)
    assert words[:3] == ["curl", "-sS", "http://127.0.0.1:8765/event"]
    assert json.loads(words[-1]) == trace.mapped.event


def test_the_fixture_of_a_discarded_message_names_its_code(forms, traces):
    """Its output is null, and code says why; there is no event to copy."""
    found = forms(traces.make(0, code="UNSUPPORTED_EVENT_TYPE"))
    fixture = json.loads(found["f"].text)
    assert (fixture["output"], fixture["code"]) == (None, "UNSUPPORTED_EVENT_TYPE")
    assert "p" not in found


@pytest.mark.parametrize("name", ["m1", "../../etc/passwd", "a b\x1b[2J", "1"])
def test_the_test_is_python_whatever_the_name(forms, traces, name):
    """The pytest form compiles, and file names hold nothing that leads elsewhere."""
    found = forms(traces.make(0, message_id=name))
    compile(found["t"].text, "test", "exec")
    assert all("/" not in form.file and "\x1b" not in form.file for form in found.values())


@pytest.mark.parametrize("times", [{}, {"sentAt": "2026-02-23T22:31:03.000Z"}, {"receivedAt": "2020-01-01T00:00:00Z"}])
def test_the_pytest_form_passes_as_it_stands(forms, times):
    """What was copied holds, a live message's mended clock included: it carries the moment it was received."""
    payload = {
        "type": "track",
        "event": "Order Completed",
        "messageId": "m1",
        "userId": "u",
        "timestamp": "2026-02-23T22:31:02.250Z",
        "properties": {"revenue": 37.4, "coupon": None},
    }
    source = forms(_live(payload | times, 1_771_972_263_000_123))["t"].text
    scope: dict[str, object] = {}
    exec(compile(source, "test", "exec"), scope)
    scope["test_m1_becomes_this_event"]()


def test_a_duplicate_is_reproduced_by_sending_twice(forms, traces):
    """The test sends it two times; there is no fixture of it, which is one message."""
    trace = traces.make(0, code="duplicate_message_id")
    trace.received.payload["type"] = "track"
    found = forms(trace)
    scope: dict[str, object] = {}
    exec(compile(found["t"].text, "test", "exec"), scope)
    scope["test_m1_never_leaves_segment"]()
    assert "f" not in found
