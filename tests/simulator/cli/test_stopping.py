"""Ctrl-C while messages are under way: the first asks, the second insists."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from fake_pointillist import FakePointillist
from simulator.fake_client import FakeClient


@pytest.fixture(scope="module")
def server():
    """One fake for the module."""
    with FakePointillist() as fake:
        yield fake


@pytest.fixture
def sending(server, request, tmp_path):
    """Return a function that starts `send` towards a fake whose every answer takes so many milliseconds."""
    started = []

    def start(latency_ms, *flags):
        path = tmp_path / "events.jsonl"
        common = {"type": "track", "event": "Seen", "userId": "u1", "timestamp": "2026-03-02T09:00:00Z"}
        path.write_text("".join(json.dumps({**common, "messageId": f"m{n}"}) + "\n" for n in range(200)))
        with FakeClient(server.url, request.node.name) as fake:
            fake.add_fault(every=1, latency_ms=latency_ms)
        command = [
            sys.executable,
            "-m",
            "simulator",
            "send",
            str(path),
            "--url",
            server.url,
            "--format",
            "json",
            *flags,
        ]
        process = subprocess.Popen(
            [*command, "--token", request.node.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_the_first_asks(server, sending, request):
    """Nothing more is read, what is under way is finished or counted, 130."""
    process = sending(20, "--rate", "20")
    with FakeClient(server.url, request.node.name) as fake:
        fake.wait(2, timeout=30)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 130
        told = json.loads(out)
        assert told["unfinished"] == 0
        assert 2 <= told["outcomes"]["delivered"] == fake.summary()["events"]["accepted"] < 200
    assert err == ""


def test_the_second_insists(server, sending, request):
    """It ends at once, quietly, with 130."""
    process = sending(200)
    with FakeClient(server.url, request.node.name) as fake:
        fake.wait(1, timeout=30)
        process.send_signal(signal.SIGINT)
        fake.wait(fake.summary()["events"]["accepted"] + 1, timeout=30)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=3)
    assert process.returncode == 130
    assert "Traceback" not in err
