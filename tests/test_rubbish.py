"""Rubbish at every door: a clear answer each, nothing crashes, nothing accepted is lost."""

from __future__ import annotations

import gzip
import io
import json
import sys

import httpx
import pytest

from fake_pointillist import FakePointillist
from simulator.cli.main import main

MARKUP = ["[/x]", "[@click=app.quit]Order[/]", "[b", "\x1b[2J", "\x1b]0;owned\x07", "a\tb\nc", "\u202eevil", "\x00"]


def message(**parts):
    """A track that would be taken, changed by ``parts``."""
    whole = {"type": "track", "event": "Seen", "userId": "u1", "messageId": "m1", "timestamp": "2026-03-02T09:00:00Z"}
    return json.dumps(whole | parts).encode()


def everywhere(text):
    """A message with one text in every place a text can stand."""
    leaf = {text: text, "nested": {text: [text, {text: text}]}}
    return message(
        event=text, userId=text, anonymousId=text, messageId=text, properties=leaf, context={"traits": leaf, text: text}
    )


RUBBISH = {
    "nothing": b"",
    "white space": b" \t ",
    "a word": b"hello",
    "half an object": b'{"type": "track"',
    "half a string": b'{"type": "tra',
    "a trailing comma": b'{"type": "track",}',
    "single quotes": b"{'type': 'track'}",
    "a comment": b'{"type": "track"} // seen',
    "two objects on a line": message() + message(),
    "NaN": b'{"type":"track","event":"E","userId":"u","properties":{"n":NaN}}',
    "Infinity": b'{"type":"track","event":"E","userId":"u","properties":{"n":Infinity}}',
    "a number out of range": b'{"type":"track","event":"E","userId":"u","properties":{"n":1e400}}',
    "a number with a leading zero": b'{"type":"track","event":"E","userId":"u","properties":{"n":007}}',
    "a number of 400 digits": b'{"type":"track","event":"E","userId":"u","properties":{"n":' + b"9" * 400 + b"}}",
    "an id beyond 64 bits": b'{"type":"track","event":"E","userId":99999999999999999999999}',
    "bad UTF-8": b'{"type":"track","event":"\xff\xfe","userId":"u"}',
    "overlong UTF-8": b'{"type":"track","event":"\xc0\xaf","userId":"u"}',
    "a lone surrogate": b'{"type":"track","event":"\\ud800","userId":"u"}',
    "a lone surrogate in a key": b'{"type":"track","event":"E","userId":"u","properties":{"\\udfff":1}}',
    "a surrogate as bytes": b'{"type":"track","event":"\xed\xa0\x80","userId":"u"}',
    "a raw control character": b'{"type":"track","event":"a\x01b","userId":"u"}',
    "UTF-16": message().decode().encode("utf-16"),
    "nested 10,000 deep": b'{"type":"track","event":"E","userId":"u","properties":'
    + b'{"a":' * 10000
    + b"1"
    + b"}" * 10001,
    "arrays 10,000 deep": b"[" * 10000 + b"]" * 10000,
    "nested 200 deep": b'{"type":"track","event":"E","userId":"u","properties":' + b'{"a":' * 200 + b"1" + b"}" * 201,
    "duplicate keys": b'{"type":"track","event":"E","event":"F","userId":"u","properties":{"a":1,"a":2}}',
    "a number": b"42",
    "a string": b'"track"',
    "true": b"true",
    "null": b"null",
    "an empty object": b"{}",
    "an empty array": b"[]",
    "an array of numbers": b"[1, 2, 3]",
    "an array in an array": b"[[{}]]",
    "a batch that is no array": b'{"batch": {"type": "track"}}',
    "an empty batch": b'{"batch": []}',
    "a batch of rubbish": b'{"batch": [1, null, "x", [], {}]}',
    "a type that is a number": message(type=7),
    "a type nobody knows": message(type="purchase"),
    "no type": b'{"event": "E", "userId": "u"}',
    "ids that are objects": message(userId={"id": 1}, anonymousId=["a"]),
    "an id that is a boolean": message(userId=True),
    "an id that is a fraction": message(userId=42.5),
    "blank ids": message(userId="  ", anonymousId="\t"),
    "an id of 40 KB": message(userId="u" * 40000),
    "no event": b'{"type": "track", "userId": "u"}',
    "an event that is an array": message(event=["E"]),
    "a blank event": message(event="   "),
    "properties that are a list": message(properties=[1, 2]),
    "properties that are text": message(properties="x"),
    "a context that is a number": message(context=5),
    "parts of a context that are text": message(context={"traits": "t", "campaign": 7, "device": [], "location": True}),
    "integrations that are text": message(integrations="Pointillist"),
    "a time that is an object": message(timestamp={"at": 1}),
    "a time of the 13th month": message(timestamp="2026-13-45T99:99:99Z"),
    "a time of the year 12026": message(timestamp="12026-01-01T00:00:00Z"),
    "an enormous epoch": message(timestamp=10**30),
    "sentAt and receivedAt of garbage": message(sentAt="never", receivedAt=[]),
    "a value of 40 KB": message(properties={"text": "x" * 40000}),
    "a name of 40 KB": message(properties={"x" * 40000: 1}),
    "5,000 properties": message(properties={f"p{n}": n for n in range(5000)}),
    "an empty name": message(properties={"": {"": ""}, ".": 1, "_": 2}),
    "names that clash": message(properties={"a_b": 1, "a": {"b": 2}, "a.b": 3, "A_B": 4}),
    **{f"{text!r} in every place": everywhere(text) for text in MARKUP},
}
"""More than 60 kinds of rubbish, by name; some are merely odd and may be taken."""


