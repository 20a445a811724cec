"""`send` against pytest-httpserver playing a faulty Pointillist: every row of the retry table, seen from outside."""

from __future__ import annotations

import json

import pytest
from werkzeug import Response

from simulator.cli.main import main
from simulator.delivery import RETRY_TABLE

MESSAGES = [
    {"type": "track", "event": "Seen", "userId": f"u{n % 2}", "messageId": f"m{n}", "timestamp": "2026-03-02T09:00:00Z"}
    for n in range(4)
]


class Faulty:
    """Answers the first attempt of every message with a fault, and keeps what it stored."""

    def __init__(self, status, headers):
        self.status = status
        self.headers = headers
        self.seen = []
        self.stored = []

    def answer(self, request):
        """Answer one request."""
        name = request.headers["X-Simulator-Message-Id"]
        first = name not in self.seen
        self.seen.append(name)
        if first:
            return Response(b"{}", self.status, self.headers)
        self.stored.append(name)
        return Response(json.dumps({"status": "accepted", "eventId": name, "warnings": []}), 200)


@pytest.fixture
def send(httpserver, tmp_path, capsys):
    """Return a function that sends four messages; it returns the exit code and the summary."""
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(message) + "\n" for message in MESSAGES), encoding="utf-8")

    def run(faulty):
        httpserver.expect_request("/event", method="POST").respond_with_handler(faulty.answer)
        code = main(["send", str(path), "--url", httpserver.url_for(""), "--token", "t", "--format", "json"])
        return code, json.loads(capsys.readouterr().out)

    return run


@pytest.mark.parametrize("status", sorted(filter(None, RETRY_TABLE)))
def test_what_is_retried_arrives(send, status):
    """One failure a message: all four delivered, each stored once, each user's in order."""
    faulty = Faulty(status, {})
    code, told = send(faulty)
    assert code == 0
    assert told["outcomes"]["delivered"] == 4
    assert sorted(faulty.stored) == ["m0", "m1", "m2", "m3"]
    assert len(faulty.seen) == 8
    for user in (0, 1):
        mine = [name for name in faulty.stored if int(name[1:]) % 2 == user]
        assert mine == sorted(mine)


@pytest.mark.parametrize("status", [301, 307, 400, 401, 403, 404, 409, 410, 422, 501, 505])
def test_what_is_final_is_listed(send, status):
    """One attempt each, all four listed with their status, exit code 1; a redirect is not followed."""
    faulty = Faulty(status, {"Location": "/event"})
    code, told = send(faulty)
    assert code == 1
    assert told["outcomes"]["rejected"] == 4
    assert sorted(faulty.seen) == ["m0", "m1", "m2", "m3"]
    assert [(row["status"], row["attempts"]) for row in told["undelivered"]] == [(status, 1)] * 4


def test_retry_after_is_waited_for(send):
    """429 with Retry-After: each user's two messages wait one after the other, the users side by side."""
    code, told = send(Faulty(429, {"Retry-After": "0.3"}))
    assert code == 0
    assert told["seconds"] >= 0.6
