"""A message, its event and a plan for it; a working directory with them; the command line in this process."""

import json

import orjson
import pytest

from simulator.cli.main import main

TRACK = {
    "type": "track",
    "event": "Plan Viewed",
    "userId": "u-1",
    "timestamp": "2026-03-02T09:15:30Z",
    "messageId": "m-1",
}
BAD = {**TRACK, "messageId": "m-2", "properties": {"seats": "three"}}
SEATS = {"properties": {"properties": {"properties": {"seats": {"type": "integer"}}}}}
PLAN = {"rules": [{"type": "TRACK", "key": "Plan Viewed", "jsonSchema": SEATS}]}
EVENT = {
    "eventSource": "Segment",
    "eventType": "Plan Viewed",
    "eventTime": "2026-03-02T09:15:30.000Z",
    "actors": {"customer": {"userId": "u-1"}},
    "labels": {},
    "numbers": {},
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with messages and a plan."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.jsonl").write_bytes(orjson.dumps(TRACK) + b"\n")
    (tmp_path / "bad.jsonl").write_bytes(orjson.dumps(TRACK) + b"\n" + orjson.dumps(BAD) + b"\n")
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    return tmp_path


@pytest.fixture
def sim(folder, capsysbinary):
    """Run a command; return its exit code, output and errors."""

    def run(*arguments):
        try:
            code = main(arguments)
        except SystemExit as stop:
            code = stop.code
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return run
