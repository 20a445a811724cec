"""The entry point: help, version, usage errors, pipes and interrupts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from simulator.cli.commands import COMMANDS
from simulator.cli.main import BEFORE_ORJSON, main


def sim(*arguments, **options):
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "simulator", *arguments], capture_output=True, text=True, check=False, **options
    )


def test_help_names_every_command(capsys):
    """A newcomer reads nothing else, so the bare help lists every command with its sentence."""
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text and sentence in text for name, sentence in COMMANDS.items())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_help_ends_with_an_example(name):
    """Every command's help says what it does and ends with a command line to copy."""
    done = sim(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "pointillist-sim" in done.stdout.rstrip().rsplit("\n\n", 1)[-1]
    assert done.stderr == ""


def test_version_is_one_line(capsys):
    """The version is data: one line on standard output."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("pointillist-sim 0.")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["transfrom"], "no command or file 'transfrom'; did you mean 'transform'?"),
        (["qqq"], "no command or file 'qqq'; commands: demo, "),
        (["completions", "bash"], "no command or file 'completions'; --print-completion SHELL writes"),
        (["diff", "mapping"], "required: OLD, NEW (see"),
        (["contracts", "lint"], "required: PLAN|MAPPING (see"),
        (["transform", "--maping", "x"], "unrecognized arguments: --maping; did you mean --mapping?"),
        (["diff", "mapping", "typed", "typed", "--fromat=json"], "--fromat=json; did you mean --format?"),
        (["explain", "unsupported_event_TYPE"], "did you mean UNSUPPORTED_EVENT_TYPE?"),
        (
            ["generate", "-n", "1", "--truth", "no/such/file"],
            "pointillist-sim: no/such/file: No such file or directory",
        ),
        (
            ["diff", "contract", "segment/trak", "segment/track"],
            "segment/trak: did you mean 'segment/track'? No such file",
        ),
        (["transform", "--map", "typed"], "unrecognized arguments: --map"),
        (["stitch", "--policy", "nobody"], "first-claim"),
        (["transform", "no-such-file.jsonl"], "no-such-file.jsonl"),
        (["generate", "-n", "many"], "-n"),
        (["--print-completion", "cmd"], "must be one of bash, zsh, tcsh"),
    ],
)
def test_what_cannot_be_meant_is_one_line_and_exit_two(arguments, text):
    """Bad usage says what and where on one line of standard error, and nothing on standard output."""
    done = sim(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_closed_pipe_ends_quietly():
    """`| head -1` is no error: nothing on standard error."""
    line = f"{sys.executable} -m simulator generate -n 5000 --seed 1 | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_is_130():
    """An interrupted command says so by its exit code, without a traceback."""
    with subprocess.Popen(
        [sys.executable, "-m", "simulator", "transform", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        process.stdin.write(b'{"type":"track","event":"Seen","userId":"u","timestamp":"2026"}\n')
        process.stdin.flush()
        assert process.stdout.readline()  # it is at work
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, b"")


INTERRUPTED_IN_ORJSON = """
import importlib, sys

class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if not name.startswith("orjson"):
            raise KeyboardInterrupt(name)

for name in sys.argv[1:]:
    importlib.import_module(name)
sys.meta_path.insert(0, Interrupted())
import orjson
"""


def test_ctrl_c_cannot_take_orjson_down():
    """Its start has nothing left to import where an interrupt would be a SIGSEGV, once these modules are there."""
    command = [sys.executable, "-c", INTERRUPTED_IN_ORJSON, *BEFORE_ORJSON]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_ctrl_c_while_a_class_is_made_is_130(monkeypatch):
    """Python 3.11 gives a RuntimeError caused by the interrupt there; it is no defect to show a traceback for."""

    def interrupted(_arguments):
        raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()

    monkeypatch.setattr("simulator.cli.demo.run", interrupted)
    assert main(["demo", "--script"]) == 130


def test_settings_of_the_project_are_defaults(tmp_path):
    """[tool.pointillist-simulator] stands in for flags, and a flag wins over it."""
    (tmp_path / "pyproject.toml").write_text('[tool.pointillist-simulator]\nmapping = "typed"\n')
    message = '{"type":"track","event":"E","userId":"u","timestamp":"2026","context":{"campaign":{"cost":2}}}'
    assert '"numbers":{"campaign_cost":2}' in sim("transform", "-", cwd=tmp_path, input=message).stdout
    flagged = sim("transform", "-", "--mapping", "segment-docs", cwd=tmp_path, input=message)
    assert '"labels":{"campaign_cost":"2"}' in flagged.stdout


def test_settings_that_are_wrong_are_refused(tmp_path):
    """A setting outside a flag's choices names the setting and what is allowed."""
    (tmp_path / "pyproject.toml").write_text('[tool.pointillist-simulator]\npolicy = "best"\n')
    done = sim("stitch", "-", cwd=tmp_path, input="")
    assert done.returncode == 2
    assert "policy" in done.stderr
    assert "first-claim" in done.stderr


@pytest.mark.parametrize(
    ("line", "command", "error"),
    [
        ("mapping = 5", "transform", "no mapping '5'"),
        ("mapping = ['typed']", "transform", "[tool.pointillist-simulator] mapping = ['typed']: must be text"),
        ("mapping = true", "transform", "[tool.pointillist-simulator] mapping = True: must be text"),
        ("explain = 'no'", "transform", "[tool.pointillist-simulator] explain = 'no': must be true or false"),
        ("lookback-days = 2.5", "stitch", "--lookback-days: must be a whole number from 0, such as 30; not '2.5'"),
        ("unlink = 'ua'", "stitch", "--unlink ua: write USER=ANON"),
        ("unlink = [1, true]", "stitch", "must be text or a list of text"),
    ],
)
def test_a_setting_of_the_wrong_type_is_one_line(tmp_path, line, command, error):
    """Exit 2 and what is allowed; one text stands for a list of one."""
    (tmp_path / "pyproject.toml").write_text(f"[tool.pointillist-simulator]\n{line}\n")
    done = sim(command, "-", cwd=tmp_path, input='{"type":"page"}')
    (said,) = done.stderr.splitlines()
    assert (done.returncode, error in said) == (2, True)


def test_all_settings_of_the_wrong_type_are_told(tmp_path):
    """A line each, in the order of the table."""
    (tmp_path / "pyproject.toml").write_text("[tool.pointillist-simulator]\nexplain = 'no'\nmapping = true\n")
    done = sim("transform", "-", cwd=tmp_path, input="")
    assert [line.split("] ")[1] for line in done.stderr.splitlines()] == [
        "explain = 'no': must be true or false",
        "mapping = True: must be text",
    ]


def test_numbers_and_times_of_toml_are_taken(tmp_path):
    """TOML has types of its own; a flag has text only."""
    table = "[tool.pointillist-simulator]\nnow = 2020-01-01T00:00:00Z\nlookback-days = 3\nexplain = true\n"
    (tmp_path / "pyproject.toml").write_text(table)
    line = sim("transform", "-", cwd=tmp_path, input='{"type":"identify","userId":"u"}').stdout
    assert '"eventTime":"2020-01-01T00:00:00.000Z"' in line
    assert '"dropped":[]' in line
    assert '"options": {"lookback_days":3}' in sim("stitch", "-", "--format", "json", cwd=tmp_path, input="").stdout


def test_a_path_of_the_project_is_meant_from_its_pyproject(tmp_path):
    """The same command works in every folder of the project."""
    plan = '{"rules": [{"type": "TRACK", "key": "E", "jsonSchema": {"required": ["extra"]}}]}'
    (tmp_path / "plan.json").write_text(plan)
    (tmp_path / "pyproject.toml").write_text('[tool.pointillist-simulator]\nplan = "plan.json"\n')
    (tmp_path / "below").mkdir()
    for folder in (tmp_path, tmp_path / "below"):
        done = sim("check", "-", cwd=folder, input='{"type":"track","event":"E","userId":"u","timestamp":"2026"}')
        assert (done.returncode, done.stderr) == (1, "")
        assert "schema_required" in done.stdout
