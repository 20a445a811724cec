"""`listen` as a user runs it: a process of its own, spoken to over HTTP, stopped by a signal."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager

import httpx
import pytest

from fake_pointillist import FakePointillist
from simulator.fake_client import FakeClient
from simulator.gateway.journal import Journal

TIME = "2026-03-02T09:00:00Z"


class Listening:
    """A running `listen`: its two URLs and its lines."""

    def __init__(self, process):
        self.process = process
        self.notes = [process.stderr.readline() for _ in range(3)]
        urls = re.findall(r"http://[^ )]+", "".join(self.notes))
        self.url, self.fake = urls[0], urls[1]

    def post(self, path, body):
        """Post a JSON body to the source."""
        return httpx.post(f"{self.url}{path}", json=body)

    def stop(self, number=signal.SIGINT):
        """Stop it as Ctrl-C does; return the exit code and what it still had to say."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@contextmanager
def listening(*flags, **environment):
    """Start `listen` on free ports."""
    command = [sys.executable, "-m", "simulator", "listen", "--port", "0", *flags]
    if "--forward" not in flags:
        command += ["--fake-port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )
    try:
        yield Listening(process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def track(number, **parts):
    """A track of one visitor."""
    common = {"type": "track", "event": "Seen", "anonymousId": "a1", "messageId": f"m{number}", "timestamp": TIME}
    return {**common, **parts}


def test_one_line_in_and_one_out():
    """Received and answered, with what was dropped or discarded; both URLs on standard error; 130 at the end."""
    with listening() as listen:
        assert listen.post("/v1/t", track(1, properties={"plan": "team", "x": None, "a.b": 1})).status_code == 200
        with FakeClient(listen.fake.removesuffix("/_fake/"), "demo") as fake:
            fake.wait(1)
        assert listen.post("/v1/p", {"anonymousId": "a1", "messageId": "p\u001b[2J"}).status_code == 200
        assert listen.post("/v1/t", "not a message").status_code == 200
        assert httpx.post(f"{listen.url}/v1/t", content=b"{half").status_code == 400
        code, out, err = listen.stop()
    assert code == 130
    lines = [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in out.splitlines()]
    assert '--> track "Seen" [m1]' in lines
    assert "<-- [200] delivered anon:a1 [m1]  null_value, renamed; dropped: null_value 1" in lines
    assert any(line.startswith("<-- discarded UNSUPPORTED_EVENT_TYPE") and r"[p\u001b[2J]" in line for line in lines)
    assert any(line.startswith("<-- discarded message_not_object") for line in lines)
    assert any(line.startswith("POST /v1/t  <-- refused bad_request: not JSON") for line in lines)
    assert "\u001b" not in out + err
    assert listen.notes[0].startswith("Segment source    http://127.0.0.1:")
    assert listen.notes[1].startswith("fake Pointillist  http://127.0.0.1:")
    assert "at most 5,000 messages under way, then senders wait" in listen.notes[2]
    assert err == "stopped: delivered 1, duplicate 0, rejected 0, expired 0, discarded 2\n"


def test_json_is_one_object_a_message():
    """The pinned keys, in standard output and nothing else there."""
    with listening("--format", "json", "--strict", "--unique", "email") as listen:
        answer = listen.post("/v1/batch", {"writeKey": "k", "batch": [track(1, userId=7), track(2, type="page")]})
        assert (answer.status_code, answer.json()["code"]) == (400, "UNSUPPORTED_EVENT_TYPE")
        with FakeClient(listen.fake.removesuffix("/_fake/"), "demo") as fake:
            fake.wait(1)
            assert fake.policy()["options"]["unique"] == ["userId", "email"]
        code, out, _ = listen.stop(signal.SIGTERM)
    assert code == 0
    rows = {row["messageId"]: row for row in map(json.loads, out.splitlines())}
    assert {"messageId", "type", "event", "status", "code", "answer", "actor", "notes"} <= rows["m1"].keys()
    first, second = rows["m1"], rows["m2"]
    assert (first["type"], first["event"], first["status"], first["answer"]) == ("track", "Seen", "delivered", 200)
    assert first["actor"] == "user:7"
    assert "non_string_id" in {note["code"] for note in first["notes"]}
    assert (second["status"], second["code"], second["answer"]) == ("discarded", "UNSUPPORTED_EVENT_TYPE", None)


def test_it_forwards_with_the_token_from_the_environment():
    """To another endpoint; the token arrives there and is shown nowhere."""
    with (
        FakePointillist(tokens=["s3cret"]) as other,
        listening("--forward", other.url, "-v", POINTILLIST_API_KEY="s3cret") as listen,
    ):
        listen.post("/v1/t", track(1))
        with FakeClient(other.url, "s3cret") as fake:
            fake.wait(1)
        _, out, err = listen.stop()
    assert "s3cret" not in out + err + "".join(listen.notes)
    assert "token from POINTILLIST_API_KEY" in listen.notes[1]
    assert "[200] delivered [m1]" in out


def ended(*flags, **environment):
    """Run `listen` to its own end."""
    command = [sys.executable, "-m", "simulator", "listen", *flags]
    clean = {key: value for key, value in os.environ.items() if key != "POINTILLIST_API_KEY"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=30, env={**clean, **environment}
    )
    return done.returncode, done.stderr


def test_what_cannot_be_done_is_said_in_one_line(tmp_path):
    """A taken port, no token, no journal: exit code 2, one line, nothing left running."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, err = ended("--port", str(port), "--fake-port", "0")
        assert (code, len(err.splitlines())) == (2, 1)
        assert str(port) in err
    code, err = ended("--port", "0", "--forward", "http://127.0.0.1:9")
    assert code == 2
    assert err == "pointillist-sim: no API token: --forward takes it from POINTILLIST_API_KEY: set that\n"
    code, err = ended("--port", "0", "--fake-port", "0", "--write-key", "")
    assert (code, len(err.splitlines())) == (2, 1)
    assert "--write-key: must not be empty; leave the flag out to take any" in err


@pytest.mark.parametrize(
    ("name", "why"),
    [("text", "not a journal of ours; name another file"), ("no/j", "its folder does not exist"), (".", "directory")],
)
def test_what_can_be_no_journal_is_refused_before_anything_is_put_beside_it(tmp_path, name, why):
    """One line that names the file as given, and no other file than before."""
    (tmp_path / "text").write_text("this is no journal " * 100, encoding="utf-8")
    code, err = ended("--port", "0", "--fake-port", "0", "--journal", str(tmp_path / name))
    assert (code, len(err.splitlines())) == (2, 1)
    assert f"{tmp_path / name}: cannot use the journal: " in err
    assert why in err
    assert [path.name for path in tmp_path.iterdir()] == ["text"]


def test_a_damaged_journal_ends_it_with_one_line(tmp_path):
    """What cannot be gone on with is said after the notes, exit code 2, instead of letting every sender wait."""
    with Journal(tmp_path / "journal", identity="j") as journal:
        journal._database.execute("INSERT INTO kept VALUES (1, 'm1', '{')")
    code, err = ended("--port", "0", "--fake-port", "0", "--journal", str(tmp_path / "journal"))
    assert code == 2
    assert "message 1 of the journal is damaged" in err.splitlines()[-1]


def test_a_reader_that_goes_away_ends_it_quietly():
    """As with any tool in a pipe: no traceback."""
    with listening() as listen:
        listen.process.stdout.close()
        for number in range(3):
            try:
                listen.post("/v1/t", track(number))
            except httpx.TransportError:
                break
        assert listen.process.wait(30) == 0
        assert "Traceback" not in listen.process.stderr.read()


@pytest.mark.parametrize("flag", ["--on-full=never", "--port=70000", "--capacity=0"])
def test_flags_that_cannot_be_meant(flag):
    """Exit code 2 and one line."""
    code, err = ended(flag)
    assert (code, len(err.splitlines())) == (2, 1)