@pytest.mark.parametrize("kind", RUBBISH)
@pytest.mark.parametrize("command", ["transform", "check", "stitch"])
def test_the_commands_answer_rubbish(command, kind, tmp_path, capfdbinary):
    """A file of rubbish ends in results or in one line that names the file; never in a traceback."""
    path = tmp_path / "input.jsonl"
    path.write_bytes(RUBBISH[kind])
    code = main([command, str(path), "--now", "2026-03-02T10:00:00Z"])
    out, err = capfdbinary.readouterr()
    assert code in (0, 1, 2)
    assert b"\x1b" not in out + err
    if code == 2:
        assert err.startswith(b"pointillist-sim: ")
        assert b"input.jsonl" in err
        assert len(err.splitlines()) == 1
        assert len(err) < 1000
    elif command == "transform":
        for line in out.splitlines():
            assert {"index", "messageId", "status", "code", "event", "notes"} <= json.loads(line).keys()


def test_rubbish_does_not_take_good_messages_along(tmp_path, capfdbinary):
    """Messages before a malformed line have been answered when the command stops at it."""
    path = tmp_path / "input.jsonl"
    path.write_bytes(message(messageId="good") + b"\n{half\n" + message(messageId="never reached"))
    assert main(["transform", str(path)]) == 2
    out, err = capfdbinary.readouterr()
    assert json.loads(out.splitlines()[0])["messageId"] == "good"
    assert b"input.jsonl:2: not JSON" in err


@pytest.mark.parametrize("kind", ["nothing", "half an object", "bad UTF-8", "a batch of rubbish", "no type"])
def test_a_gzipped_file_of_rubbish_is_no_other_matter(kind, tmp_path, capfdbinary):
    """Compression changes nothing in the answer."""
    answers = []
    for name, data in (("a.jsonl", RUBBISH[kind]), ("b.jsonl.gz", gzip.compress(RUBBISH[kind]))):
        (tmp_path / name).write_bytes(data)
        code = main(["transform", str(tmp_path / name), "--now", "2026-03-02T10:00:00Z"])
        out, err = capfdbinary.readouterr()
        answers.append((code, out, err.replace(name.encode(), b"FILE")))
    assert answers[0] == answers[1]


def test_standard_input_of_rubbish_names_itself(monkeypatch, capfdbinary):
    """What comes through a pipe is called <stdin> in errors."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"{half")))
    assert main(["transform", "-"]) == 2
    assert b"<stdin>:1: not JSON" in capfdbinary.readouterr().err


@pytest.fixture(scope="module")
def fake():
    """One fake for all rubbish."""
    with FakePointillist() as server:
        yield server


@pytest.mark.parametrize("kind", RUBBISH)
def test_the_fake_answers_rubbish(fake, kind):
    """A body of rubbish is refused with problem+json or taken; what was stored before stays readable."""
    headers = {"apiToken": f"rubbish {sorted(RUBBISH).index(kind)}"}
    good = {"eventType": "E", "eventTime": "2026-03-02T09:00:00Z", "actors": {"customer": {"userId": "u"}}}
    with httpx.Client(base_url=fake.url, headers=headers) as client:
        assert client.post("/event", json=good).status_code == 200
        answer = client.post("/event", content=RUBBISH[kind])
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert {"type", "title", "status", "detail", "violations"} <= problem.keys()
        assert problem["violations"]
        assert client.post("/event", json=good).status_code == 200
        counts = client.get("/_fake/summary").json()["events"]
        assert (counts["accepted"], counts["refused"], counts["duplicates"]) == (2, 1, 0)


@pytest.mark.parametrize("text", MARKUP)
def test_the_fake_shows_hostile_text_as_it_came(fake, text):
    """Hostile text in an event is data: stored and answered exactly."""
    event = {
        "eventType": f"x{text}",
        "eventTime": "2026-03-02T09:00:00Z",
        "actors": {"customer": {"userId": f"u{text}"}},
        "labels": {f"l{text}": text},
    }
    with httpx.Client(base_url=fake.url, headers={"apiToken": f"hostile {MARKUP.index(text)}"}) as client:
        assert client.post("/event", json=event).status_code == 200
        stored = client.get("/_fake/events").json()["events"]
        assert [row["event"] for row in stored] == [event]
