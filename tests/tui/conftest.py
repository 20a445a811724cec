"""Fixtures of the terminal UI's tests: traces built by hand, an engine without sockets, screens as text."""

from __future__ import annotations

import asyncio
import html
import os
import re
import time
from collections import deque
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from contracts.codes import violation
from contracts.instants import parse_iso
from fake_pointillist import FakePointillist
from fake_pointillist.attribution import IdEvent, Options
from simulator.demo.playing import NOW_US
from simulator.mapping.result import Drop, Mapped, Step
from simulator.segment.message import Admitted, Discarded, Received
from simulator.text import cells
from simulator.trace import Attempt, Outcome, Trace
from simulator.tui.app import SimulatorApp
from simulator.tui.engine import Recipe
from simulator.tui.happenings import Happening
from simulator.tui.session import Arrival
from simulator.tui.stage import Stage

BASE_US = 1_771_884_160_000_000
SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture
def anyio_backend():
    """Textual runs on asyncio."""
    return "asyncio"


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    """No motion, no colours taken from the machine the tests run on."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.delenv("NO_COLOR", raising=False)


def make_trace(
    index=0,
    *,
    call="track",
    event="Order Completed",
    user="u_42",
    anonymous="3f1c9a40-7d2e-4b1a-9a55-0c7b1d2e0012",
    outcome=Outcome.DELIVERED,
    code=None,
    status=200,
    properties=None,
    violations=(),
    warnings=(),
    message_id=None,
):
    """Return a trace as the pipeline would make it."""
    message_id = message_id or f"m{index + 1}"
    properties = {"revenue": 37.4, "discount": "ten", "coupon": None} if properties is None else properties
    seconds = index // 5
    time = f"2026-02-23T{22 + seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.118Z"
    payload = {
        "type": call,
        "event": event,
        "messageId": message_id,
        "userId": user,
        "anonymousId": anonymous,
        "timestamp": time,
        "properties": properties,
        "context": {"campaign": {"name": "fall"}, "device": {"token": "secret-token"}},
    }
    received = Received(index, payload, "generator", BASE_US + index * 50_000)
    if code is not None:
        discarded = Discarded(code, "/type", "Pointillist takes identify and track.", message_id, call)
        return Trace(received, discarded, violations=tuple(violations), outcome=Outcome.DISCARDED)
    admitted = Admitted(call, message_id, user, anonymous, event, 0, "/timestamp", time)
    customer = {key: value for key, value in (("userId", user), ("anonymousId", anonymous)) if value}
    labels = {"campaign_name": "fall"}
    numbers = {}
    steps = [
        Step("/event", "/eventType", "event", "seed"),
        Step("/timestamp", "/eventTime", "timestamp", "seed", converted=True),
    ]
    steps += [Step(f"/{key}", f"/actors/customer/{key}", "ids", "seed") for key in customer]
    steps.append(Step("/context/campaign/name", "/labels/campaign_name", "campaign", "seed"))
    drops = []
    for key, value in properties.items():
        if value is None:
            drops.append(Drop(f"/properties/{key}", "null_value", "ours"))
        elif isinstance(value, (int, float)):
            numbers[key] = value
            steps.append(Step(f"/properties/{key}", f"/numbers/{key}", "properties", "inferred"))
        else:
            labels[key] = value
            steps.append(Step(f"/properties/{key}", f"/labels/{key}", "properties", "inferred"))
    drops.append(Drop("/context/device/token", "secret_like", "ours"))
    steps.append(Step(None, "/eventSource", "source", "ours"))
    document = {
        "eventSource": "Segment",
        "eventType": event,
        "eventTime": time,
        "actors": {"customer": customer},
        "labels": labels,
        "numbers": numbers,
    }
    mapped = Mapped(document, (), tuple(steps), tuple(drops))
    attempts = []
    event_id = None
    if outcome is not None:
        body = {"status": "accepted", "eventId": f"e{index + 1}", "warnings": []}
        if status >= 400:
            body = {
                "title": "Bad Request",
                "status": status,
                "violations": [violation("number_type", "/numbers/discount", 'got "ten"').to_json()],
            }
        else:
            event_id = f"e{index + 1}"
        attempts.append(Attempt(1, BASE_US + index * 50_000, 0.003, status, None, body))
    return Trace(
        received,
        admitted,
        mapped,
        tuple(violations),
        attempts,
        outcome,
        event_id,
        tuple(warnings),
    )


def story():
    """Return one message of every state, in a fixed order."""
    traces = [
        make_trace(0, event="Signed Up", user=None),
        make_trace(
            1,
            event="Cart Updated",
            user="u_61",
            warnings=[violation("type_flips", "/labels/discount", "discount was a number before")],
        ),
        make_trace(2, call="identify", event="identify"),
        make_trace(3, call="page", user=None, code="UNSUPPORTED_EVENT_TYPE"),
        make_trace(
            4,
            outcome=Outcome.REJECTED,
            status=400,
            violations=[
                violation("label_type", "/labels/discount", 'wants a number, got "ten" (string)', basis="plan")
            ],
        ),
        make_trace(5, event="Product Viewed", user="u_12"),
        make_trace(6, event="Product Viewed", user="u_12", outcome=Outcome.DUPLICATE, message_id="m6"),
        make_trace(7, event="Cart Updated", user=None, outcome=None),
        make_trace(8, event="Signed Up", user=None, outcome=Outcome.EXPIRED, status=503),
    ]
    waiting = traces[7]
    waiting.attempts.append(Attempt(1, BASE_US, 0.002, 503, None, "busy", 0.4))
    return traces


class StillSide:
    """The fake's API without a fake: it answers what a test laid ready."""

    def __init__(self):
        self.ready = []
        self.policy_name = "first-claim"
        self.fault_list = []
        self.asked = []

    async def happenings(self):
        """Stand in for happenings."""
        found, self.ready = self.ready, []
        return found

    def restart(self):
        """Stand in for restart."""
        self.ready = []

    async def ask(self, question):
        """Stand in for ask."""
        return question(self)

    def policy(self):
        """Stand in for policy."""
        return {"policy": self.policy_name, "options": Options().to_json()}

    def set_policy(self, policy):
        """Stand in for set policy."""
        self.asked.append(("policy", policy))
        self.policy_name = policy
        return {"moved": [], "summary": {}}

    def unlink(self, user_id, anonymous_id):
        """Stand in for unlink."""
        self.asked.append(("unlink", user_id, anonymous_id))
        return {"moved": []}

    def merges(self):
        """Stand in for merges."""
        return [{"seq": 1, "anonymousId": "7f3a", "from": "anon:7f3a", "to": "user:u_42", "eventsMoved": 3}]

    def reset(self):
        """Stand in for reset."""
        self.asked.append("reset")
        return {}

    def health(self):
        """Stand in for health."""
        return {"status": "ok", "version": "0.1.0", "uptime_s": 764}

    def summary(self):
        """Stand in for summary."""
        return {
            "events": {"accepted": 790, "refused": 18, "duplicates": 1},
            "actors": {"known": 2, "anonymous": 0},
            "merges": 3,
            "conflicts": 1,
            "warnings": {"type_flips": 7},
        }

    def faults(self):
        """Stand in for faults."""
        return {"faults": self.fault_list}

    def add_fault(self, **spec):
        """Stand in for add fault."""
        self.fault_list = [*self.fault_list, spec]

    def clear_faults(self):
        """Stand in for clear faults."""
        self.fault_list = []

    def why(self, event=None, *, a=None, b=None):
        """Stand in for why."""
        self.asked.append(("why", event, a, b))
        if a is not None:
            return {
                "subject": f"{a} and {b}",
                "same": False,
                "steps": [{"text": "no claim joins them", "rule": "R7", "basis": "ours"}],
                "not_applied": [],
            }
        return {
            "subject": "m10  Product Viewed  10:15:00",
            "belongs_to": "user:u_42",
            "steps": [
                {
                    "text": "carries anonymousId 9e07; no userId on the event",
                    "message": "m10",
                    "rule": "R11",
                    "basis": None,
                },
                {
                    "text": "9e07 is claimed by u_42: identify m11, 10:17:40 (documented)",
                    "message": "m11",
                    "rule": "R9, R10",
                    "basis": "seed",
                },
            ],
            "not_applied": [
                {
                    "text": "not applied: identify m13 -> u_77: 9e07 already claimed (first-claim)",
                    "message": "m13",
                    "rule": "R12",
                    "basis": "ours",
                }
            ],
        }


