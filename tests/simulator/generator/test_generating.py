from __future__ import annotations

import hashlib
import subprocess
import sys

import orjson
import pytest

import simulator
from simulator.errors import UsageError
from simulator.generator import generate, plan
from simulator.generator.clock import DAY, parse_start


def digest(messages) -> str:
    """Return the digest of messages as they are written."""
    return hashlib.sha256(b"\n".join(orjson.dumps(message) for message in messages)).hexdigest()


RUN = """
import hashlib, orjson
from simulator.generator import generate
made = generate(500, 42, bad=0.2, scenarios=["mixed", "shared-kiosk", "late-identify"])
print(hashlib.sha256(b"\\n".join(orjson.dumps(message) for message in made)).hexdigest())
"""


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0", "TZ": "UTC"},
        {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Auckland", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "random", "TZ": "America/New_York", "PYTHONOPTIMIZE": "1"},
    ],
)
def test_same_arguments_same_bytes_in_any_process(environment):
    """Hash seed, time zone, locale and optimisation change nothing."""
    done = subprocess.run([sys.executable, "-c", RUN], env=environment, capture_output=True, text=True, check=True)
    here = digest(generate(500, 42, bad=0.2, scenarios=["mixed", "shared-kiosk", "late-identify"]))
    assert done.stdout.strip() == here


def test_same_arguments_same_bytes_on_any_day():
    """Nothing asks what day it is: with the clocks of the standard library years ahead the bytes are the same."""
    ahead = "import time\nreal = time.time\ntime.time = lambda: real() + 1e8\n"
    ahead += "time.time_ns = lambda: int(time.time() * 1e9)\n"
    code = RUN.replace("import hashlib", ahead + "import hashlib")
    plain = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    clockless = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert clockless.stdout == plain.stdout


def test_the_same_plan_gives_the_same_again():
    """A plan can be played again, and a second generator in the same process does not disturb the first."""
    made = plan(400, 7)
    first, other = made.messages(), plan(400, 8).messages()
    mingled = [message for pair in zip(first, other, strict=True) for message in pair]
    assert digest(made.messages()) == digest(mingled[::2])
    assert digest(mingled[::2]) != digest(mingled[1::2])


def test_more_messages_continue_the_same_stream():
    """The first messages of a longer run are those of a shorter one."""
    assert digest(generate(300, 5)) == digest(list(generate(600, 5))[:300])


@pytest.mark.parametrize("other", [{"seed": 2}, {"start": "2026-02-02T09:00:00Z"}, {"people": 40}, {"locale": "fr_FR"}])
def test_other_arguments_other_messages(other):
    """Each argument matters."""
    arguments = {"seed": 1} | other
    assert digest(generate(50, **arguments)) != digest(generate(50, 1))


def test_a_seed_can_be_any_text():
    """Text and numbers are seeds, and a number is the same as its text: tests are seeded by their names."""
    assert digest(generate(20, 42)) == digest(generate(20, "42"))
    assert digest(generate(20, "tests/test_a.py::test_b")) != digest(generate(20, "tests/test_a.py::test_c"))


