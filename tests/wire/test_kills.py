"""`kill -9` of `listen --journal` under load: every acknowledged message arrives at the fake exactly once."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading

import httpx
import pytest

from fake_pointillist import FakePointillist
from simulator.fake_client import FakeApiError, FakeClient

TOKEN = "kills"
TIME = "2026-03-02T09:00:00Z"


class Sender:
    """A sender like an SDK: batches with their ids, each tried until it is acknowledged, which is noted."""

    def __init__(self, number, url):
        self.number = number
        self.url = url
        self.acknowledged = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._send)

    def _send(self):
        count = 0
        while not self.over.is_set():
            ids = [f"s{self.number}-{count + n}" for n in range(20)]
            count += len(ids)
            batch = [
                {
                    "type": "track",
                    "event": "E",
                    "anonymousId": f"a{n % 3}-{self.number}",
                    "messageId": i,
                    "timestamp": TIME,
                }
                for n, i in enumerate(ids)
            ]
            body = json.dumps({"batch": batch}).encode()
            while True:
                try:
                    answer = httpx.post(f"{self.url}/v1/batch", content=body, timeout=10)
                except httpx.TransportError:
                    if self.over.wait(0.01):  # refused: the source is being started again
                        return
                    continue
                if answer.status_code == 200:
                    self.acknowledged += ids
                    break


def listen(port, url, journal):
    """Start `listen --journal` towards the fake, and wait until it takes messages."""
    command = [sys.executable, "-m", "simulator", "listen", "--port", str(port), "--forward", url]
    process = subprocess.Popen(
        [*command, "--journal", str(journal), "--format", "json"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "POINTILLIST_API_KEY": TOKEN},
    )
    lines = [process.stderr.readline() for _ in range(3)]
    assert "journal" in lines[2], lines
    return process, int((re.findall(r"(\d+) from an earlier run", lines[2]) or ["0"])[0])


def kill_again_and_again(times, journal):
    """Kill under load so often; return the acknowledged ids, what the fake holds, and how many were ever resumed."""
    rng = random.Random(times)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with FakePointillist() as server, FakeClient(server.url, TOKEN) as fake:
        fake.add_fault(rate=0.05, status=503)
        fake.add_fault(rate=0.02, drop="after")
        fake.add_fault(every=1, latency_ms=2)
        senders = [Sender(number, f"http://127.0.0.1:{port}") for number in range(4)]
        process, resumed = listen(port, server.url, journal)
        for sender in senders:
            sender.thread.start()
        try:
            for _ in range(times):
                fake.wait(fake.summary()["events"]["accepted"] + rng.randrange(50, 300), timeout=30)
                process.send_signal(signal.SIGKILL)
                process.wait()
                process.stderr.close()
                process, more = listen(port, server.url, journal)
                resumed += more
        finally:
            for sender in senders:
                sender.over.set()
            for sender in senders:
                sender.thread.join()
        acknowledged = [name for sender in senders for name in sender.acknowledged]
        names = arrived(fake, set(acknowledged))
        process.send_signal(signal.SIGTERM)
        process.wait()
        process.stderr.close()
    return acknowledged, names, resumed


def arrived(fake, wanted):
    """Wait until every wanted message is there, as long as more keep coming; return the ids of all that are."""
    while True:
        names = [row["messageId"] for row in fake.events(status="accepted")]
        if wanted <= set(names):
            return names
        try:
            fake.wait(len(names) + 1, timeout=15)
        except FakeApiError:
            return names


def assert_exactly_once(acknowledged, names):
    """Every acknowledged message is there, none twice, each sender's actors in order."""
    assert len(names) == len(set(names))
    assert set(acknowledged) <= set(names)
    assert len(acknowledged) > 100
    for sender in range(4):
        for actor in range(3):
            mine = [int(n.split("-")[1]) for n in names if n.startswith(f"s{sender}-")]
            mine = [number for number in mine if number % 20 % 3 == actor]
            assert mine == sorted(mine)


@pytest.mark.slow
def test_three_kills_under_load(tmp_path):
    """Nothing acknowledged is lost, nothing is counted twice, order per actor is kept."""
    acknowledged, names, resumed = kill_again_and_again(3, tmp_path / "journal")
    assert_exactly_once(acknowledged, names)
    assert resumed > 0


@pytest.mark.soak
def test_twenty_kills_under_load(tmp_path):
    """The issue's full count."""
    acknowledged, names, resumed = kill_again_and_again(20, tmp_path / "journal")
    assert_exactly_once(acknowledged, names)
    assert resumed > 0


def test_the_fake_beside_it_is_killed_with_it_and_comes_back(tmp_path):
    """With a journal its own fake is durable too: after kill -9 on the same ports, all that was answered, once."""
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    source, fake_at = (f"http://127.0.0.1:{port}" for port in ports)
    command = [sys.executable, "-m", "simulator", "listen", "--port", str(ports[0]), "--fake-port", str(ports[1])]
    command += ["--journal", str(tmp_path / "journal"), "--format", "json"]
    message = {"type": "track", "event": "E", "anonymousId": "a", "timestamp": TIME, "writeKey": "k"}
    sent = []
    for life in range(3):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            lines = [process.stderr.readline() for _ in range(3)]
            assert "journal" in lines[2], lines
            with FakeClient(fake_at, "demo") as fake:
                fake.wait(len(sent), timeout=20)
                for number in range(25):
                    sent.append(f"{life}-{number}")
                    assert httpx.post(f"{source}/v1/track", json={**message, "messageId": sent[-1]}).status_code == 200
                if life == 2:
                    fake.wait(len(sent), timeout=20)
                    names = [row["messageId"] for row in fake.events(status="accepted")]
        finally:
            process.kill()
            process.wait()
            process.stderr.close()
    assert names == sent
