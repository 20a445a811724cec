"""Rows 5, 5b, 13 and 14: the contract check in process and from a file, its growth, and the pytest plugin's cost."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import jsonschema
import orjson
from orders import order
from ratios import Ratio, in_turn, report
from referencing import Registry, Resource

import simulator
from contracts.checker import Checker
from contracts.resources import load, names

SIM = str(Path(sys.executable).with_name("pointillist-sim"))
MESSAGES = int(os.environ.get("MESSAGES", "20000"))
PLAIN = 400
"""Messages plain jsonschema gets: it takes the same time for each, and is slow."""


def _plain(name: str) -> jsonschema.Draft202012Validator:
    registry = Registry()
    for shipped in names():
        if not shipped.startswith(("mappings/", "plans/")):
            schema = load(shipped)
            registry = registry.with_resource(schema["$id"], Resource.from_contents(schema))
    formats = jsonschema.FormatChecker()
    return jsonschema.Draft202012Validator(load(name), registry=registry, format_checker=formats)


def _rate(count: int, work) -> float:
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def _broken(messages: list[dict], share: float) -> list[dict]:
    """Return copies of the messages, every nth with an id that is an object and no event name."""
    every = round(1 / share)
    return [
        {**message, "userId": {"id": 1}, "event": ""} if number % every == 0 else message
        for number, message in enumerate(messages)
    ]


def _each(work, sample) -> None:
    for one in sample:
        work(one)


def in_process(messages: list[dict]) -> list[Ratio]:
    """Row 5: one schema, valid and 5 % bad."""
    tracks = [message for message in messages if message["type"] == "track"][:5_000]
    rows = []
    for what, sample, must, goal in (("valid", tracks, 80, 130), ("5 % bad", _broken(tracks, 0.05), 50, 100)):
        plain, ours = _plain("segment/track"), Checker(load("segment/track"))
        few = sample[:PLAIN]
        fast, slow = in_turn(
            partial(_rate, len(sample), partial(_each, ours.violations, sample)),
            partial(_rate, len(few), partial(_each, lambda one, plain=plain: list(plain.iter_errors(one)), few)),
            runs=5,
        )
        rows.append(Ratio("5", f"segment/track in process, {what}", fast, slow, "msg/s", "more", must, goal))
    return rows


def from_file(folder: Path, generated: list[dict]) -> list[Ratio]:
    """Row 5b: the command, start-up and all, against plain jsonschema doing the two schema checks only.

    With the realistic message of the other rows, and with what our generator makes, which is shorter; each as a file of
    a quarter minute's messages, of which starting up is a part, and as a larger one.
    """
    rows = []
    for what, messages in (("orders", [order(number) for number in range(MESSAGES)]), ("generated", generated)):
        plain = partial(_both_checks, _pairs(messages))
        for times in (1, 10):
            count = len(messages) * times
            path = folder / f"{count}.jsonl"
            with path.open("wb") as out:
                for number in range(times):
                    again = ({**one, "messageId": f"{number}-{one.get('messageId')}"} for one in messages)
                    out.writelines(orjson.dumps(one) + b"\n" for one in again)
            for jobs in ("1", ""):
                name = f"check FILE, {count:,} {what}, {f'{jobs} process' if jobs else 'as it comes'}"
                options = ("--jobs", jobs) if jobs else ()
                ours = partial(_rate, count, partial(_check, path, *options))
                rows.append(Ratio("5b", name, *in_turn(ours, plain, runs=5), "msg/s", "more", 25, 60))
            path.unlink()
    return rows


def _pairs(messages: list[dict]) -> list[tuple[dict, dict]]:
    """Return some messages with the events they become."""
    few = messages[: PLAIN * 2]
    return [(one, row["event"]) for one, row in zip(few, simulator.transform(few), strict=True) if row["event"]][:PLAIN]


def _both_checks(pairs: list[tuple[dict, dict]]) -> float:
    """Return how many messages a second plain jsonschema checks, each with its event."""
    checks = {call: _plain(f"segment/{call}") for call in ("track", "identify")}
    event_check = _plain("pointillist/event")

    def both(pair: tuple[dict, dict]) -> None:
        message, event = pair
        list(checks[message["type"]].iter_errors(message))
        list(event_check.iter_errors(event))

    return _rate(len(pairs), partial(_each, both, pairs))


def _check(path: Path, *options: str) -> None:
    command = [SIM, "check", str(path), "--now", "2027-01-01", *options]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)


PEAK = """
import resource, subprocess, sys
command = [sys.executable, "-m", "simulator", "check", sys.argv[1], "--now", "2027-01-01"]
subprocess.run(command, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Runs in a small process of its own: a child's peak counts what its parent held when it was forked."""


def growth(folder: Path) -> list[Ratio]:
    """Row 13: ten times the messages, at most 1.1 times ten times the time; memory flat."""
    figures = {}
    for count in (MESSAGES, MESSAGES * 10):
        path = folder / f"{count}.jsonl"
        with path.open("wb") as out:
            subprocess.run([SIM, "generate", "-n", str(count), "--seed", "5"], check=True, stdout=out)
        start = time.perf_counter()
        told = subprocess.run([sys.executable, "-c", PEAK, str(path)], check=True, capture_output=True, text=True)
        figures[count] = (time.perf_counter() - start, int(told.stdout) / 1024)
        path.unlink()
    (small_s, small_mb), (large_s, large_mb) = figures[MESSAGES], figures[MESSAGES * 10]
    return [
        Ratio("13", f"check, time of {MESSAGES * 10:,} messages", large_s, small_s * 10, "s", "less", 1.1, 1.0),
        Ratio("13", f"check, memory at {MESSAGES * 10:,} messages", large_mb, small_mb, "MB", "less", 1.5, 1.2),
    ]


EVENT = {
    "eventSource": "Segment",
    "eventType": "Order Completed",
    "eventTime": "2026-02-23T22:31:02.250Z",
    "actors": {"customer": {"userId": "u-1"}},
    "labels": {"currency": "USD"},
    "numbers": {"revenue": 25.5},
}
STEP = f"""
import httpx, orjson, time
EVENT = orjson.dumps({EVENT!r})
def test_ours(fake_pointillist):
    for _ in range(50):
        fake_pointillist.post(EVENT)
    start = time.perf_counter()
    for _ in range(2000):
        assert fake_pointillist.post(EVENT)["status"] == "accepted"
    print("ours", 2000 / (time.perf_counter() - start))
def test_httpserver(httpserver):
    httpserver.expect_request("/event", method="POST").respond_with_json({{"status": "accepted"}})
    with httpx.Client() as client:
        url = httpserver.url_for("/event")
        start = time.perf_counter()
        for _ in range(300):
            assert client.post(url, content=EVENT).json()["status"] == "accepted"
            httpserver.log.clear()
        print("httpserver", 300 / (time.perf_counter() - start))
"""


def plugin(folder: Path) -> list[Ratio]:
    """Row 14: what the plugin costs a project that does not use it, and one step of a test that does."""
    test = folder / "test_empty.py"
    test.write_text("def test_nothing():\n    pass\n")

    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # others here take seconds, and each time others

    def run(*options: str) -> float:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(test)],
            check=True, cwd=folder, stdout=subprocess.DEVNULL, env=alone,
        )  # fmt: skip
        return time.perf_counter() - start

    with_it, without = in_turn(lambda: run("-p", "pointillist"), run, runs=25)
    steps = folder / "test_steps.py"
    steps.write_text(STEP)
    told = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", str(steps)],
        check=True, cwd=folder, capture_output=True, text=True,
    ).stdout  # fmt: skip
    rates = {
        word: float(line.split()[-1]) for line in told.splitlines() for word in ("ours", "httpserver") if word in line
    }
    print(f"  plugin: {(with_it - without) * 1000:.1f} ms in a project that does not use it (must <= 20, goal <= 10)")
    return [
        Ratio("14", "plugin, an empty pytest run", with_it, without, "s", "less", 1.1, 1.05),
        Ratio("14", "plugin, one step in process", rates["ours"], rates["httpserver"], "steps/s", "more", 6, 12),
    ]


def main() -> None:
    """Measure all four rows; MESSAGES in the environment sets the size of the small file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "messages.jsonl"
        with path.open("wb") as out:
            subprocess.run([SIM, "generate", "-n", str(MESSAGES), "--seed", "5"], check=True, stdout=out)
        messages = [orjson.loads(line) for line in path.open("rb")]
        messages = [message for message in messages if message["type"] in ("track", "identify")]
        rows = [*in_process(messages), *from_file(folder, messages), *growth(folder), *plugin(folder)]
    report("Contract check", rows, "jsonschema", "jsonschema-rs", "orjson", "pytest", "pytest-httpserver")
    print(json.dumps({"max_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))


if __name__ == "__main__":
    main()
