"""The real thing: fake, source and generator inside, in a real terminal; and leaving it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import socket
import struct
import sys
import termios
import time
from urllib.parse import urlsplit

import httpx
import pytest

import simulator
from simulator.tui.app import SimulatorApp
from simulator.tui.editing import MappingFile
from simulator.tui.engine import Recipe
from simulator.tui.local import LocalEngine
from simulator.tui.recording import write_recording
from simulator.tui.signs import State


async def _until(condition, pilot, seconds=20.0):
    """Wait for a condition, not for a time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await pilot.pause(0.02)


def _engine(**options):
    return LocalEngine(ports=(0, 0), **options)


def _free(url):
    port = urlsplit(url).port
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


@pytest.mark.anyio
async def test_everything_inside(show):
    """Messages flow without a key, people appear, and the story agrees with the fake's own actors."""
    engine = _engine(recipe=Recipe(rate=100, stop_after=60, people=10, bad=0.0))
    app = SimulatorApp(engine)
    async with app.run_test(size=(120, 32)) as pilot:
        states = app.session.counters.states
        await _until(lambda: app.session.counters.messages == 60, pilot)
        await _until(lambda: not app.session.counters.states.get(State.WAITING), pilot)
        await app.looking.look()
        await pilot.press("i")
        await pilot.pause(0.05)
        theirs = {row["actorId"]: row["events"] for row in await engine.side.ask(lambda client: list(client.actors()))}
        assert {actor.actor: actor.events for actor in app.stories.run.actors()} == theirs
        assert sum(theirs.values()) == app.session.counters.states[State.DELIVERED] > 0
        assert "IDLE" in show(app)
        assert states is not None
    _free(engine.fake_url)
    _free(engine.source_url)


@pytest.mark.anyio
async def test_an_opened_recording_becomes_what_transform_says(tmp_path):
    """Its hours stay hours, in their order: nothing in a file is sent now; the generator's simulated time likewise."""
    messages = list(simulator.generate(40, seed=3, bad=0.0))
    recording = tmp_path / "run.jsonl"
    recording.write_text("".join(json.dumps(message) + "\n" for message in messages))
    events = {row["messageId"]: row["event"] for row in simulator.transform(messages) if row["event"]}
    engine = _engine(running=False)
    app = SimulatorApp(engine, recordings=[str(recording)])
    async with app.run_test(size=(120, 32)) as pilot:
        await _until(lambda: app.session.counters.states.get(State.DELIVERED) == len(events), pilot)
        sent = await engine.side.ask(lambda client: list(client.events(status="accepted")))
        assert {row["messageId"]: row["event"] for row in sent} == events


@pytest.mark.anyio
async def test_a_recording_that_breaks_off_says_where(tmp_path):
    """What stands before the line that cannot be read is there, and what is wrong with it is said."""
    recording = tmp_path / "run.jsonl"
    good = json.dumps({"type": "track", "event": "A", "userId": "u"})
    recording.write_text(f"{good}\n{good}\nnonsense\n{good}\n")
    engine = _engine(running=False)
    app = SimulatorApp(engine, recordings=[str(recording)])
    async with app.run_test(size=(120, 32), notifications=True) as pilot:
        await _until(lambda: app.session.counters.states.get(State.DELIVERED) == 2, pilot)
        await _until(lambda: list(app._notifications), pilot)
        (said,) = app._notifications
    assert said.severity == "error"
    assert said.message.startswith(f"{recording}:3: not JSON")


@pytest.mark.anyio
async def test_a_live_run_saved_and_opened_has_the_same_events(tmp_path):
    """A recording carries the moment each message was received, by which its sender's clock was mended."""
    engine = _engine(running=False)
    app = SimulatorApp(engine)
    target = tmp_path / "run.jsonl"
    async with app.run_test(size=(120, 32)) as pilot:
        await _until(lambda: engine.source_url is not None, pilot)
        body = {"event": "A", "userId": "u", "messageId": "m", "timestamp": "2020-01-01T00:00:00Z"}
        async with httpx.AsyncClient() as client:
            await client.post(f"{engine.source_url}/v1/track", json=body | {"sentAt": "2020-01-01T00:00:10Z"})
        await _until(lambda: app.session.counters.states.get(State.DELIVERED) == 1, pilot)
        (sent,) = await engine.side.ask(lambda client: list(client.events(status="accepted")))
        assert write_recording(target, app.session) == 1
    assert sent["event"]["eventTime"] > "2026"
    (again,) = simulator.transform([json.loads(target.read_bytes())])
    assert again["event"] == sent["event"]