def test_days_bound_the_time():
    """With days and no count, everything within that time comes, and nothing after."""
    start = parse_start("2026-03-02T00:00:00Z")
    messages = list(generate(None, 1, start="2026-03-02T00:00:00Z", days=0.5, people=100))
    assert messages
    assert all(start <= parse_start(message["timestamp"]) < start + DAY // 2 for message in messages)


def test_messages_are_the_callers_own():
    """Changing a message of generate() changes no other: nothing is shared."""
    messages = generate(200, 1)
    kept = []
    for message in messages:
        kept.append(orjson.dumps(message))
        message["context"]["library"]["name"] = "mine"
        message.clear()
    assert digest(generate(200, 1)) == hashlib.sha256(b"\n".join(kept)).hexdigest()


def test_it_is_importable_from_the_package():
    """simulator.generate is the same function."""
    assert list(simulator.generate(5, "x")) == list(generate(5, "x"))


def test_scenarios_are_mixed_by_time():
    """Several scenarios come as one stream, by arrival."""
    messages = list(generate(600, 1, scenarios=["ecommerce", "mobile", "sign-up"]))
    times = [message["timestamp"][:23] for message in messages]
    assert times == sorted(times)
    assert {"analytics.js", "analytics-ios"} <= {message["context"]["library"]["name"] for message in messages}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"n": -1}, "-n -1: must be 0 or more"),
        ({"n": 10**30}, "-n 1000000000000000000000000000000: must be 0 or more, at most"),
        ({"people": 0}, "--people 0: must be from 1 to 1000000"),
        ({"people": 1_000_001}, "--people 1000001: must be from 1 to 1000000"),
        ({"days": 0}, "--days 0: must be more than 0"),
        ({"days": float("inf")}, "--days inf: must be more than 0"),
        ({"days": float("nan")}, "--days nan: must be more than 0"),
        (
            {"start": "0999-12-31"},
            "--start 0999-12-31: must be from the year 1000 to the year 9000, such as 2026-01-05",
        ),
        (
            {"start": "9999-12-31T23:59:59Z"},
            "--start 9999-12-31T23:59:59Z: must be from the year 1000 to the year 9000",
        ),
        ({"scenarios": ["nope"]}, "--scenario nope: must be one of mixed, ecommerce"),
        (
            {"scenarios": ["late-idntify"]},
            r"--scenario late-idntify: did you mean 'late-identify'\? It must be one of mixed, ecommerce",
        ),
        ({"locale": "tlh"}, "--locale tlh: must be one of en_US"),
        ({"start": "now"}, "--start now: must be an ISO-8601 time"),
        ({"bad": 7}, "--bad 7: must be from 0 to 1"),
    ],
)
def test_arguments_that_cannot_be_meant_are_refused_at_once(arguments, text):
    """A wrong argument is refused when it is given, not when the first message is asked for; known names are listed."""
    with pytest.raises(UsageError, match=text):
        generate(**({"n": 5, "seed": 1} | arguments))


@pytest.mark.parametrize("start", ["1000-01-01", "1926-01-05T09:00:00Z", "2080-06-01", "9000-01-01"])
def test_people_are_grown_up_whenever_a_run_starts(start):
    """Nobody is younger than 18, nor older than a hundred, and every time has a year of four digits."""
    ages = []
    for message in generate(3_000, 1, start=start, people=40):
        assert len(message["timestamp"].partition("-")[0]) == 4
        ages += [
            traits["age"]
            for traits in (message.get("traits"), message["context"].get("traits"))
            if traits and "age" in traits
        ]
    assert ages
    assert min(ages) >= 18
    assert max(ages) < 100


def test_a_run_ends_in_words_before_years_have_five_digits():
    """A single person's journeys of a thousand years are not cut silently, nor by a traceback."""
    from simulator.generator import Plan, plan
    from simulator.generator.clock import END

    made = plan(None, 1, people=1, start="9000-01-01", scenarios=["ecommerce"])
    late = Plan(
        **{name: getattr(made, name) for name in Plan.__dataclass_fields__} | {"start_ms": END - 3 * 86_400_000}
    )
    with pytest.raises(UsageError, match="simulated time reached the year 9990: ask for less"):
        list(late.messages())


def test_nothing_asked_nothing_made():
    """Zero messages are no error."""
    assert list(generate(0, 1)) == []


@pytest.mark.slow
def test_memory_stays_flat():
    """A run of 300,000 messages needs hardly more memory than one of 100,000."""
    code = (
        "import resource, sys\nfrom simulator.generator import plan\n"
        "for _ in plan(int(sys.argv[1]), 1).messages(): pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    small, large = (
        int(subprocess.run([sys.executable, "-c", code, count], capture_output=True, text=True, check=True).stdout)
        for count in ("100000", "300000")
    )
    assert large < small * 1.1
