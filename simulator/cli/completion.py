"""Shell completion, made by shtab from the parsers themselves so that it cannot go stale.

Example: eval "$(pointillist-sim --print-completion bash)"
"""

from __future__ import annotations

import sys
from importlib import import_module

from simulator.cli.commands import COMMANDS
from simulator.cli.exits import Exit
from simulator.cli.parser import Parser
from simulator.errors import UsageError

SHELLS = ("bash", "zsh", "tcsh")


def print_completion(arguments: list[str]) -> int:
    """Write the completion script for the shell named in ``arguments`` to standard output."""
    shell = arguments[0] if arguments else "bash"
    if shell not in SHELLS:
        raise UsageError.none_of("--print-completion", shell, SHELLS)
    import shtab

    parser = Parser(prog="pointillist-sim")
    commands = parser.add_subparsers()
    for name, sentence in COMMANDS.items():
        module = import_module(f"simulator.cli.{name}")
        module.add_arguments(commands.add_parser(name, help=sentence))
    sys.stdout.write(shtab.complete(parser, shell=shell) + "\n")
    return Exit.OK
