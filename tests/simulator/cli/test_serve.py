"""``pointillist-sim serve`` and ``python -m fake_pointillist`` as processes."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys

import httpx
import pytest

COMMANDS = {
    "serve": [sys.executable, "-m", "simulator", "serve", "--format", "json"],
    "module": [sys.executable, "-m", "fake_pointillist"],
}
EVENT = {
    "eventType": "Opened",
    "eventTime": "2026-02-23T22:31:02.250Z",
    "actors": {"customer": {"anonymousId": "a"}},
}


def started(command, *flags):
    """Start a server and return its process and what the first line of standard output says."""
    process = subprocess.Popen(
        [*command, "--port", "0", *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return process, json.loads(process.stdout.readline())


def ended(process, number):
    """Send a signal and return exit code and standard error."""
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    return process.returncode, errors


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_it_says_where_it_is_and_ends_on_a_signal(command, number, code):
    """The first line is the URL and the process id, the URL answers, and a signal ends it cleanly."""
    process, first = started(command)
    assert first["pid"] == process.pid
    assert httpx.get(f"{first['url']}/_fake/health").json()["status"] == "ok"
    exit_code, errors = ended(process, number)
    assert exit_code == code
    assert "Traceback" not in errors


def test_text_for_people():
    """Without ``--format json`` the first line is a sentence with the URLs, and notes go to standard error."""
    command = [*COMMANDS["serve"][:-2], "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    assert first.startswith("fake Pointillist on http://127.0.0.1:")
    code, errors = ended(process, signal.SIGTERM)
    assert code == 0
    assert "events are kept until it stops" in errors


def test_flags_reach_the_server(tmp_path):
    """Tokens, the file, recording and the policy are what was asked for, and the file keeps the events."""
    flags = ("--db", str(tmp_path / "db"), "--token", "t", "--policy", "graph", "--keep", "5")
    flags += ("--unique", "email, customerId")
    flags += ("--on-violation", "record")
    for round_ in (1, 2):
        process, first = started(COMMANDS["serve"], *flags)
        with httpx.Client(base_url=first["url"], headers={"apiToken": "t"}) as client:
            assert client.post("/event", json=EVENT).json()["status"] == "accepted"
            assert client.post("/event", json={}).json()["status"] == "recorded"
            policy = client.get("/_fake/policy").json()
            assert (policy["policy"], policy["options"]["unique"]) == ("graph", ["userId", "email", "customerId"])
            assert client.get("/_fake/summary").json()["events"]["accepted"] == round_
            assert client.get("/_fake/summary", headers={"apiToken": "x"}).status_code == 401
        assert ended(process, signal.SIGTERM)[0] == 0


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (("--host", "0.0.0.0"), "0.0.0.0 can be reached from outside: give a --token"),
        (("--policy", "nope"), "first-claim, last-claim"),
        (("--unique", "anonymousId"), "--unique: must not name anonymousId"),
        (("--port", "65536"), "--port: must be a whole number from 0 to 65535"),
        (("--keep", "0"), "--keep: must be a whole number from 1"),
        (("--db", "/dev/null/no/db"), "does the folder exist"),
    ],
)
def test_what_cannot_be_is_one_line_and_2(command, flags, text):
    """A server that cannot start says why and what to do, in one line, and exits with 2."""
    done = subprocess.run([*command, "--port", "0", *flags], capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_taken_port_is_one_line_and_2(command):
    """The line names the port and the mend."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*command, "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"cannot listen on 127.0.0.1 port {port}: Address already in use; give another port" in done.stderr


def test_a_second_server_on_the_same_file_is_one_line_and_2(tmp_path):
    """The file belongs to one server at a time."""
    flags = ("--db", str(tmp_path / "db"))
    process, _ = started(COMMANDS["serve"], *flags)
    command = [*COMMANDS["serve"], "--port", "0", *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 2
    assert "another process uses it; stop that one, or give another --db" in done.stderr
    assert ended(process, signal.SIGTERM)[0] == 0
