from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import faker
import orjson
import pytest

from simulator.cli.main import main
from simulator.generator import generate

SIM = [sys.executable, "-m", "simulator"]


def test_messages_come_as_json_lines(capfdbinary):
    """One message a line, the same as from Python, and nothing on standard error."""
    assert main(["generate", "-n", "50", "--seed", "9"]) == 0
    out, err = capfdbinary.readouterr()
    assert out == b"".join(orjson.dumps(message) + b"\n" for message in generate(50, "9"))
    assert err == b""


def test_flags_mean_what_the_function_means(capfdbinary):
    """Every flag reaches its argument."""
    flags = ["-n", "40", "--seed", "s", "--start", "2026-03-02T00:00:00Z", "--people", "30"]
    more = [
        "--locale",
        "de_DE",
        "--bad",
        "0.1",
        "--scenario",
        "ecommerce",
        "--scenario",
        "chain",
        "--imperfection",
        "duplicate=0.05",
        "--days",
        "3",
    ]
    assert main(["generate", *flags, *more]) == 0
    expected = generate(
        40,
        "s",
        start="2026-03-02T00:00:00Z",
        people=30,
        locale="de_DE",
        bad=0.1,
        days=3,
        scenarios=["ecommerce", "chain"],
        imperfections={"duplicate": 0.05},
    )
    assert capfdbinary.readouterr().out == b"".join(orjson.dumps(message) + b"\n" for message in expected)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_the_account_goes_into_a_pipe_and_does_not_replace_it(tmp_path, capfdbinary):
    """What is no regular file is written as it is: a device or a pipe of the user's stays what it was."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert main(["generate", "-n", "100", "--seed", "3", "--bad", "0.2", "--truth", str(pipe)]) == 0
    rows = [json.loads(line) for line in os.read(reader, 1 << 20).splitlines()]
    os.close(reader)
    assert rows
    assert list(tmp_path.iterdir()) == [pipe]
    assert pipe.is_fifo()


def test_the_account_is_written_beside(tmp_path, capfdbinary):
    """--truth holds one JSON object a spoiled message: what was done, what should be reported."""
    truth = tmp_path / "truth.jsonl"
    assert main(["generate", "-n", "400", "--seed", "3", "--bad", "0.2", "--truth", str(truth)]) == 0
    sent = {json.loads(line).get("messageId") for line in capfdbinary.readouterr().out.splitlines()}
    rows = [json.loads(line) for line in truth.read_bytes().splitlines()]
    assert 40 < len(rows) < 120
    for row in rows:
        assert set(row) == {"messageId", "imperfection", "done", "report", "plan", "elsewhere", "arrives"}
        assert (row["messageId"] in sent) is (row["arrives"] != "never")
    assert list(tmp_path.iterdir()) == [truth]


def test_everything_there_is_is_listed(capsys):
    """--list shows scenarios and imperfections, each with its sentence."""
    assert main(["generate", "--list"]) == 0
    out = capsys.readouterr().out
    assert "     mixed                     The default:" in out
    assert "  12 shared-kiosk " in out
    assert "engage-audience" in out
    assert "duplicate " in out


def test_the_version_of_faker_is_named(capsys):
    """--versions names what the bytes depend on."""
    assert main(["generate", "--versions"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == f"faker {faker.VERSION}"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([], "say how many messages (-n N), or how much time (--days D)"),
        (["-n", "5", "--scenario", "x"], "--scenario x: must be one of mixed, ecommerce, saas"),
        (["-n", "5", "--imperfection", "duplicate"], "--imperfection duplicate: must be written NAME=RATE"),
        (["-n", "5", "--imperfection", "duplicate=x"], "--imperfection duplicate=x: must be a number from 0 to 1"),
        (["-n", "5", "--journey", "/none.toml"], "/none.toml: No such file or directory"),
        (["-n", "5", "--truth", "/none/truth.jsonl"], "No such file or directory"),
        (["-n", "5", "--locale", "xx"], "--locale xx: must be one of en_US"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_2(capsys, arguments, text):
    """Usage errors say what is wrong and what is allowed, in one line."""
    assert main(["generate", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert text in captured.err
    assert captured.err.count("\n") == 1


def test_a_rate_that_is_none_is_a_usage_error(capsys):
    """Rates and speeds are more than 0."""
    with pytest.raises(SystemExit, match="2"):
        main(["generate", "-n", "5", "--rate", "0"])
    assert "must be a number above 0, such as 50; not '0'" in capsys.readouterr().err


def test_a_closed_pipe_ends_it_quietly():
    """Who reads three lines of a million gets three lines, and no complaint."""
    with subprocess.Popen(
        [*SIM, "generate", "-n", "1000000", "--seed", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        lines = [process.stdout.readline() for _ in range(3)]
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 0
    assert all(json.loads(line)["messageId"] for line in lines)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupt_leaves_no_half_written_account(tmp_path):
    """Ctrl-C ends with 130, and an account that is not whole is not there."""
    truth = tmp_path / "truth.jsonl"
    arguments = ["generate", "-n", "100000", "--bad", "0.2", "--rate", "5", "--truth", str(truth)]
    with subprocess.Popen([*SIM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        assert process.wait(30) == 130
    assert list(Path(tmp_path).iterdir()) == []
