"""A bar where a person sees it, on standard error alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from fake_pointillist import FakePointillist

pty = pytest.importorskip("pty", reason="terminals need a POSIX system")

MESSAGE = '{"type": "track", "event": "E", "userId": "u", "messageId": "m%d", "timestamp": "2026-01-01T00:00:00Z"}\n'


def on_a_terminal(arguments, *, out, stop_at=None):
    """Run a command whose standard error is a terminal; return its exit code, its output, and what the person saw.

    ``stop_at``: press Ctrl-C once the person sees this.
    """
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with open(out, "wb") as file:  # noqa: PTH123 - a Popen argument
        process = subprocess.Popen(
            [sys.executable, "-m", "simulator", *arguments], stdout=file, stderr=theirs, env=environment
        )
        os.close(theirs)
        seen = b""
        try:
            while piece := os.read(ours, 65536):
                seen += piece
                if stop_at is not None and stop_at in seen:
                    process.send_signal(signal.SIGINT)
                    stop_at = None
        except OSError:  # Linux ends a terminal nobody holds with EIO
            pass
        os.close(ours)
        return process.wait(timeout=60), out.read_bytes(), seen


def test_run_shows_how_far_it_is(tmp_path):
    """``run`` counts up to ``-n``; the summary stays clean; -q shows nothing."""
    arguments = ["run", "-n", "400", "--seed", "1", "--format", "json"]
    code, out, seen = on_a_terminal(arguments, out=tmp_path / "out")
    assert (code, json.loads(out)["generated"]) == (0, 400)
    assert b"of 400 messages" in seen
    code, out, seen = on_a_terminal([*arguments, "-q"], out=tmp_path / "out")
    assert (code, json.loads(out)["generated"], seen) == (0, 400, b"")


def test_a_run_that_is_stopped_adds_up(tmp_path):
    """Ctrl-C: 130, what was sent is finished and counted, and nothing is called lost."""
    arguments = ["run", "-n", "100000", "--seed", "1", "--format", "json"]
    code, out, seen = on_a_terminal(arguments, out=tmp_path / "out", stop_at=b"of 100,000 messages")
    told = json.loads(out)
    assert code == 130
    assert told["generated"] == sum(told["outcomes"].values()) < 100_000
    assert b"accounted for" not in seen


def test_send_shows_how_far_it_is_and_keeps_its_output_apart(tmp_path):
    """``send`` counts messages; what was not delivered goes where standard output goes, not to the bar's terminal."""
    (tmp_path / "in.jsonl").write_text("".join(MESSAGE % number for number in range(3)), encoding="utf-8")
    with FakePointillist(tokens=["right"]) as server:
        arguments = ["send", str(tmp_path / "in.jsonl"), "--url", server.url, "--token", "wrong"]
        code, out, seen = on_a_terminal(arguments, out=tmp_path / "out")
    assert code == 1
    assert out.count(b"rejected   m") == 3
    assert b"messages" in seen
    assert b"rejected" not in seen


def test_a_file_has_a_bar_to_its_end(tmp_path):
    """``check`` knows how much there is to read: it says how many percent are done; -q shows nothing."""
    (tmp_path / "in.jsonl").write_text("".join(MESSAGE % number for number in range(5_000)), encoding="utf-8")
    arguments = ["check", str(tmp_path / "in.jsonl"), "--now", "2026-01-02T00:00:00Z"]
    code, out, seen = on_a_terminal(arguments, out=tmp_path / "out")
    assert (code, out[:14]) == (0, b"5,000 messages")
    assert b"0%" in seen
    assert b"messages" in seen
    assert on_a_terminal([*arguments, "-q"], out=tmp_path / "out")[2] == b""
