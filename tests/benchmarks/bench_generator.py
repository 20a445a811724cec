"""Row 7: messages as JSON Lines, all journeys, against ``Faker()`` for every field; and growth from 10^4 to 10^6."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson
from faker import Faker
from ratios import Ratio, in_turn, report

SIM = str(Path(sys.executable).with_name("pointillist-sim"))


def one_message(fake: Faker) -> dict[str, Any]:
    """Make one track as one would first write it: every field from faker, nothing carried, nothing consistent."""
    return {
        "type": "track",
        "event": fake.random_element(("Product Viewed", "Product Added", "Order Completed")),
        "messageId": fake.uuid4(),
        "anonymousId": fake.uuid4(),
        "userId": fake.uuid4(),
        "timestamp": fake.date_time_this_year().isoformat() + "Z",
        "sentAt": fake.date_time_this_year().isoformat() + "Z",
        "properties": {
            "product_id": fake.bothify("prd_####"),
            "sku": fake.bothify("???-###"),
            "name": fake.catch_phrase(),
            "brand": fake.company(),
            "category": fake.word(),
            "price": fake.pyfloat(min_value=1, max_value=500, right_digits=2),
            "quantity": fake.random_int(1, 5),
            "currency": fake.currency_code(),
            "url": fake.url(),
        },
        "context": {
            "page": {
                "path": fake.uri_path(),
                "referrer": fake.url(),
                "search": "",
                "title": fake.sentence(),
                "url": fake.url(),
            },
            "userAgent": fake.user_agent(),
            "locale": fake.locale(),
            "timezone": fake.timezone(),
            "library": {"name": "analytics.js", "version": "next-1.84.3"},
            "traits": {"name": fake.name(), "email": fake.email(), "phone": fake.phone_number(), "city": fake.city()},
        },
    }


def faker_rate(count: int = 1_500) -> float:
    """Return the messages a second of the plain way, encoding included."""
    fake = Faker()
    Faker.seed(1)
    started = time.perf_counter()
    for _ in range(count):
        orjson.dumps(one_message(fake))
    return count / (time.perf_counter() - started)


def our_rate(count: int = 100_000) -> float:
    """Return the messages a second of a whole process, start-up included."""
    started = time.perf_counter()
    subprocess.run([SIM, "generate", "-n", str(count), "--seed", "1"], stdout=subprocess.DEVNULL, check=True)
    return count / (time.perf_counter() - started)


def peak_and_seconds(count: int) -> tuple[float, float]:
    """Return peak memory in MB and seconds of a run, measured in a process of its own."""
    code = (
        "import resource, sys, time; from simulator.__main__ import main; s = time.perf_counter();"
        f"main(['generate', '-n', '{count}', '--seed', '1']);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, time.perf_counter() - s, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
    memory, seconds = done.stderr.split()[-2:]
    return float(memory), float(seconds)


def main() -> None:
    """Measure both, in turn."""
    ours, baseline = in_turn(our_rate, faker_rate, runs=5)
    rows = [Ratio("7", "generate to JSON Lines", ours, baseline, "messages/s", "more", 30, 100)]
    small, large = peak_and_seconds(10_000), peak_and_seconds(1_000_000)
    rows.append(Ratio("13", "memory, 10^6 against 10^4", large[0], small[0], "MB", "less", 1.3, 1.1))
    rows.append(Ratio("13", "time a message, 10^6 against 10^4", large[1] / 1e6, small[1] / 1e4, "s", "less", 1.1, 1.0))
    report("Generator", rows)


if __name__ == "__main__":
    main()
