"""Rows 8, 8b, 8c, 9 and 12: the fake against validating servers run beside it, in turn.

Every server runs on one core and the load comes from the others, so that none gains by threads the next one has not
(where taskset is missing both share all cores, which is printed). Needs wrk. Prism and WireMock come from npm
(`npm i @stoplight/prism-cli wiremock`); `--npm FOLDER` says where. Where one is missing its rows are skipped, and the
reason is printed. `--seconds N` is the length of one round of load, `--rounds N` how many there are.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from ratios import Ratio, report

from contracts.resources import load

EVENT = {
    "eventSource": "Segment",
    "eventType": "Order Completed",
    "eventTime": "2026-02-23T22:31:02.250Z",
    "actors": {"customer": {"userId": "97980cfea0067", "anonymousId": "507f191e810c19729de860ea"}},
    "labels": {f"label_name_{number}": f"some value {number}" for number in range(26)},
    "numbers": {f"number_{number}": number * 1.5 for number in range(12)},
}
BODY = json.dumps(EVENT).encode()
# An installed package is compiled; sources that were edited are not where the interpreter may not write.
COMPILED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
HEADERS = {"apiToken": "t", "Content-Type": "application/json"}
LUA = """
wrk.method = "POST"
wrk.body = io.open("{body}"):read("*a")
wrk.headers["apiToken"] = "t"
wrk.headers["Content-Type"] = "application/json"
"""
HTTPSERVER = """
import json, sys
from jsonschema import Draft202012Validator
from pytest_httpserver import HTTPServer
from werkzeug import Response
from contracts.resources import load

validator = Draft202012Validator(load("pointillist/event"))

def take(request):
    found = list(validator.iter_errors(json.loads(request.data)))
    return Response(json.dumps({"errors": len(found)}), 400 if found else 200, content_type="application/json")

server = HTTPServer(port=int(sys.argv[1]), threaded=True)
server.expect_request("/event", method="POST").respond_with_handler(take)
server.start()
sys.stdin.read()
"""


def cores():
    """Return the words that put a server on a core of its own, and the load on the others."""
    count = os.cpu_count() or 1
    if count == 1 or shutil.which("taskset") is None:
        print("no core of its own for the servers: taskset is missing, or there is one core only")
        return [], []
    return ["taskset", "-c", str(count - 1)], ["taskset", "-c", f"0-{count - 2}"]


SERVER_CORE, LOAD_CORES = cores()


class Server:
    """A server process, started anew for each figure."""

    def __init__(self, name, command):
        self.name = name
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/event"
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [*SERVER_CORE, *(part.replace("PORT", str(self.port)) for part in command)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=COMPILED,
        )
        while not self.answers():
            if self.process.poll() is not None:
                raise SystemExit(f"{name} did not start")
            time.sleep(0.005)
        self.first_answer = time.perf_counter() - began

    def answers(self):
        """Say whether a good event is answered with 200."""
        try:
            with urllib.request.urlopen(urllib.request.Request(self.url, BODY, HEADERS), timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def load(self, folder, seconds):
        """Return requests a second and the 99th percentile in milliseconds, over 16 connections."""
        done = subprocess.run(
            [*LOAD_CORES, "wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-s", f"{folder}/post.lua", self.url],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        if "Non-2xx" in done:
            raise SystemExit(f"{self.name} refused a good event:\n{done}")
        amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", done).groups()
        rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])
        return rate, float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    def memory(self):
        """Return the resident memory of the process and its children, in MB."""
        pids, total = [self.process.pid], 0.0
        while pids:
            pid = pids.pop()
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
            total += int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
            pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split())
        return total

    def stop(self):
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()


def free_port():
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def schema():
    """Return what our schema asks of an event, without what only a resolver needs."""
    return {key: value for key, value in load("pointillist/event").items() if not key.startswith("$")}


def spec_for_prism(folder):
    """Write an OpenAPI document that asks of ``/event`` what our schema asks."""
    answer = {"description": "ok", "content": {"application/json": {"example": {"status": "accepted"}}}}
    operation = {
        "parameters": [{"name": "apiToken", "in": "header", "required": True, "schema": {"type": "string"}}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": schema()}}},
        "responses": {"200": answer, "422": {"description": "no"}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "event", "version": "1"},
        "paths": {"/event": {"post": operation}},
    }
    Path(folder, "spec.json").write_text(json.dumps(document), encoding="utf-8")


def stub_for_wiremock(folder):
    """Write a WireMock stub that asks the same."""
    stub = {
        "request": {
            "method": "POST",
            "urlPath": "/event",
            "headers": {"apiToken": {"matches": ".+"}},
            "bodyPatterns": [{"matchesJsonSchema": json.dumps(schema()), "schemaVersion": "V202012"}],
        },
        "response": {"status": 200, "jsonBody": {"status": "accepted"}},
    }
    Path(folder, "mappings").mkdir()
    Path(folder, "mappings", "event.json").write_text(json.dumps(stub), encoding="utf-8")


def commands(folder, npm):
    """Return the command of every server there is: ours, and the peers that are installed."""
    fake = [sys.executable, "-m", "fake_pointillist", "--port", "PORT"]
    script = Path(folder, "httpserver.py")
    script.write_text(HTTPSERVER, encoding="utf-8")
    found = {
        "in memory": fake,
        "with --db": [*fake, "--db", f"{folder}/db"],
        "--keep 10000": [*fake, "--keep", "10000"],
        "pytest-httpserver": [sys.executable, str(script), "PORT"],
    }
    prism = shutil.which("prism", path=f"{npm}/node_modules/.bin")
    if prism is None:
        print("no Prism: npm i @stoplight/prism-cli, and --npm FOLDER")
    else:
        spec_for_prism(folder)
        found["Prism"] = [prism, "mock", f"{folder}/spec.json", "-p", "PORT", "--errors", "-v", "silent"]
    jars = sorted(Path(npm, "node_modules/wiremock/build").glob("wiremock-standalone-*.jar"))
    if not jars or shutil.which("java") is None:
        print("no WireMock: npm i wiremock, --npm FOLDER, and Java on the PATH")
    else:
        stub_for_wiremock(folder)
        flags = ["--port", "PORT", "--bind-address", "127.0.0.1", "--root-dir", str(folder)]
        found["WireMock"] = ["java", "-jar", str(jars[-1]), *flags, "--max-request-journal-entries", "10000"]
    return found


def measure(servers, folder, seconds, rounds):
    """Return the medians of each server's figures, the servers taken in turn."""
    found = {name: {"start": [], "rate": [], "p99": [], "memory": []} for name in servers}
    for _ in range(rounds):
        for name, command in servers.items():
            server = Server(name, command)
            try:
                server.load(folder, 1)
                rate, tail = server.load(folder, seconds)
                figures = (server.first_answer, rate, tail, server.memory())
            finally:
                server.stop()
            for what, figure in zip(found[name].values(), figures, strict=True):
                what.append(figure)
    return {name: {what: statistics.median(of) for what, of in figures.items()} for name, figures in found.items()}


