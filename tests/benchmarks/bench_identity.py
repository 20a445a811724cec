"""Identity: a claim against rewriting the events (row 12), reading and asking at size, ``stitch`` (rows 6 and 13).

``python tests/benchmarks/bench_identity.py [--messages N] [--json FILE]``; rows 6 and 13 write files of N and N/10
messages (1,000,000 by default) to the temporary directory and take minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from ratios import Ratio, report

from fake_pointillist.identity.attribution import IdEvent, Options
from fake_pointillist.identity.engine import Identity
from fake_pointillist.identity.policies import POLICIES
from fake_pointillist.identity.why import explain_event
from fake_pointillist.intake import Accepted
from fake_pointillist.records import Rules
from fake_pointillist.storage.store import Store
from fake_pointillist.switching import switch
from fake_pointillist.tenants import Tenants
from fake_pointillist.wire.actors import actor_json, actor_with_merges
from fake_pointillist.wire.readings import find, id_event

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from fake_pointillist.tenant import Tenant

HISTORY = 500_000
EVENTS, IDS = 1_000_000, 200_000
DEFAULTS = Options()
SECOND = 1_000_000
TIME = "2026-03-02T10:00:00.000Z"
READ = "import sys, orjson\nfor line in open(sys.argv[1], 'rb'): orjson.loads(line)"


def claim_seconds(policy: str = "first-claim", options: Options = DEFAULTS) -> float:
    """The median of claims on an anonymousId with 500,000 events, all of which each moves."""
    identity = Identity(policy, options)
    for seq in range(1, HISTORY + 1):
        identity.ingest(IdEvent(seq, f"m{seq}", seq, None, "a0", False))
    taken = []
    for turn in range(101):  # unlinked again each time
        seq += 1
        event = IdEvent(seq, f"m{seq}", seq, f"u{turn}", "a0", True)
        start = time.perf_counter()
        moves = identity.ingest(event).moves
        taken.append(time.perf_counter() - start)
        assert moves[0].events_moved == HISTORY
        identity.unlink(f"u{turn}", "a0")
    return statistics.median(taken)


def rewrite_seconds() -> float:
    """The same, done by writing the new owner into every event of a list."""
    events = [["anon:a0", number] for number in range(HISTORY)]
    taken = []
    for turn in range(5):
        owner = f"user:u{turn}"
        start = time.perf_counter()
        for event in events:
            if event[0] != owner:
                event[0] = owner
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def tenant_at_size() -> tuple[Tenants, Tenant, list[str], list[str]]:
    """A tenant with a million events of 200,000 ids in memory; some users and some message ids among them."""
    rng = random.Random(7)
    tenants = Tenants(Store(), Rules(now=lambda: 0))
    tenant = asyncio.run(tenants.of(b"benchmark"))
    people = IDS // 3
    users, messages = [], []
    for seq in range(1, EVENTS + 1):
        person = rng.randrange(people)
        anon = f"anon-{person}-{rng.randrange(2)}"
        user = f"user-{person}" if rng.random() < 0.4 else None
        kind = "identify" if rng.random() < 0.2 else "Page Turned"
        ids = {"anonymousId": anon} | ({"userId": user} if user else {})
        event = {"eventType": kind, "eventTime": TIME, "actors": {"customer": ids}, "labels": {"page": "7"}}
        tenant.take(Accepted(event, False, kind, seq * SECOND, user, anon, ()), f"m{seq}", 0, b"")
        if user is not None and seq % 10_000 < 3:
            users.append(f"user:{user}")
            messages.append(f"m{seq}")
    return tenants, tenant, users, messages


def asked_at_size(tenant: Tenant, users: list[str], messages: list[str]) -> list[Ratio]:
    """An actor's page, why an event is whose it is, the first page of all actors, a search."""

    def median_of(ask, values) -> float:
        taken = []
        for value in values:
            start = time.perf_counter()
            ask(value)
            taken.append(time.perf_counter() - start)
        return statistics.median(taken) * 1000

    def why(message: str) -> None:
        explain_event(tenant.identity, id_event(tenant, find(tenant, message_id=message, limit=1)[0]))

    def listed(search: str | None) -> None:
        [actor_json(tenant, actor) for actor in tenant.identity.actors(contains=search or "", limit=50)]

    page = median_of(lambda user: actor_with_merges(tenant, user), users)
    return [
        Ratio("", "an actor's page; 50 ms is the bound", page, 50, "ms", "less", 1, 0.1),
        Ratio("", "why of an event; 20 ms is the bound", median_of(why, messages), 20, "ms", "less", 1, 0.1),
        Ratio(
            "", "first 50 of all actors; no bound set, 500 ms", median_of(listed, [None] * 5), 500, "ms", "less", 1, 1
        ),
        Ratio(
            "", "a search among them; no bound set, 500 ms", median_of(listed, ["r-77"] * 5), 500, "ms", "less", 1, 1
        ),
    ]


async def wait_of_others(meanwhile: Coroutine[Any, Any, object], what: str) -> Ratio:
    """What everybody else waits meanwhile: the gaps a task sees that only asks for its turn.

    In CPU time of the thread, so that a busy machine's own pauses do not count.
    """
    gaps = []

    async def waiting() -> None:
        last = time.thread_time()
        while True:
            await asyncio.sleep(0)
            gaps.append(time.thread_time() - last)
            last += gaps[-1]

    task = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    start = time.perf_counter()
    await meanwhile
    seconds = time.perf_counter() - start
    task.cancel()
    gaps.sort()
    longest, usual = gaps[-1] * 1000, statistics.median(gaps) * 1000
    what = f"longest wait of others in {what} of {seconds:.0f} s; 100 ms (median {usual:.1f} ms)"
    return Ratio("", what, longest, 100, "ms", "less", 1, 0.5)


