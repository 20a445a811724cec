"""Ctrl-C while messages are under way: the first asks, the second insists."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from fake_pointillist import FakePointillist
from simulator.cli import demo
from simulator.cli.parser import Parser
from simulator.cli.stopping import unbroken
from simulator.demo.playing import Player
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


def test_what_must_not_be_cut_in_two_is_finished_first():
    """The first Ctrl-C comes at the end of the block, the second at once; the handler that was there is there again."""
    done = []
    before = signal.getsignal(signal.SIGINT)

    def step(times):
        with unbroken():
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
            done.append(times)

    for times in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            step(times)
    assert (done, signal.getsignal(signal.SIGINT)) == ([1], before)


def test_ctrl_c_waits_for_the_frame_of_the_demo(monkeypatch):
    """An event loop interrupted while it is made would complain on standard error."""
    frames = Player.frames
    sent = []

    def interrupted(player):
        signal.raise_signal(signal.SIGINT)
        for frame in frames(player):
            sent.append(frame.number)
            yield frame

    monkeypatch.setattr(Player, "frames", interrupted)
    with pytest.raises(KeyboardInterrupt):
        demo.run(demo_arguments("--script"))
    assert sent == [1]


def demo_arguments(*flags):
    """Return the arguments of ``demo`` as they are typed."""
    parser = Parser()
    demo.add_arguments(parser)
    return parser.parse_args(flags)
