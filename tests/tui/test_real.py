"""The real thing: fake, source and generator inside, in a real terminal; and leaving it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import sys
import termios
import time
from urllib.parse import urlsplit

import pytest

from simulator.tui.app import SimulatorApp
from simulator.tui.engine import Recipe
from simulator.tui.local import LocalEngine
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
        await app.poll()
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
    """Reasons, policy, unlink and reset are asked of the fake and shown at once."""
    engine = _engine(running=False)
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
        await app.poll()
        assert app.session.number_of("m1") is not None
        assert app.session.rows.at(app.session.number_of("m1")).merged
        await pilot.press("i", "w")
        await _until(lambda: "belongs to" in show(app) and "Why" in show(app), pilot)
        await pilot.press("escape")
        await app.ask(app.stories.use_policy("last-claim"))
        assert app.stories.run.point(4).attribution.actor == "user:v"
        await app.ask(app.stories.use_policy("first-claim"))
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
    """Start the command in a pseudo-terminal; return its pid and the terminal."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes another program
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        os.environ.update(TERM="xterm-256color", TEXTUAL_ANIMATIONS="none")
        os.execv(sys.executable, [sys.executable, "-m", "simulator", *arguments])
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


@pytest.mark.benchmark
def test_start_and_stop_are_quick():
    """The first message is on screen within two seconds of starting, without a key; q ends it within one."""
    start = time.monotonic()
    pid, terminal = _spawn()
    data = _read(terminal, lambda data: re.search(rb"[1-9][0-9]* delivered", data) is not None)
    shown = time.monotonic() - start
    assert b"delivered" in data
    os.write(terminal, b"q")
    _, status, seconds = _ended(pid, terminal)
    print(f"first message after {shown:.2f} s, ended after {seconds:.2f} s")
    assert status == 0
    assert shown < 2
    assert seconds < 1


@pytest.mark.benchmark
@pytest.mark.anyio
async def test_load(traces):
    """100,000 messages there, 500 a second arriving: keys repaint under 50 ms, lag p95 under 20 ms, under 300 MB."""
    import asyncio
    import resource
    import statistics

    app = SimulatorApp(traces.engine([]))
    session = app.session
    async with app.run_test(size=(140, 42)) as pilot:
        for start in range(0, 100_000, 500):
            session.take(traces.arrival(True, traces.make(start + number)) for number in range(500))
        app.refresh_screen()
        await pilot.pause(0.2)
        lags: list[float] = []
        keys: list[float] = []
        stop = asyncio.Event()

        ready = [traces.make(100_000 + number) for number in range(5_000)]

        async def feed() -> None:
            while not stop.is_set() and ready:
                for _ in range(10):
                    app.engine.inbox.append(traces.arrival(True, ready.pop()))
                await asyncio.sleep(0.02)

        async def lag() -> None:
            while not stop.is_set():
                before = time.perf_counter()
                await asyncio.sleep(0.005)
                lags.append(time.perf_counter() - before - 0.005)

        messages = app.screen.query_one("#messages")
        painted: list[int] = []
        paint = messages.render_line

        def seen(y: int) -> object:
            painted.append(y)
            return paint(y)

        messages.render_line = seen
        feeding, lagging = asyncio.create_task(feed()), asyncio.create_task(lag())
        for _ in range(30):
            painted.clear()
            top = messages.scroll_offset.y
            before = time.perf_counter()
            app.simulate_key("pageup")
            while messages.scroll_offset.y == top or not painted:  # noqa: ASYNC110 - it is the time that is measured
                await asyncio.sleep(0.001)
            keys.append(time.perf_counter() - before)
            await asyncio.sleep(0.05)
        stop.set()
        await asyncio.gather(feeding, lagging)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        p95 = sorted(lags)[int(len(lags) * 0.95)]
        print(
            f"key to repaint {statistics.median(keys) * 1000:.0f} ms, lag p95 {p95 * 1000:.1f} ms, "
            f"resident {memory:.0f} MB, rows {session.rows.kept:,}"
        )
        assert statistics.median(keys) < 0.05
        assert p95 < 0.02
        assert memory < 300