def rows_of(found):
    """Return the rows of the targets."""
    ours = {name: found[name] for name in ("in memory", "with --db")}
    kept, plain = found["--keep 10000"], found["pytest-httpserver"]
    rows = []
    for peer in ("Prism", "WireMock"):
        if peer not in found:
            continue
        for what, figures in ours.items():
            rate, tail = (figures["rate"], found[peer]["rate"]), (figures["p99"], found[peer]["p99"])
            rows.append(Ratio("8", f"POST /event {what}, {peer}", *rate, "req/s", "more", 4, 8))
            rows.append(Ratio("8", f"99th percentile {what}, {peer}", *tail, "ms", "less", 1 / 3, 1 / 3))
        memory = (kept["memory"], found[peer]["memory"])
        rows.append(Ratio("8c", f"memory after it, --keep 10000, {peer}", *memory, "MB", "less", 0.6, 0.35))
        start = (1 / ours["in memory"]["start"], 1 / found[peer]["start"])
        rows.append(Ratio("9", f"start to first answer, {peer}", *start, "per s", "more", 8, 15))
    for what, figures in ours.items():
        rate = (figures["rate"], plain["rate"])
        rows.append(Ratio("8b", f"POST /event {what}, pytest-httpserver", *rate, "req/s", "more", 12, 25))
    return rows


def claim_rows():
    """Row 12: a claim on an anonymousId with 500,000 events, against rewriting the events."""
    import sqlite3

    from fake_pointillist.identity.attribution import IdEvent
    from fake_pointillist.identity.engine import Identity

    identity = Identity()
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE event (seq INTEGER PRIMARY KEY, anon TEXT, actor TEXT)")
    db.execute("CREATE INDEX by_anon ON event (anon)")
    for seq in range(1, 500_001):
        identity.ingest(IdEvent(seq, "", seq, None, "a", False))
        identity.ingest(IdEvent(seq + 500_000, "", seq, None, "first", False))
    db.executemany("INSERT INTO event VALUES (?, 'a', 'anon:a')", ((seq,) for seq in range(500_000)))

    def claim(seq, anonymous_id):
        began = time.perf_counter()
        change = identity.ingest(IdEvent(seq, "m", seq, "u", anonymous_id, True))
        took = time.perf_counter() - began
        assert change.moves[0].events_moved == 500_000
        return took

    claim(1_000_001, "first")  # not counted: code and pages are cold, as they are for nobody's second claim
    ours = claim(1_000_002, "a")
    began = time.perf_counter()
    db.execute("UPDATE event SET actor = 'user:u' WHERE anon = 'a'")
    rewriting = time.perf_counter() - began
    return [
        Ratio(
            "12", "claim on an anonymousId with 500,000 events", 1 / ours, 1 / rewriting, "claims/s", "more", 200, 1000
        )
    ]


def main():
    """Measure what can be measured here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--npm", default=".", help="the folder of node_modules")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json")
    arguments = parser.parse_args()
    rows = claim_rows()
    if shutil.which("wrk") is None:
        print("rows 8 to 9 skipped: wrk is not installed")
    else:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "event.json").write_bytes(BODY)
            Path(folder, "post.lua").write_text(LUA.format(body=f"{folder}/event.json"), encoding="utf-8")
            servers = commands(folder, arguments.npm)
            rows += rows_of(measure(servers, folder, arguments.seconds, arguments.rounds))
    report("The fake", rows, "uvicorn", "uvloop", "orjson", "pytest-httpserver", "jsonschema")


if __name__ == "__main__":
    main()
