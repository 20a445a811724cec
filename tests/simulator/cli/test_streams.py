"""The standard streams: closed ones, full ones, other encodings; and names of files that are no text."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import pytest

from simulator.cli.streams import is_closed_pipe

TRACK = '{"type":"track","event":"Кафе","userId":"ü","messageId":"m1","timestamp":"2026","properties":{"n":%s}}\n'

posix = pytest.mark.skipif(sys.platform == "win32", reason="a shell and devices of POSIX")


def shell(line, folder, **variables):
    """Run a command line of a POSIX shell, in which ``sim`` is the command, in a folder."""
    script = f'sim() {{ "{sys.executable}" -m simulator "$@"; }}\n{line}'
    return subprocess.run(
        ["bash", "-c", script], capture_output=True, check=False, cwd=folder, env={**os.environ, **variables}
    )


@pytest.fixture
def folder(tmp_path):
    """A folder with some messages."""
    (tmp_path / "sent.jsonl").write_bytes((TRACK % 1).encode() + (TRACK % 2).replace("m1", "m2").encode())
    return tmp_path


@posix
@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("sim transform sent.jsonl >&-", 0),
        ("sim run -n 20 --seed 1 <&- >&- 2>&-", 0),
        ("sim check nowhere.jsonl 2>&-", 2),
        ("sim --version >&-", 0),
        ("sim transform <&- 2>&-", 2),
    ],
)
def test_a_closed_stream_leads_nowhere(folder, line, code):
    """As /dev/null does: the exit code is the command's own; it was a traceback, and for ``run`` an abort of libuv."""
    done = shell(line, folder)
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")


@posix
def test_a_closed_stream_is_not_mistaken_for_a_database(folder):
    """The number of a closed standard error is the first one free; no file opened later may get it."""
    settled = "from simulator.cli.streams import settle_streams; settle_streams()"
    script = f"import os; {settled}; print(os.open('sent.jsonl', os.O_RDONLY))"
    done = shell(f'"{sys.executable}" -c "{script}" <&- 2>&-', folder)
    assert int(done.stdout) > 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")  # noqa: PTH110
def test_an_error_that_cannot_be_told_still_ends_with_its_exit_code(folder):
    """Standard error on a full disk: exit code 2, which was 1, the one of a failed check."""
    assert shell("sim check nowhere.jsonl 2>/dev/full", folder).returncode == 2


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
@pytest.mark.parametrize(
    "arguments", [["check", "-v"], ["check", "--format", "html"], ["diff", "events", "sent.jsonl"]]
)
def test_results_are_utf_8_with_line_feeds_whatever_the_console_is(folder, arguments, encoding):
    """The same bytes under every encoding of the console; a name outside it was a traceback."""
    command = [sys.executable, "-m", "simulator", *arguments, "sent.jsonl"]
    env = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, capture_output=True, check=False, cwd=folder, env=env)
    plain = subprocess.run(command, capture_output=True, check=False, cwd=folder, env={**os.environ, "LC_ALL": "C"})
    assert (done.returncode, done.stderr, done.stdout) == (plain.returncode, b"", plain.stdout)
    assert done.stdout.decode()
    assert b"\r\n" not in done.stdout


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="names of files are text there")
@pytest.mark.parametrize("form", ["text", "json", "junit", "github", "sarif", "html"])
def test_a_file_whose_name_is_no_text_is_reported(folder, form):
    """What is no UTF-8 is written as an escape; JSON and SARIF were a traceback."""
    (folder / "sent.jsonl").rename(folder / os.fsdecode(b"\xff.jsonl"))
    done = shell(f"sim check --format {form} *.jsonl", folder)
    assert (done.returncode, done.stderr) == (0, b"")
    done.stdout.decode()


def test_without_docstrings_there_is_less_help_and_the_same_result(folder):
    """Python -OO keeps none: the help has no description then; every command was a traceback."""
    command = [sys.executable, "-OO", "-m", "simulator", "transform"]
    done = subprocess.run([*command, "sent.jsonl"], capture_output=True, check=False, cwd=folder)
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 2)
    assert subprocess.run([*command, "--help"], capture_output=True, check=False).returncode == 0


@posix
def test_who_stops_reading_a_list_of_people_hears_no_complaint(folder):
    """`stitch | head -1` of more than a pipe holds."""
    rows = "".join(
        (TRACK % number).replace('"m1"', f'"m{number}"').replace("ü", f"u{number}") for number in range(3_000)
    )
    (folder / "many.jsonl").write_text(rows, encoding="utf-8")
    done = shell("sim stitch --format jsonl many.jsonl | head -1; exit ${PIPESTATUS[0]}", folder)
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (0, 1, b"")


@pytest.mark.parametrize(
    ("error", "platform", "closed"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "linux", True),
        (OSError(errno.EINVAL, "Invalid argument"), "win32", True),
        (OSError(errno.EINVAL, "Invalid argument"), "linux", False),
        (OSError(errno.EINVAL, "Invalid argument", "a:b"), "win32", False),
        (OSError(errno.ENOSPC, "No space left on device"), "win32", False),
    ],
)
def test_a_closed_pipe_is_known_by_the_name_its_system_gives_it(error, platform, closed):
    """Windows says that an argument is invalid, of a file that has no name."""
    assert is_closed_pipe(error, platform) is closed


def test_where_there_is_no_hang_up_the_terminal_ui_still_has_its_signals():
    """Windows knows no SIGHUP; the UI ended at its start."""
    script = (
        "import signal; signal.__dict__.pop('SIGHUP', None); from simulator.tui.app import HANG_UPS; print(*HANG_UPS)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert (done.stderr, int(done.stdout)) == (b"", signal.SIGTERM)
