"""What the tests of delivery share: traces, a clock that waits for nobody, and a Pointillist that does as scripted."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from contextlib import asynccontextmanager

import pytest

from fake_pointillist.listening import new_event_loop
from simulator.delivery import SYSTEM, Backoff, Clock, Delivery, Options
from simulator.mapping.result import Mapped
from simulator.segment.message import Admitted, Discarded, Received
from simulator.trace import Trace


class Scripted:
    """A raw HTTP server on loopback: the n-th request gets the n-th deed, then everything is accepted.

    A deed is a status, ``(status, headers)``, or one of ``cut before``, ``cut after``, ``half``, ``garbage``, ``hang``,
    ``endless``, ``close``. It stores as the fake does: a message id it knows is a duplicate.
    """

    def __init__(self, deeds=()):
        self.deeds = iter(deeds)
        self.stored = []
        self.requests = []
        self.url = ""
        self._held = []

    @asynccontextmanager
    async def serving(self):
        """Serve inside a running event loop."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield self
        finally:
            server.close()
            for writer in self._held:
                writer.close()

    async def _serve(self, reader, writer):
        self._held.append(writer)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")
                headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines[1:] if line)}
                body = json.loads(await reader.readexactly(int(headers["content-length"])))
                self.requests.append((lines[0], headers, body))
                if not await self._do(next(self.deeds, 200), headers, body, writer):
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _store(self, headers, body):
        key = headers["x-simulator-message-id"]
        known = any(key == other for other, _ in self.stored)
        if not known:
            self.stored.append((key, body))
        return {"status": "duplicate" if known else "accepted", "eventId": f"e-{key}", "warnings": []}

    async def _do(self, deed, headers, body, writer):
        if deed == "cut before":
            return False
        if deed == "cut after":
            self._store(headers, body)
            return False
        if deed == "hang":
            await asyncio.get_running_loop().create_future()
        if deed == "garbage":
            writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
            return False
        if deed == "half":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
            return False
        if deed == "endless":
            writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 999999999\r\n\r\n")
            try:
                while True:
                    writer.write(b"x" * 65536)
                    await writer.drain()
            except ConnectionError:
                return False
        status, extra = deed if isinstance(deed, tuple) else (200 if deed == "close" else deed, {})
        answer = self._store(headers, body) if status == 200 else {"title": "as scripted", "status": status}
        content = json.dumps(answer).encode()
        if deed == "close":  # no length: the body ends with the connection
            writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + content)
            return False
        more = "".join(f"{k}: {v}\r\n" for k, v in extra.items())
        head = f"HTTP/1.1 {status} Scripted\r\nContent-Length: {len(content)}\r\n{more}\r\n"
        writer.write(head.encode() + content)
        return True


@pytest.fixture
def scripted():
    """Return the class, so that a test writes its own script."""
    return Scripted


@pytest.fixture
def make_trace():
    """Return a function that makes the trace of a mapped track; positions count up."""
    numbers = itertools.count()

    def make(user="u1", anonymous=None, *, message_id=..., discarded=False):
        index = next(numbers)
        message_id = f"m{index}" if message_id is ... else message_id
        received = Received(index, {})
        if discarded:
            return Trace(received, Discarded("no_user_anon_id", "", "no id", message_id, "track"))
        admitted = Admitted("track", message_id, user, anonymous, "Seen", 0, None, "1970-01-01T00:00:00.000Z")
        return Trace(received, admitted, Mapped({"eventType": "Seen", "numbers": {"index": index}}))

    return make


@pytest.fixture
def waits():
    """The seconds the delivery has asked to wait, in order."""
    return []


@pytest.fixture
def quick(waits):
    """A clock whose pauses are noted and end at once."""

    async def pause(seconds):
        waits.append(seconds)

    return Clock(SYSTEM.now, SYSTEM.monotonic, pause)


@pytest.fixture
def deliver(quick):
    """Return a function that sends traces to a scripted server and waits for all outcomes."""

    def run(server, traces, *, attempts=10, retry_for=None, concurrency=4, timeout=5.0, **more):
        async def main():
            async with server.serving():
                options = Options(
                    concurrency, Backoff(attempts, retry_for), timeout, capacity=more.pop("capacity", 1_000)
                )
                async with Delivery(
                    server.url, "secret", rng=random.Random(1), options=options, clock=quick, **more
                ) as delivery:
                    for trace in traces:
                        await delivery.submit(trace)
                    await delivery.drain()
                    return delivery

        with asyncio.Runner(loop_factory=new_event_loop) as runner:  # uvloop, as the commands use it
            return runner.run(main())

    return run