@pytest.mark.anyio
async def test_resend_is_a_duplicate():
    """The key r goes past Segment's own memory, so that Pointillist's side answers duplicate; R is a new message."""
    engine = _engine(running=False, recipe=Recipe(people=5, bad=0.0, scenarios=("ecommerce",)))
    app = SimulatorApp(engine)
    async with app.run_test(size=(120, 32)) as pilot:
        await _until(lambda: engine.source_url is not None, pilot)
        await engine.send({"type": "track", "event": "A", "userId": "u", "messageId": "m1"}, "test")
        await _until(lambda: app.session.counters.states.get(State.DELIVERED) == 1, pilot)
        await pilot.press("r")
        await _until(lambda: app.session.counters.states.get(State.DUPLICATE) == 1, pilot)
        await pilot.press("R")
        await _until(lambda: app.session.counters.states.get(State.DELIVERED) == 2, pilot)


@pytest.mark.anyio
async def test_why_policy_unlink_and_reset_over_http(show):
    """Reasons, policy, unlink and reset are asked of the fake and shown at once; another policy keeps its options."""
    engine = _engine(running=False, unique=("email",))
    app = SimulatorApp(engine)
    async with app.run_test(size=(120, 32)) as pilot:
        await _until(lambda: engine.source_url is not None, pilot)
        for number, (user, anonymous) in enumerate(((None, "a"), ("u", "a"), ("v", "a"), (None, "a"))):
            await engine.send(
                {
                    "type": "identify" if user else "track",
                    "event": "Seen",
                    "userId": user,
                    "anonymousId": anonymous,
                    "messageId": f"m{number}",
                    "timestamp": f"2026-03-02T10:0{number}:00Z",
                },
                "test",
            )
        await _until(lambda: app.session.counters.states.get(State.DELIVERED) == 4, pilot)
        await app.looking.look()
        assert app.session.number_of("m1") is not None
        assert app.session.rows.at(app.session.number_of("m1")).merged
        await pilot.press("i", "w")
        await _until(lambda: "belongs to" in show(app) and "Why" in show(app), pilot)
        await pilot.press("escape")
        await app.ask(app.stories.use_policy("last-claim"))
        assert app.stories.run.point(4).attribution.actor == "user:v"
        await app.ask(app.stories.use_policy("first-claim"))
        policy = await engine.side.ask(lambda client: client.policy())
        assert policy["options"]["unique"] == ["userId", "email"]
        await app.ask(app.stories.unlink("u", "a"))
        assert app.stories.run.point(4).attribution.actor == "user:v"
        events = await engine.side.ask(lambda client: list(client.events(status="accepted")))
        assert events[3]["actor"] == "user:v"
        await app.reset()
        assert app.session.counters.messages == 0
        assert len(app.stories.run) == 0


@pytest.mark.anyio
async def test_mapping_in_force_changes_while_messages_flow(tmp_path):
    """A mapping saved in Edit is used for the messages that follow."""
    engine = _engine(running=False)
    app = SimulatorApp(engine)
    async with app.run_test(size=(120, 32)) as pilot:
        await _until(lambda: engine.source_url is not None, pilot)
        await pilot.press("m")
        await pilot.pause(0.05)
        target = tmp_path / "mine.toml"
        area = app.screen.query_one("#mapping")
        area.load_text(area.text.replace('value = "Segment"', 'value = "Mine"'))
        await pilot.press("ctrl+s")
        await pilot.pause()
        app.screen.query_one("#answer").value = str(target)
        await pilot.press("enter")
        await pilot.pause(0.05)
        assert engine.mapping == str(target)
        await pilot.press("ctrl+t")
        await _until(lambda: app.session.counters.messages == 1, pilot)
        assert app.session.trace(0).mapped.event["eventSource"] == "Mine"
        target.write_text(target.read_text().replace('value = "Mine"', 'value = "Other"'))
        os.utime(target, (1, 1))
        await _until(lambda: 'value = "Other"' in area.text, pilot)


