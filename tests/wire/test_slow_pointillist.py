"""A Pointillist that takes 200 ms an answer, and a fast source: memory stays flat, nothing acknowledged is lost."""

from __future__ import annotations

import gc
import os
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest

from fake_pointillist import FakePointillist
from simulator.delivery import Backoff, Options
from simulator.fake_client import FakeClient
from simulator.gateway.gateway import Gateway

TIME = "2026-03-02T09:00:00Z"
CAPACITY = 200


def resident():
    """Bytes of memory this process holds."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def batch(sender, number):
    """Fifty messages of about 2 KB, of fifty visitors."""
    return {
        "batch": [
            {
                "type": "track",
                "event": "E",
                "anonymousId": f"a{sender}-{n}",
                "messageId": f"{sender}-{number}-{n}",
                "timestamp": TIME,
                "properties": {"text": "x" * 2_000},
            }
            for n in range(50)
        ]
    }


def flood(source, senders, batches):
    """Send from several threads as fast as answers come; return answers by status and the acknowledged ids."""
    statuses, acknowledged, most = Counter(), [], [0]

    def send(sender):
        with httpx.Client(timeout=60) as client:
            for number in range(batches):
                body = batch(sender, number)
                answer = client.post(f"{source.url}/v1/batch", json=body)
                statuses[answer.status_code] += 1
                most[0] = max(most[0], source.under_way())
                if answer.status_code == 200:
                    acknowledged.extend(message["messageId"] for message in body["batch"])

    threads = [threading.Thread(target=send, args=(number,)) for number in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses, acknowledged, most[0]


@pytest.mark.slow
@pytest.mark.parametrize("on_full", ["wait", "429"])
def test_a_slow_pointillist_slows_the_source_down(on_full, request):
    """Senders wait, or get 429; what is under way stays within the capacity, and memory with it."""
    with FakePointillist(keep=100) as server, FakeClient(server.url, request.node.name) as fake:
        fake.add_fault(every=1, latency_ms=200)
        options = Options(concurrency=64, backoff=Backoff(base=0.01), capacity=CAPACITY)
        with Gateway(server.url, token=request.node.name, options=options, on_full=on_full, keep=0, seed=1) as source:
            flood(source, senders=4, batches=1)
            before = resident()
            statuses, acknowledged, most = flood(source, senders=8, batches=4 if on_full == "wait" else 40)
            grown = resident() - before
            source.flush(timeout=60)
        stored = fake.summary()["events"]
    assert most <= CAPACITY
    # Each message is 2 KB; the flood offers eight times what may be under way, or eighty times.
    assert grown < 40_000_000
    assert stored["duplicates"] == 0
    assert stored["accepted"] >= len(acknowledged)
    if on_full == "wait":
        assert set(statuses) == {200}
        assert len(acknowledged) == 1_600
    else:
        assert set(statuses) == {200, 429}
        assert statuses[429] > statuses[200]
