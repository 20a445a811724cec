"""What ``check`` and ``transform`` hand to worker processes, which not every system can fork, is picklable.

Every flag is set once, as the parsers name them: a new flag fails here until it stands in the table.
"""

import pickle
from importlib import import_module

import pytest

from simulator.cli import check, transform
from simulator.cli.parser import Parser

FLAGS = {
    "--plan": ["--plan", "plan.json", "--plan", "other.json"],
    "--mapping": ["--mapping", "own.toml"],
    "--format": ["--format", "text"],
    "--explain": ["--explain"],
    "--fail-on": ["--fail-on", "warning"],
    "--baseline": ["--baseline", "known.json"],
    "--redact": ["--redact"],
    "--jobs": ["--jobs", "2"],
    "--now": ["--now", "2026-06-01"],
    "--quiet": ["--quiet"],
    "--verbose": ["--verbose"],
}
OWN_ENDS = {"--help", "--version"}
"""Flags that end the command before anything is handed over."""


class HandedOverError(Exception):
    """Carries what a command was about to hand to its workers."""


def flags_of(command):
    """The long name of every flag of a command, as its parser has them."""
    parser = Parser()
    command.add_arguments(parser)
    return parser, sorted({action.option_strings[-1] for action in parser._actions if action.option_strings} - OWN_ENDS)


def handed_over(command, words, monkeypatch):
    """What a command started with ``words`` gives its workers: what begins their work, and their clock."""

    def caught(arguments, start, **_):
        raise HandedOverError(start, command.clock(arguments))

    monkeypatch.setattr(command, "parts", caught)
    with pytest.raises(HandedOverError) as handed:
        command.run(flags_of(command)[0].parse_args(words))
    return handed.value.args


@pytest.fixture
def inputs(folder):
    """The files the flags name."""
    from contracts import resources

    (folder / "other.json").write_bytes((folder / "plan.json").read_bytes())
    (folder / "known.json").write_text('{"findings": []}')
    (folder / "own.toml").write_text(resources.text("mappings/device-plus"))


@pytest.mark.usefixtures("inputs")
@pytest.mark.parametrize(
    ("command", "flag"),
    [(command, flag) for command in (check, transform) for flag in (None, *flags_of(command)[1])],
    ids=lambda value: value.__name__.rpartition(".")[2] if hasattr(value, "__name__") else str(value),
)
def test_every_flag_leaves_the_start_picklable(monkeypatch, command, flag):
    """A started process gets it as bytes, and begins the work with it."""
    start, now = handed_over(command, ["good.jsonl", *FLAGS.get(flag, [])], monkeypatch)
    begun, clock = pickle.loads(pickle.dumps((start, now)))
    making = begun()
    making.take([])
    assert making.give().messages == 0
    assert isinstance(clock(), int)


@pytest.mark.parametrize("command", [check, transform])
def test_no_flag_is_forgotten(command):
    """Each flag of the parser stands in the table, and is one that it sets."""
    assert set(flags_of(command)[1]) <= FLAGS.keys()


def test_only_these_commands_share_an_input_among_processes():
    """Whoever calls ``parts`` hands a start over, and belongs into these tests."""
    from simulator.cli.commands import COMMANDS

    assert [name for name in COMMANDS if hasattr(import_module(f"simulator.cli.{name}"), "parts")] == [
        "transform",
        "check",
    ]
