"""`send` as a user runs it."""

from __future__ import annotations

import json
import socket

import pytest

from fake_pointillist import FakePointillist
from simulator.cli.main import main
from simulator.fake_client import FakeClient

MESSAGES = [
    {"type": "track", "event": "Seen", "anonymousId": "a1", "messageId": "m1", "timestamp": "2026-03-02T09:00:00Z"},
    {"type": "page", "anonymousId": "a1", "messageId": "m2"},
    {"type": "track", "event": "\u001b[2J", "userId": "u1", "messageId": "m3", "timestamp": "2026-03-02T09:00:01Z"},
    {"type": "identify", "userId": "u1", "anonymousId": "a1", "timestamp": "2026-03-02T09:00:02Z"},
]


@pytest.fixture(scope="module")
def server():
    """One fake for the module."""
    with FakePointillist() as fake:
        yield fake


@pytest.fixture
def fake(server, request):
    """The fake's API; the token is the test's name."""
    with FakeClient(server.url, request.node.name) as client:
        yield client


@pytest.fixture
def recording(tmp_path):
    """Four messages in a file, one of them a page call, one without an id."""
    path = tmp_path / "events.jsonl"
    path.write_text("".join(json.dumps(message) + "\n" for message in MESSAGES), encoding="utf-8")
    return path


