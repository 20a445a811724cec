"""Identity: a claim against rewriting the events (row 12), reading and asking at size, ``stitch`` (rows 6 and 13).

``python tests/benchmarks/bench_identity.py [--messages N] [--json FILE]``; rows 6 and 13 write files of N and N/10
messages (1,000,000 by default) to the temporary directory and take minutes.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson
from ratios import Ratio, report

from fake_pointillist.attribution import IdEvent
from fake_pointillist.identity import Identity
from fake_pointillist.why import explain_event

HISTORY = 500_000
EVENTS, IDS = 1_000_000, 200_000
SECOND = 1_000_000
READ = "import sys, orjson\nfor line in open(sys.argv[1], 'rb'): orjson.loads(line)"


def claim_seconds() -> float:
    """The median of claims on an anonymousId with 500,000 events, each on a fresh engine's id."""
    identity = Identity()
    anons = [f"a{number}" for number in range(5)]
    seq = 0
    for anon in anons:
        for _ in range(HISTORY // 5 if anon != "a0" else HISTORY):
            seq += 1
            identity.ingest(IdEvent(seq, f"m{seq}", seq, None, anon, False))
    taken = []
    for turn in range(101):  # unlinked again each time, so that every claim moves all 500,000
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


def at_size() -> list[Ratio]:
    """A million events of 200,000 ids: an actor's ids, the first page of actors, why."""
    rng = random.Random(7)
    identity = Identity()
    people = IDS // 3
    kept = []
    for seq in range(1, EVENTS + 1):
        person = rng.randrange(people)
        anon = f"anon-{person}-{rng.randrange(2)}"
        user = f"user-{person}" if rng.random() < 0.4 else None
        event = IdEvent(seq, f"m{seq}", seq * SECOND, user, anon, rng.random() < 0.2, "Page Turned")
        identity.ingest(event)
        if seq % 10_000 == 0:
            kept.append(event)

    def median_of(ask) -> float:
        taken = []
        for event in kept:
            start = time.perf_counter()
            ask(event)
            taken.append(time.perf_counter() - start)
        return statistics.median(taken) * 1000

    page = median_of(lambda event: identity.actor(identity.attribute(event).actor or ""))
    why = median_of(lambda event: explain_event(identity, event))
    start = time.perf_counter()
    list(identity.actors(limit=50))
    listing = (time.perf_counter() - start) * 1000
    return [
        Ratio("", "an actor's ids and counts; 50 ms is the bound", page, 50, "ms", "less", 1, 1),
        Ratio("", "why of an event; 20 ms is the bound", why, 20, "ms", "less", 1, 1),
        Ratio("", "first 50 actors of all, sorted; no bound set, 500 ms", listing, 500, "ms", "less", 1, 1),
    ]


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
    rows = [
        Ratio("12", "rewriting 500,000 events against a claim", rewrite * 1e3, claim * 1e3, "ms", "more", 200, 1_000),
        Ratio("12", "a claim on 500,000 events against 5 ms", claim * 1e3, 5, "ms", "less", 1, 0.1),
        *at_size(),
        *stitch_rows(count),
    ]
    report("identity", rows, "orjson", "pointillist-simulator")
    print(f"peak memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