class StillEngine:
    """An engine without sockets: it shows what a test put into its inbox and remembers what it was asked."""

    fake_url = "http://127.0.0.1:8765"
    source_url = "http://127.0.0.1:8766"
    token = "demo"
    write_key = "demo"
    policy = "first-claim"
    mapping = "segment-docs"

    def __init__(self, traces=(), *, running=False):
        self.inbox = deque(Arrival(True, trace) for trace in traces)
        self.recipe = Recipe()
        self.running = running
        self.asked = []
        self.generated = 0
        self.problem = None
        self.side = StillSide()

    async def start(self):
        """Stand in for start."""
        self.asked.append("start")

    async def stop(self):
        """Stand in for stop."""
        self.asked.append("stop")

    def set_running(self, running):
        """Stand in for set running."""
        self.running = running

    def set_recipe(self, recipe, *, restart):
        """Stand in for set recipe."""
        self.recipe = recipe
        self.asked.append(("recipe", recipe, restart))

    async def one(self):
        """Stand in for one."""
        self.asked.append("one")

    async def send(self, payload, origin):
        """Stand in for send."""
        self.asked.append(("send", payload, origin))

    async def play(self, path, say):
        """Stand in for play."""
        self.asked.append(("play", path))

    async def resend(self, trace):
        """Stand in for resend."""
        self.asked.append(("resend", trace.name))

    def try_out(self, payload, mapping=None, *, check=True):
        """Stand in for try out."""
        self.asked.append(("try", mapping))
        return make_trace(0, outcome=None)

    def set_mapping(self, name_or_path):
        """Stand in for set mapping."""
        self.mapping = name_or_path