async def waits_at_size(tenants: Tenants, tenant: Tenant) -> list[Ratio]:
    """What others wait while a tenant's policy is switched, and while it is restored as after a restart."""
    return [
        await wait_of_others(switch(tenants, tenant, "last-claim", Options()), "a switch"),
        await wait_of_others(Tenants(tenants.store, tenants.rules).of(b"benchmark"), "a restoring"),
    ]


def stored_claim_seconds() -> float:
    """The median of claims on an anonymousId with 500,000 events, through a tenant and its store in memory."""
    tenant = asyncio.run(Tenants(Store(), Rules(now=lambda: 0)).of(b"benchmark"))
    event = {"eventType": "identify", "eventTime": TIME, "actors": {"customer": {"anonymousId": "a0"}}}
    for seq in range(1, HISTORY + 1):
        tenant.take(Accepted(event, False, "Page Turned", seq * SECOND, None, "a0", ()), None, 0, b"")
    taken = []
    for turn in range(101):
        start = time.perf_counter()
        tenant.take(Accepted(event, False, "identify", turn * SECOND, f"u{turn}", "a0", ()), None, 0, b"")
        taken.append(time.perf_counter() - start)
        tenant.unlink(f"u{turn}", "a0")
    return statistics.median(taken)


def write(path: Path, count: int) -> None:
    """Messages of 1.4 KB: a tenth as many people as messages, two devices each, half the messages with both ids."""
    rng = random.Random(3)
    page = {"path": "/academy/", "title": "Analytics Academy", "url": "https://example.com/academy/", "search": ""}
    device = {"id": "B5372DB0-C21E-11E4-8DFC-AA07A5B093DB", "manufacturer": "Apple", "model": "iPhone7,2"}
    agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_5) AppleWebKit/537.36 (KHTML, like Gecko) Safari/537.36"
    context = {"page": page, "device": device, "userAgent": agent, "ip": "192.0.2.21", "locale": "nl-NL"}
    product = {"product_id": "507f1f77bcf86cd799439011", "sku": "45790-32", "name": "Monopoly", "price": 19}
    with path.open("wb") as file:
        for number in range(count):
            person = int(rng.random() ** 2 * (count // 10))
            moment = f"2026-03-{1 + number * 27 // count:02d}T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:00.000Z"
            message = {
                "messageId": f"ajs-{number:032x}",
                "type": "track",
                "event": "Product Viewed",
                "anonymousId": f"{person:08x}-{int(rng.random() * 2)}-4cb2-8111-0c62ab9d8888",
                "timestamp": moment,
                "originalTimestamp": moment,
                "sentAt": moment,
                "receivedAt": moment,
                "context": context,
                "properties": {"products": [product] * 4, "revenue": 25, "currency": "USD", "order_id": str(number)},
                "integrations": {"All": True},
            }
            chance = rng.random()
            if chance < 0.5:
                message["userId"] = f"user_{person}"
            if chance < 0.05:
                message |= {"type": "identify", "traits": {"plan": "premium"}}
            file.write(orjson.dumps(message, option=orjson.OPT_APPEND_NEWLINE))


def cpu_and_memory(command: list[str]) -> tuple[float, float]:
    """CPU seconds of a command and its peak memory in MB, measured by a process that only waits for it."""
    code = (
        "import resource, subprocess, sys\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], check=True, capture_output=True, text=True)
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes


def stitch_rows(count: int) -> list[Ratio]:
    """``stitch`` against decoding the same file; ten times the messages against itself."""
    rows, small = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for size in (count // 10, count):
            path = Path(folder) / f"{size}.jsonl"
            write(path, size)
            read = cpu_and_memory([sys.executable, "-c", READ, str(path)])[0]
            stitch = [sys.executable, "-m", "simulator", "stitch", str(path)]
            seconds, megabytes = cpu_and_memory(stitch)
            if size == count:
                what = f"stitch {size:,} messages against Read"
                rows.append(Ratio("6", what, seconds, read, "s CPU", "less", 10, 5))
                rows.append(Ratio("6", "its memory against 1 GB", megabytes, 1024, "MB", "less", 1, 0.5))
                rows.append(
                    Ratio("13", "10 times the messages, seconds", seconds, small * 10, "s CPU", "less", 1.1, 1.1)
                )
                as_json, megabytes = cpu_and_memory([*stitch, "--format", "json"])
                rows.append(Ratio("6", "the same, --format json", as_json, read, "s CPU", "less", 10, 5))
                rows.append(Ratio("6", "its memory against 1 GB", megabytes, 1024, "MB", "less", 1, 0.5))
            small = seconds
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--messages", type=int, default=1_000_000)
    count = parser.parse_known_args()[0].messages
    claim, rewrite = claim_seconds(), rewrite_seconds()
    slowest = max(claim_seconds(policy, Options(lookback_days=1)) for policy in POLICIES)
    stored = stored_claim_seconds()
    tenants, tenant, users, messages = tenant_at_size()
    rows = [
        Ratio("12", "rewriting 500,000 events against a claim", rewrite * 1e3, claim * 1e3, "ms", "more", 200, 1_000),
        Ratio("12", "a claim on 500,000 events against 5 ms", claim * 1e3, 5, "ms", "less", 1, 0.1),
        Ratio("12", "the same with a lookback, the slowest policy", slowest * 1e3, 5, "ms", "less", 1, 0.1),
        Ratio("12", "the same through the fake's store", stored * 1e3, 5, "ms", "less", 1, 0.1),
        *asked_at_size(tenant, users, messages),
        *asyncio.run(waits_at_size(tenants, tenant)),
        *stitch_rows(count),
    ]
    report("identity", rows, "orjson", "pointillist-simulator")
    print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
