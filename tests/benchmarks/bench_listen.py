"""Row 11: a Python-SDK batch of 100 to stored and stitched, against the same SDK into a server that only answers 200.

``python tests/benchmarks/bench_listen.py [--json FILE]``
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from itertools import count

from ratios import Ratio, in_turn, report
from segment.analytics.client import Client

from simulator.fake_client import FakeClient

MESSAGES = 3_000
SERIAL = count()

ONLY_200 = """
import uvicorn
async def app(scope, receive, send):
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b'{"success": true}'})
uvicorn.run(app, port=PORT, log_level="critical", lifespan="off")
"""


def send(host: str) -> float:
    """Send all messages through the real SDK in batches of 100; return when the first call was made."""
    run = next(SERIAL)
    sdk = Client("key", host=host, upload_size=100, upload_interval=0.05, max_queue_size=100_000)
    start = time.perf_counter()
    for number in range(MESSAGES):
        anonymous_id = f"visitor-{run}-{number % 200}"
        if number % 10:
            properties = {"plan": "team", "seats": number, "page": {"path": "/pricing", "title": "Pricing"}}
            sdk.track(anonymous_id=anonymous_id, event="Plan Viewed", properties=properties)
        else:
            sdk.identify(user_id=f"user-{run}-{number % 200}", anonymous_id=anonymous_id, traits={"plan": "team"})
    sdk.flush()
    sdk.join()
    return start


def ours() -> float:
    """Messages a second until all are stored and stitched."""
    with FakeClient(FAKE, "demo") as fake:
        before = fake.summary()["events"]["accepted"]
        start = send(SOURCE)
        fake.wait(before + MESSAGES, timeout=120)
    return MESSAGES / (time.perf_counter() - start)


def only_200() -> float:
    """Messages a second until all are answered."""
    start = send("http://127.0.0.1:8998")
    return MESSAGES / (time.perf_counter() - start)


if __name__ == "__main__":
    quiet = {"stdout": subprocess.DEVNULL}
    listen = subprocess.Popen(
        [sys.executable, "-m", "simulator", "listen", "--port", "0", "--fake-port", "0"],
        stderr=subprocess.PIPE,
        text=True,
        **quiet,
    )
    plain = subprocess.Popen([sys.executable, "-c", ONLY_200.replace("PORT", "8998")], **quiet)
    try:
        lines = "".join(listen.stderr.readline() for _ in range(3))
        SOURCE, FAKE = re.findall(r"(http://127[^ )]+)  ", lines)
        rate, answered = in_turn(ours, only_200, runs=3)
    finally:
        for process in (listen, plain):
            process.terminate()
            process.wait()
    row = Ratio(
        "11", "listen: SDK batches of 100, stored and stitched", rate, answered, "messages/s", "more", 0.25, 0.5
    )
    report("a real SDK into the source", [row], "segment-analytics-python", "uvicorn", "uvloop", "starlette")
