r"""The README shows real output: every ``console`` block is run, in order, and compared.

A block holds ``$ command`` lines, each followed by what it prints. A last line ``...`` stands for the rest. After a
wanted change of output, ``README_UPDATE=1 pytest tests/test_readme.py`` writes what the commands print now, cut where
it was cut before. ``json``, ``toml`` and ``python`` blocks whose first line names a file are put there for commands.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^(?:#|//) file: (\S+)\n")


def shell(command, folder):
    """Run one command as a reader would and return everything it prints."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "120", "TERM": "dumb"}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


def commands_of(block):
    """Split a console block into pairs of a command and what the README says it prints."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert parts[0] == "", "a console block begins with a command"
    return [part.split("\n", 1) for part in parts[1:]]


def shortened(printed, shown):
    """Cut what was printed where the README cuts it."""
    printed = "\n".join(line.rstrip() for line in printed.splitlines()).rstrip("\n")
    lines = shown.rstrip("\n").split("\n")
    if lines[-1] != "...":
        return printed
    return "\n".join([*printed.split("\n")[: len(lines) - 1], "..."])


@pytest.mark.skipif(sys.platform == "win32", reason="the blocks are written for a POSIX shell")
def test_what_the_readme_shows_is_what_is_printed(tmp_path):
    """A newcomer who types what the README says sees what the README shows."""
    text = README.read_text(encoding="utf-8")
    renewed = text
    count = 0
    for match in BLOCK.finditer(text):
        language, block = match.groups()
        named = NAMED.match(block)
        if named:
            target = tmp_path / named.group(1)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block[named.end() :], encoding="utf-8")
        if language != "console":
            continue
        for command, shown in commands_of(block):
            printed = shortened(shell(command, tmp_path), shown)
            count += 1
            if os.environ.get("README_UPDATE"):
                was = f"$ {command}\n{shown}"
                renewed = renewed.replace(was, f"$ {command}\n{printed}\n" if printed else f"$ {command}\n", 1)
            else:
                assert printed == shown.rstrip("\n"), f"$ {command}"
    if renewed != text:
        README.write_text(renewed, encoding="utf-8")
    assert count >= 8, "the README shows the commands at work"


def test_the_readme_has_exactly_two_set_up_commands():
    """One ends in the running UI, one in a passed test suite; both need nothing but Python and pip."""
    lines = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("python3 -m venv")]
    assert lines == [
        "python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/pointillist-sim",
        "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/python -m pytest",
    ]
