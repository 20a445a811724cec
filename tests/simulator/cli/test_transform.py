import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.cli.main import main

PUBLIC = Path(__file__).parents[2] / "data" / "public_messages.jsonl"
TRACK = '{"type":"track","event":"Viewed","userId":"u","properties":{"n":1}}'
COMMAND = [sys.executable, "-m", "simulator", "transform"]


def run(*arguments, stdin=b""):
    """The command as a user runs it, in a process of its own."""
    done = subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, check=False, timeout=60)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def test_public_messages_are_explained(tmp_path):
    """Every message mapped or discarded with its code, in order, no traceback."""
    path = tmp_path / "public.jsonl"
    rows = [json.loads(line) for line in PUBLIC.read_text().splitlines()]
    path.write_text("\n".join(json.dumps({k: v for k, v in row.items() if k[0] != "_"}) for row in rows))
    code, lines, errors = run(str(path), "--explain", "--now", "2026-01-01")
    assert (code, errors) == (0, "")
    assert [line["index"] for line in lines] == list(range(len(rows)))
    assert {line["status"] for line in lines} == {"mapped", "discarded"}
    assert all((line["event"] is None) == (line["code"] is not None) for line in lines)
    assert all("provenance" in line and "dropped" in line for line in lines)
    again = run(str(path), "--explain", "--now", "2026-01-01")
    assert again == (code, lines, errors)


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_messages_may_be_piped_in(arguments):
    """Gzipped as well."""
    batch = b'{"batch":[' + TRACK.encode() + b',5],"sentAt":"2026"}'
    for content in (batch, gzip.compress(batch)):
        code, lines, _ = run(*arguments, "--now", "2026-01-01T00:00:00Z", stdin=content)
        assert (code, [line["code"] for line in lines]) == (0, [None, "message_not_object"])
        assert lines[0]["event"]["eventTime"] == "2026-01-01T00:00:00.000Z"


def test_what_stands_before_a_broken_line_is_written():
    """Then one line on standard error says what and where, and the code is 2."""
    code, lines, errors = run("-q", stdin=f"{TRACK}\n{TRACK}\n{{\n".encode())
    assert (code, len(lines)) == (2, 2)
    assert errors == "pointillist-sim: <stdin>:3: not JSON: unexpected end of data (column 2)\n"


def test_a_closed_pipe_ends_quietly(tmp_path):
    """As in `| head -1`."""
    path = tmp_path / "many.jsonl"
    path.write_text((TRACK + "\n") * 20_000)
    process = subprocess.Popen([*COMMAND, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert json.loads(process.stdout.readline())["index"] == 0
    process.stdout.close()
    assert (process.wait(timeout=60), process.stderr.read()) == (0, b"")
    process.stderr.close()


def test_a_live_pipe_gets_each_result_at_once():
    """Nobody waits for a buffer to fill; Ctrl-C ends with 130 and no traceback."""
    process = subprocess.Popen([*COMMAND, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        process.stdin.write(TRACK.encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["status"] == "mapped"
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr.read() == b""


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["nowhere.jsonl"], "pointillist-sim: nowhere.jsonl: No such file or directory\n"),
        (
            ["-", "--mapping", "typd"],
            "pointillist-sim: no mapping 'typd': did you mean 'typed'? no such file, and shipped are ",
        ),
        (["-", "--now", "soon"], "pointillist-sim: --now soon: not a time; write it like 2026-03-02T09:15:30Z\n"),
    ],
)
def test_what_cannot_be_done_is_one_line(arguments, error, capsys):
    """And exit code 2."""
    assert main(["transform", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(error)
    assert captured.err.count("\n") == 1


def test_verbose_counts(tmp_path, capfdbinary):
    """On standard error."""
    path = tmp_path / "two.jsonl"
    path.write_text(f'{TRACK}\n{{"type":"page"}}\n')
    assert main(["transform", str(path), "-v"]) == 0
    captured = capfdbinary.readouterr()
    assert captured.out.count(b"\n") == 2
    assert captured.err == b"2 messages: 1 mapped, 1 discarded\n"


def test_hostile_text_cannot_steer_a_terminal(tmp_path, capsys):
    """File names are shown with their control characters visible."""
    assert main(["transform", str(tmp_path / "\x1b[31mred")]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_text_is_the_account_of_every_message(capsys, tmp_path):
    """With and without --explain the same; json stays the default."""
    path = tmp_path / "in.jsonl"
    path.write_text(TRACK + '\n{"type":"page"}\n')
    texts = []
    for more in ([], ["--explain"]):
        assert main(["transform", str(path), "--format", "text", "--now", "2026-01-01", *more]) == 0
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1]
    first, second, rest = texts[0].split("\n\n")
    assert first.splitlines()[0] == "#1  track Viewed  mapped"
    assert "  /properties/n  →   /numbers/n               1                         inferred" in first.splitlines()
    assert second.splitlines()[0] == "#2  page  discarded"
    assert rest == ""
    assert main(["transform", str(path), "--now", "2026-01-01"]) == 0
    assert capsys.readouterr().out.startswith('{"index":0,')


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A file that several processes share: some 6 MB, with duplicates and unsupported calls."""
    path = tmp_path_factory.mktemp("large") / "sent.jsonl"
    padding = "x" * 900
    with path.open("w") as out:
        for number in range(6_000):
            kind = "page" if number % 50 == 0 else "track"
            message = {"type": kind, "event": "Viewed", "userId": "u", "messageId": f"m{number % 5_500}"}
            out.write(json.dumps({**message, "properties": {"n": number, "text": padding}}) + "\n")
    return path


@pytest.mark.parametrize("command", [["transform", "--explain"], ["check", "--format", "json"]])
def test_a_large_file_is_shared_by_processes(large, command):
    """With the result of one, to the byte."""
    results = [
        subprocess.run(
            [*COMMAND[:-1], *command, str(large), "--now", "2026-01-01", "--jobs", jobs],
            capture_output=True,
            check=False,
            timeout=60,
        )
        for jobs in ("1", "3")
    ]
    assert results[0].stdout == results[1].stdout
    assert len(results[0].stdout) > 1_000
    assert [(done.returncode, done.stderr) for done in results] == [(command[0] == "check", b"")] * 2


def test_jobs_is_a_number_of_processes(large):
    """Anything else is said."""
    code, lines, said = run(str(large), "--jobs", "0")
    assert (code, lines) == (2, [])
    assert "argument --jobs: must be a whole number from 1 to 1000, such as 4; not '0'" in said


def test_ctrl_c_ends_every_process(large):
    """With 130, quietly, leaving nobody behind."""
    process = subprocess.Popen(
        [*COMMAND, str(large), "--jobs", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    process.stdout.read(1)  # the first part is there, and the pipe is full
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, b"")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_a_kill_ends_every_process(large):
    """Who can no longer be told what to do does not wait for it."""
    process = subprocess.Popen([*COMMAND, str(large), "--jobs", "2"], stdout=subprocess.PIPE, start_new_session=True)
    process.stdout.read(1)
    process.kill()
    with process.stdout as out:
        while out.read(1 << 16):  # ends when the last process that could write has ended
            pass
    process.wait()
