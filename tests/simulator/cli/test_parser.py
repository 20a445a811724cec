"""Every help has one shape: what it does, flags with their defaults in one form, exit codes, an example that works."""

import argparse
import re
import shlex
from importlib import import_module

import pytest

from fake_pointillist import command
from fake_pointillist.flags import unique
from simulator.cli import front
from simulator.cli.commands import COMMANDS, top_help
from simulator.cli.parser import Parser, describe

TASKS = {
    "diff": ("mapping", "contract", "events"),
    "contracts": ("export", "infer", "lint", "redact"),
}


def parser_of(name):
    """Return the parser of a command as ``main`` builds it."""
    module = import_module(f"simulator.cli.{name}")
    parser = Parser(prog=f"pointillist-sim {name}", **describe(module.__doc__))
    module.add_arguments(parser)
    return parser


def subparsers_of(parser):
    """Return the parsers of a command's tasks by their names."""
    actions = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return actions[0].choices if actions else {}


def all_parsers():
    """Yield every command and every task of one, each with its parser."""
    for name in COMMANDS:
        parser = parser_of(name)
        yield name, parser
        for task, below in subparsers_of(parser).items():
            yield f"{name} {task}", below


PARSERS = dict(all_parsers())


def flags_of(parser):
    """Return the flags that take a value."""
    return [action for action in parser._actions if action.option_strings and action.nargs != 0]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    """A folder without a pyproject.toml, whose settings would stand in for defaults."""
    monkeypatch.chdir(tmp_path)


def test_every_task_of_a_command_is_walked():
    """A task whose parser the walk misses would be held to nothing."""
    assert {name: tuple(subparsers_of(parser_of(name))) for name in TASKS} == TASKS


@pytest.mark.parametrize("name", PARSERS)
def test_a_help_says_what_it_does_how_it_ends_and_an_example(name):
    """First a sentence, at the end the exit codes and the example."""
    parser = PARSERS[name]
    assert parser.description.split("\n\n")[0].rstrip().endswith(".")
    exits, examples = parser.epilog.split("\n\n")
    assert re.fullmatch(r"exit codes: 0 done;( 1 [^;]+;)? 2 could not do it", exits)
    assert re.match(r"examples?:\n  pointillist-sim ", examples) or "| pointillist-sim" in examples
    assert parser.format_help().endswith(f"{parser.epilog}\n")


@pytest.mark.parametrize("name", [None, *PARSERS])
def test_the_example_parses(name):
    """What is copied from a help works: each pointillist-sim of the pipeline is a command line its parser takes."""
    text = top_help() if name is None else PARSERS[name].epilog
    lines = text.split("example", 1)[1].split("\n", 1)[1].splitlines()
    commands = [piece.strip() for line in lines for piece in line.split("|") if "pointillist-sim" in piece]
    assert commands
    for words in map(shlex.split, commands):
        arguments = words[1 : words.index(">") if ">" in words else None]
        if arguments[0] in COMMANDS:
            parser_of(arguments[0]).parse_args(arguments[1:])
        else:
            parser = Parser()
            front.add_arguments(parser)
            parser.parse_args(arguments)


@pytest.mark.parametrize("name", PARSERS)
def test_every_argument_has_help(name):
    """A name in capitals alone says nothing."""
    listed = [action for action in PARSERS[name]._actions if not isinstance(action, argparse._SubParsersAction)]
    assert [action.dest for action in listed if not action.help] == []


@pytest.mark.parametrize("name", PARSERS)
def test_a_default_is_told_once_and_in_one_form(name):
    """``(default: 16)``, never ``(16)``, and where there is one it stands there."""
    for action in flags_of(PARSERS[name]):
        text = PARSERS[name].formatter_class("")._get_help_string(action).replace("%(default)s", "16")
        if action.default not in (None, []):
            assert "(default: " in text, action.dest
        assert text.count("(default: ") <= 1, action.dest
        assert not re.search(r"\((?!default: |see |extra: |TOML)[^ )]+\)", text), action.dest


def test_one_flag_has_one_metavar():
    """Whoever has read one help can read the others."""
    metavars = {}
    for parser in PARSERS.values():
        for action in flags_of(parser):
            if not action.choices:
                metavars.setdefault(action.option_strings[-1], set()).add(action.metavar)
    assert {flag: names for flag, names in metavars.items() if len(names) != 1 or None in names} == {}


@pytest.mark.parametrize("name", PARSERS)
@pytest.mark.parametrize("word", ["x", "-1", "nan", "1e400", "\uff19"])
def test_what_is_no_number_is_told_what_is(name, word, capsys):
    """Every flag that takes a number says which ones, and an example that it takes itself."""
    for action in flags_of(PARSERS[name]):
        if getattr(action.type, "__module__", "") != "fake_pointillist.flags" or action.type is unique:
            assert action.type not in (int, float), "its error would say no more than invalid int value"
            continue
        flag = action.option_strings[-1]
        with pytest.raises(SystemExit):
            parser_of(name.split()[0]).parse_args([*name.split()[1:], f"{flag}={word}"])
        said = capsys.readouterr().err
        example = re.search(rf"argument {flag}: must be a .*number .*, such as ([\d.]+); not '{word}'", said)
        assert example, said
        action.type(example[1])


def test_the_top_help_tells_what_the_parser_takes():
    """It is written by hand, since making it would cost the import of the parser, and must say the same."""
    parser = Parser()
    front.add_arguments(parser)
    top = " ".join(top_help().split())
    help_of = parser.formatter_class("")._get_help_string
    for action in parser._actions:
        if action.dest in ("help", "verbosity", "version"):
            assert all(flag in top for flag in action.option_strings)
            continue
        name = f"{action.option_strings[-1]} {action.metavar or ''}" if action.option_strings else action.metavar
        told = help_of(action) % {"default": action.default}
        assert f"{name.strip()} {told}" in top


def test_the_fake_alone_tells_its_defaults_too():
    """``python -m fake_pointillist`` is not built by our parser: nothing may rest on its shape alone."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    assert parser.parse_args([]).port == 8765
