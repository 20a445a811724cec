"""The forms a message can be taken away in reproduce it."""

from __future__ import annotations

import json
import shlex

import pytest

from simulator.tui.forms import message_forms


@pytest.fixture
def forms(traces):
    """Return the forms of a trace by their keys."""

    def made(trace):
        return {form.key: form for form in message_forms(trace, "http://127.0.0.1:8765", "demo", "segment-docs")}

    return made


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


def test_the_pytest_form_passes_as_it_stands(forms, tmp_path, monkeypatch):
    """The mapping half of the copied test holds for the message it was copied from."""
    from simulator.tui.local import LocalEngine

    payload = {
        "type": "track",
        "event": "Order Completed",
        "messageId": "m1",
        "userId": "u",
        "timestamp": "2026-02-23T22:31:02.250Z",
        "properties": {"revenue": 37.4, "coupon": None},
    }
    source = forms(LocalEngine().try_out(payload))["t"].text
    scope: dict[str, object] = {}
    exec(compile(source, "test", "exec"), scope)
    scope["test_m1_becomes_this_event"]()
