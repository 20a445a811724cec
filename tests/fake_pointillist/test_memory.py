"""A million posts: what the server then holds. Run by hand; prints its figures with ``-s``."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

MB = 1024 * 1024
PEOPLE = 5_000
AT_ONCE = 50
"""Requests sent before their answers are read."""
ACCEPTED = b'{"status":"accepted"'


def request(number, *, named):
    """Return the bytes of one post: some 1.4 KB, of one of the people, on one of their two devices."""
    person = number % PEOPLE
    event = {
        "eventSource": "Segment",
        "eventType": ("Product Viewed", "Order Completed", "identify")[number % 3],
        "eventTime": f"2026-02-23T22:{number // 60 % 60:02}:{number % 60:02}.250Z",
        "actors": {"customer": {"userId": f"user-{person}", "anonymousId": f"device-{person}-{number % 2}"}},
        "labels": {f"label_name_{place}": f"some value {place}" for place in range(26)},
        "numbers": {f"number_{place}": place * 1.5 for place in range(12)},
    }
    body = json.dumps(event).encode()
    name = b"X-Simulator-Message-Id: m%d\r\n" % number if named else b""
    return b"POST /event HTTP/1.1\r\napiToken: t\r\n%sContent-Length: %d\r\n\r\n%s" % (name, len(body), body)


def post(port, first, last, *, named):
    """Post events ``first`` to ``last``; every one has to be accepted."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
        for start in range(first, last, AT_ONCE):
            wire.sendall(b"".join(request(number, named=named) for number in range(start, start + AT_ONCE)))
            accepted = 0
            rest = b""
            while accepted < AT_ONCE:
                piece = wire.recv(MB)
                assert piece, "the server has gone"
                accepted += (rest + piece).count(ACCEPTED)
                rest = (rest + piece)[1 - len(ACCEPTED) :]  # of an answer that came in two pieces


def resident(pid):
    """Return the resident memory of a process in bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024


@pytest.mark.soak
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")
@pytest.mark.parametrize(
    ("flags", "named", "most"),
    [
        pytest.param(("--keep", "10000"), False, 2, id="keep"),
        pytest.param(("--keep", "10000"), True, 100, id="keep, with message ids"),
        pytest.param((), False, 100, id="everything"),
    ],
)
def test_a_million_posts(flags, named, most):
    """From 200,000 posts on memory grows by no more than ``most`` bytes a post, and the counts are right."""
    command = [sys.executable, "-m", "fake_pointillist", "--port", "0", *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            url = json.loads(process.stdout.readline())["url"]
            port = int(url.rsplit(":", 1)[1])
            sizes = []
            for first, last in ((0, 200_000), (200_000, 600_000), (600_000, 1_000_000)):
                post(port, first, last, named=named)
                sizes.append(resident(process.pid))
            summary = httpx.get(f"{url}/_fake/summary", headers={"apiToken": "t"}, timeout=60).json()
        finally:
            process.terminate()
    growth = (sizes[-1] - sizes[0]) / 800_000
    print(f"\n{' '.join(flags) or 'everything'}: {', '.join(f'{size / MB:.0f}' for size in sizes)} MB", end="")
    print(f" after 200,000, 600,000, 1,000,000 posts; {growth:.1f} bytes a post")
    assert summary["events"]["accepted"] == 1_000_000
    assert summary["actors"]["known"] == PEOPLE
    assert growth <= most