SHARED_TABLET = (
    ("m1", "Subscription Renewed", "10:00", None, "u_42"),
    ("m2", "Product List Viewed", "10:01", "7f3a", None),
    ("m3", "Product Viewed", "10:02", "7f3a", None),
    ("m4", "Product Added", "10:04", "7f3a", None),
    ("m5", "identify", "10:06", "7f3a", "u_42"),
    ("m6", "Product Viewed", "10:09", "c19e", None),
    ("m7", "Product Added", "10:10", "c19e", None),
    ("m8", "identify", "10:12", "c19e", "u_42"),
    ("m9", "Product Viewed", "10:03", "7f3a", None),
    ("m10", "Product Viewed", "10:15", "9e07", None),
    ("m11", "identify", "10:17", "9e07", "u_42"),
    ("m12", "Product Viewed", "10:18", "9e07", None),
    ("m13", "identify", "10:20", "9e07", "u_77"),
    ("m14", "Product Viewed", "10:21", "9e07", None),
)


def shared_tablet():
    """Return fourteen accepted events: browsing, a login, a phone, a late event, a shared tablet."""
    return [
        Happening(
            IdEvent(number, name, parse_iso(f"2026-03-02T{time}:00Z"), user, anonymous, event == "identify", event),
            f"e{number}",
            f"2026-03-02T10:{number + 4:02d}:02.000Z",
        )
        for number, (name, event, time, anonymous, user) in enumerate(SHARED_TABLET, 1)
    ]


@pytest.fixture
def traces():
    """Hand-built traces and events: the makers, and one of every state."""
    return SimpleNamespace(
        make=make_trace, story=story, engine=StillEngine, arrival=Arrival, shared_tablet=shared_tablet
    )


@pytest.fixture(scope="session")
def acts():
    """The five acts, played once at a real fake."""
    stage = Stage(None)
    stage._fake = FakePointillist(now=lambda: NOW_US)
    stage._fake.start()
    stage._url = stage._fake.url
    asyncio.run(stage.play())
    yield stage
    stage.close()


@pytest.fixture
def open_app(acts):
    """Return a context manager that opens the app with a still engine and takes everything in."""

    @asynccontextmanager
    async def opened(size=(120, 32), *, traces=None, happenings=None, **options):
        app = SimulatorApp(StillEngine(story() if traces is None else traces), clock=lambda: 0.0, **options)
        app.stories.stage = SimpleNamespace(
            frames=acts.frames, story=acts.story, side=app.engine.side, close=lambda: None
        )
        app.engine.side.ready = shared_tablet() if happenings is None else happenings
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()
            app._tick()
            await app.poll()
            await pilot.pause(0.05)
            yield app, pilot

    return opened


_TEXT = re.compile(r"<text([^>]*)>(.*?)</text>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


def screen_text(app):
    """Return what is on screen as plain lines, from the app's own picture."""
    width, height = app.size
    rows = [[" "] * width for _ in range(height)]
    for attributes, body in _TEXT.findall(app.export_screenshot()):
        found = dict(_ATTRIBUTE.findall(attributes))
        if "clip-path" not in found:
            continue
        column = round(float(found["x"]) / 12.2)
        row = round((float(found["y"]) - 20) / 24.4)
        for character in html.unescape(body).replace("\xa0", " "):
            size = cells(character)
            if 0 <= row < height and column < width:
                if size == 0:
                    rows[row][column - 1] += character
                    continue
                rows[row][column] = character
                if size == 2 and column + 1 < width:
                    rows[row][column + 1] = ""
            column += size
    return "\n".join("".join(row).rstrip() for row in rows).rstrip("\n") + "\n"


@pytest.fixture
def show():
    """Return the function that reads a screen as text."""
    return screen_text


@pytest.fixture
def snapshot(request):
    """Wait until a screen looks as kept; UPDATE_SNAPSHOTS=1 in the environment rewrites what is kept."""

    async def check(app, pilot, name):
        width, height = app.size
        path = SNAPSHOTS / f"{name}-{width}x{height}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            await pilot.pause(0.3)  # long after the last repaint
            path.parent.mkdir(exist_ok=True)
            path.write_text(screen_text(app), encoding="utf-8")
            return
        assert path.is_file(), f"no snapshot {path.name}: run with UPDATE_SNAPSHOTS=1 and look at it"
        kept = path.read_text(encoding="utf-8")
        last = time.monotonic() + 5.0
        while screen_text(app) != kept and time.monotonic() < last:  # repaints come when the machine gets round to it
            await pilot.pause(0.02)
        assert screen_text(app) == kept

    return check
