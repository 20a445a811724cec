"""`run`: the whole way headless, over real HTTP to a fake in another process."""

from __future__ import annotations

import json
import re

import pytest

from fake_pointillist.wire.asked import NewFaultJson
from simulator.cli.main import main
from simulator.cli.run import FAULT_KEYS


def run(capsys, *flags):
    """Run with --format json; return the exit code and the summary."""
    code = main(["run", *flags, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


def test_every_tenth_answer_503_and_all_arrive_once(capsys):
    """The issue's own lines: nothing lost, exit code 0; the fault costs retries, the events and people are the same."""
    code, calm = run(capsys, "-n", "2000", "--seed", "1")
    assert code == 0
    assert set(calm) == {
        *("generated", "outcomes", "events", "actors", "merges", "violations", "seconds", "seed", "command"),
    }
    assert calm["generated"] == sum(calm["outcomes"].values()) == 2000
    assert calm["events"]["accepted"] == calm["outcomes"]["delivered"] > 1500
    assert calm["events"]["duplicates"] == calm["events"]["refused"] == calm["violations"] == 0
    assert calm["merges"] > 0
    assert calm["command"] == "pointillist-sim run -n 2000 --seed 1"
    code, told = run(capsys, "-n", "2000", "--seed", "1", "--fault", "status=503,every=10")
    assert code == 0
    assert told["command"] == "pointillist-sim run -n 2000 --seed 1 --fault status=503,every=10"
    for key in ("outcomes", "events", "actors", "merges"):
        assert told[key] == calm[key]


@pytest.mark.parametrize("fault", ["drop=before,every=7", "drop=after,every=7", "status=429,retry_after=0.01,rate=0.1"])
def test_other_faults_lose_and_double_nothing(fault, capsys):
    """Cut before, cut after, told to wait: accepted is delivered plus what was stored before its answer was cut."""
    code, told = run(capsys, "-n", "120", "--seed", "2", "--fault", fault)
    assert code == 0
    assert told["events"]["accepted"] == told["outcomes"]["delivered"] + told["outcomes"]["duplicate"]
    assert told["outcomes"]["rejected"] == told["outcomes"]["expired"] == 0


def test_a_refusing_fake_fails_the_run(capsys):
    """A 4xx never ends as success."""
    code, told = run(capsys, "-n", "50", "--seed", "1", "--fault", "status=400,next=3")
    assert code == 1
    assert told["outcomes"]["rejected"] == 3


def test_the_text_ends_with_the_command_to_repeat_it(capsys):
    """Seed, counts and the command, one thing a line."""
    flags = ["--policy", "split", "--concurrency", "2", "--unique", "email, phone"]
    assert main(["run", "-n", "20", "--seed", "seven", *flags]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        *("generated", "outcomes", "events", "actors", "contracts", "time", "repeat"),
    ]
    assert lines[0] == "generated  20, seed seven"
    assert lines[-1].endswith(
        "pointillist-sim run -n 20 --seed seven --concurrency 2 --policy split --unique email,phone"
    )


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (["--fault", "503"], "'503' is not KEY=VALUE"),
        (["--fault", "status=503"], "--fault status=503: give exactly one of next, every, rate"),
        (["--fault", "every=2,colour=red"], "colour"),
        (["--policy", "nope"], "first-claim"),
        (["--unique", "anonymousId"], "--unique: must not name anonymousId"),
        (["--scenario", "nope"], "nope"),
        (["-n", "0"], "must be a whole number from 1"),
    ],
)
def test_what_cannot_be_meant(flags, text, capsys):
    """Exit code 2 and one line that says what and what is known."""
    try:
        code = main(["run", "-n", "5", *flags])
    except SystemExit as stop:
        code = stop.code
    assert code == 2
    err = capsys.readouterr().err
    assert text in err
    assert len(err.splitlines()) == 1


def test_a_fault_with_a_key_nobody_knows_is_told_the_keys():
    """They are those the fake takes, each of them."""
    assert set(re.findall(r"\w+", FAULT_KEYS)) >= set(NewFaultJson.__annotations__)


def test_a_fault_that_cannot_be_ordered_is_one_line(capsys):
    """What is wrong, and what there is."""
    assert main(["run", "-n", "1", "--fault", "bogus=1"]) == 2
    assert capsys.readouterr().err.endswith(f"--fault bogus=1: /bogus: 'bogus' is not expected here; {FAULT_KEYS}\n")