@pytest.fixture
def nobody():
    """A URL where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def summary(out):
    """The counts of the summary line, without the time."""
    return out.splitlines()[-1].rpartition(" in ")[0]


def test_a_recording_is_delivered(server, fake, recording, request, capsys):
    """Everything but the page call arrives; the summary says so and the exit code is 0."""
    assert main(["send", str(recording), "--url", server.url, "--token", request.node.name]) == 0
    out = capsys.readouterr().out
    assert summary(out) == ("delivered 3, duplicate 0, rejected 0, expired 0, discarded 1 (UNSUPPORTED_EVENT_TYPE 1)")
    assert {row["messageId"] for row in list(fake.events())[:2]} == {"m1", "m3"}  # in any order: no actor has both
    (actor,) = fake.actors()
    assert actor["events"] == 3


def test_sent_again_is_a_duplicate(server, fake, recording, request, capsys):
    """The same recording twice is counted once, but for the message without an id."""
    command = ["send", str(recording), "--url", server.url, "--token", request.node.name, "--format", "json"]
    assert main(command) == 0
    assert main(command) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert first["outcomes"] == {"delivered": 3, "duplicate": 0, "rejected": 0, "expired": 0, "discarded": 1}
    assert second["outcomes"] == {"delivered": 1, "duplicate": 2, "rejected": 0, "expired": 0, "discarded": 1}
    assert second["discards"] == {"UNSUPPORTED_EVENT_TYPE": 1}
    assert fake.summary()["events"]["accepted"] == 4


def test_the_token_comes_from_the_environment(server, fake, recording, request, capsys, monkeypatch):  # noqa: PLR0917 - fixtures
    """POINTILLIST_API_KEY serves where no --token is given, and is never shown."""
    monkeypatch.setenv("POINTILLIST_API_KEY", request.node.name)
    assert main(["send", str(recording), "--url", server.url, "-v"]) == 0
    assert fake.summary()["events"]["accepted"] == 3
    out, err = capsys.readouterr()
    assert request.node.name not in out + err


def test_without_a_token_it_cannot_be_done(server, recording, capsys, monkeypatch):
    """One line that names both places."""
    monkeypatch.delenv("POINTILLIST_API_KEY", raising=False)
    assert main(["send", str(recording), "--url", server.url]) == 2
    assert "pass --token, or set POINTILLIST_API_KEY" in capsys.readouterr().err


def test_a_refused_message_is_listed_and_fails(server, fake, recording, request, capsys):
    """400 for one message: exit code 1, the message named with status and reason."""
    fake.add_fault(next=1, status=400, body={"detail": "\u001b[31mno"})
    command = ["send", str(recording), "--url", server.url, "--token", request.node.name, "--concurrency", "1"]
    assert main(command) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "rejected   m1  [400] after 1 attempt: \\u001b[31mno"
    assert "rejected 1" in summary(out)


def test_used_up_attempts_fail(server, fake, recording, request, capsys):
    """503 for ever: expired, exit code 1, since somebody did answer."""
    fake.add_fault(every=1, status=503)
    command = ["send", str(recording), "--url", server.url, "--token", request.node.name, "--max-attempts", "2"]
    assert main([*command, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["outcomes"]["expired"] == 3
    assert {row["messageId"] for row in told["undelivered"]} == {"m1", "m3", None}
    assert {(row["outcome"], row["attempts"], row["status"]) for row in told["undelivered"]} == {("expired", 2, 503)}


def test_nobody_there_is_exit_code_2(nobody, recording, capsys):
    """No HTTP answer at all: could not do it, said in one line with the reason."""
    assert main(["send", str(recording), "--url", nobody, "--token", "t", "--max-attempts", "1"]) == 2
    err = capsys.readouterr().err.splitlines()
    assert err[0] == "pointillist-sim: cannot connect: Connection refused"  # one attempt: nothing is tried again
    assert err[-1] == f"pointillist-sim: no answer from {nobody}: cannot connect: Connection refused"


def test_what_was_read_before_a_broken_line_is_delivered(server, fake, recording, request, capsys):
    """The line is named, the exit code is 2, and the messages before it have arrived."""
    recording.write_text(recording.read_text() + "{half\n", encoding="utf-8")
    assert main(["send", str(recording), "--url", server.url, "--token", request.node.name]) == 2
    assert "events.jsonl:5: not JSON" in capsys.readouterr().err
    assert fake.summary()["events"]["accepted"] == 3


def test_a_recording_is_replayed_with_its_timing(server, fake, recording, request, capsys):
    """At twenty times its speed two recorded seconds take a tenth."""
    command = ["send", str(recording), "--url", server.url, "--token", request.node.name, "--speed", "20"]
    assert main([*command, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["seconds"] >= 0.1


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--url", "ftp://h"], "not an http or https URL"),
        (["--url", "http://me:hunter2@h"], "no user or password"),
        (["--url", "http://h", "--rate", "0"], "--rate: must be a number above 0"),
        (["--url", "http://h", "--speed", "x"], "--speed: must be a number above 0"),
        (["--url", "http://h", "--rate", "1", "--speed", "1"], "not allowed with"),
        (["--url", "http://h", "--concurrency", "0"], "must be a whole number from 1"),
        (["--url", "http://h", "--mapping", "nope"], "nope"),
        ([], "--url"),
    ],
)
def test_flags_that_cannot_be_meant(recording, flags, text, capsys):
    """Exit code 2 and one line; a password is not repeated."""
    try:
        code = main(["send", str(recording), "--token", "t", *flags])
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    err = capsys.readouterr().err
    assert text in err
    assert len(err.splitlines()) == 1
    assert "hunter2" not in err


def test_a_web_page_that_answers_200_is_said_once(recording, httpserver, capsys):
    """A portal's page is no Pointillist: standard error names it, once however often it comes, and the JSON counts."""
    httpserver.expect_request("/event").respond_with_data("<html><title>Wi-Fi</title>", content_type="text/html")
    arguments = ["send", str(recording), "--url", httpserver.url_for(""), "--token", "t", "--format", "json"]
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["web_pages"] == 3
    assert captured.err == (
        'pointillist-sim: warning web_page: success was answered with a web page with the title "Wi-Fi": '
        "is this the address of an API?\n"
    )


def test_a_port_that_is_none_is_no_network_error(recording, capsys):
    """It is refused at once, not tried ten times."""
    assert main(["send", str(recording), "--url", "http://h:99999", "--token", "t"]) == 2
    assert capsys.readouterr().err == "pointillist-sim: no port 99999 in http://h:99999: ports go from 1 to 65535\n"