def _spawn(*arguments, size=(32, 120)):
    """Start the command in a pseudo-terminal; return its pid and the terminal.

    What readline, which pytest loads, says of another terminal's size in the environment would win over this one's.
    """
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes another program
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        plain = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        plain |= {"TERM": "xterm-256color", "TEXTUAL_ANIMATIONS": "none"}
        os.execve(sys.executable, [sys.executable, "-m", "simulator", *arguments], plain)
    return pid, terminal


def _read(terminal, until, seconds=30.0):
    """Read the terminal until ``until`` holds of what came, or the other side closes."""
    data = b""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not until(data):
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                chunk = os.read(terminal, 65_536)
            except OSError:
                break
            if not chunk:
                break
            data += chunk
    return data


def _ended(pid, terminal):
    """Read to the end and return what came, the status, and how long it took."""
    start = time.monotonic()
    data = _read(terminal, lambda _: False)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(OSError):
        os.close(terminal)
    return data, os.waitstatus_to_exitcode(status), time.monotonic() - start


@pytest.mark.parametrize(("key", "code"), [(b"q", 0), (b"\x03", 130)], ids=["q", "ctrl-c"])
def test_leaving_restores_the_terminal(key, code):
    """The keys q and ctrl+c end the process, with the alternate screen left and the cursor shown again."""
    pid, terminal = _spawn("--paused")
    _read(terminal, lambda data: b"SDK at" in data)
    os.write(terminal, key)
    data, status, seconds = _ended(pid, terminal)
    assert status == code
    assert b"\x1b[?1049l" in data
    assert b"\x1b[?25h" in data
    assert seconds < 5


def test_an_editor_takes_the_terminal_and_gives_it_back(tmp_path, monkeypatch):
    """An editor gets the main screen to itself with ctrl+g; when it ends, the UI shows what it saved."""
    mapping, editor = tmp_path / "mine.toml", tmp_path / "editor"
    mapping.write_text(MappingFile("segment-docs").text)
    editor.write_text('#!/bin/sh\necho "editing $1"\nsed -i "1s/^/# by hand\\n/" "$1"\n')
    editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", str(editor))
    pid, terminal = _spawn("--paused", "--mapping", str(mapping))
    _read(terminal, lambda data: b"SDK at" in data)
    os.write(terminal, b"m")
    _read(terminal, lambda data: b"as in the file" in data)
    os.write(terminal, b"\x07")
    data = _read(terminal, lambda data: b"by hand" in data)
    left, edited, back = (data.find(part) for part in (b"\x1b[?1049l", f"editing {mapping}".encode(), b"\x1b[?1049h"))
    assert -1 < left < edited < back
    assert b"by hand" in data[back:]
    os.write(terminal, b"\x03")
    _, status, _ = _ended(pid, terminal)
    assert status == 130


def test_closing_the_terminal_ends_it():
    """SIGHUP ends the process too."""
    pid, terminal = _spawn("--paused")
    _read(terminal, lambda data: b"SDK at" in data)
    os.kill(pid, signal.SIGHUP)
    _, status, seconds = _ended(pid, terminal)
    assert status == 129
    assert seconds < 5


def test_nothing_unescaped_reaches_the_terminal(tmp_path):
    """A recording full of escape sequences is shown as text; not one of them reaches the terminal."""
    hostile = "\x1b]0;owned\x07\x1b[31mred\u009b2J\u202ertl"
    messages = [
        {"type": "track", "event": hostile, "userId": hostile, "anonymousId": f"{hostile}{number}",
         "messageId": f"{number}{hostile}", "properties": {hostile: hostile}}
        for number in range(5)
    ]  # fmt: skip
    recording = tmp_path / "hostile.jsonl"
    recording.write_text("".join(json.dumps(message) + "\n" for message in messages))
    pid, terminal = _spawn(str(recording))
    data = _read(terminal, lambda data: b"5 delivered" in data)
    for key in (b"\x1b[C", b"\x1b[C", b"\x1b[C", b"i", b"2", b"w", b"\x1b", b"m"):
        os.write(terminal, key)
        data += _read(terminal, lambda _: False, seconds=0.4)
    os.write(terminal, b"\x11")
    rest, _, _ = _ended(pid, terminal)
    data += rest
    assert b"u001b]0;owned" in data
    for sequence in (b"\x1b]0;owned", b"\x1b[31mred", "\u009b".encode(), "\u202e".encode()):
        assert sequence not in data
