"""The entry point: which command is meant, and what happens when it cannot be done.

Only the parser of the command asked for is built, so that ``--help``, ``--version`` and usage errors cost little more
than the interpreter itself.
"""

from __future__ import annotations

import os
import sys

from simulator import __version__
from simulator.cli.commands import COMMANDS, top_help
from simulator.cli.exits import Exit
from simulator.cli.streams import is_closed_pipe, settle_streams

TYPE_CHECKING = False  # importing typing would be a tenth of what --help costs
if TYPE_CHECKING:
    from collections.abc import Sequence

_FRONT = "simulator.cli.front"
"""The bare command: the terminal UI."""
_COMPLETION = "completion"
"""What other tools call the command that we have as a flag, as shtab does."""

BEFORE_ORJSON = ("dataclasses", "datetime", "enum", "json", "uuid")
"""What orjson imports as it starts: where Ctrl-C interrupts one of these there, it takes the process down (SIGSEGV).

Imported before, none of them is run from within. Nearly every command goes on to need orjson, so it costs nothing.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; never raises for what a user or a file did wrong."""
    settle_streams()
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except Exception as error:
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python wraps one that comes while a class is made
            return Exit.INTERRUPTED
        if is_closed_pipe(error):
            # The reader of a pipe has seen enough. Python would complain once more while closing standard output.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return Exit.OK
        code = _known(error)
        if code is None:
            raise
        return code


def _dispatch(arguments: list[str]) -> int:
    first = arguments[0] if arguments else ""
    if first == "--version":
        sys.stdout.write(f"pointillist-sim {__version__}\n")
        return Exit.OK
    if first == "--print-completion":
        from simulator.cli.completion import print_completion

        return print_completion(arguments[1:])
    command = first in COMMANDS
    if not command and not {"-h", "--help"}.isdisjoint(arguments):
        sys.stdout.write(top_help())
        return Exit.OK
    if not command and first and not first.startswith("-"):
        _refuse_misspelt(first)
    from importlib import import_module

    from simulator.cli.parser import Parser, describe

    module = import_module(f"simulator.cli.{first}" if command else _FRONT)
    parser = Parser(prog=f"pointillist-sim {first}" if command else "pointillist-sim", **describe(module.__doc__))
    module.add_arguments(parser)
    parsed = parser.parse_args(arguments[1:] if command else arguments)
    for name in BEFORE_ORJSON:
        import_module(name)
    code: int = module.run(parsed)
    sys.stdout.flush()
    return code


def _refuse_misspelt(word: str) -> None:
    """Raise for a word that is neither a command nor a file: the bare command would take it for a recording.

    Raises:
        UsageError: No such command or file; names the nearest command.
    """
    if os.path.exists(word):  # noqa: PTH110 - importing pathlib costs more than the call
        return
    from difflib import get_close_matches

    from simulator.errors import UsageError

    near = get_close_matches(word, (*COMMANDS, _COMPLETION), n=1)
    if near == [_COMPLETION]:
        raise UsageError(f"no command or file '{word}'; --print-completion SHELL writes a shell's completion")
    hint = f"did you mean '{near[0]}'?" if near else f"commands: {', '.join(COMMANDS)}"
    raise UsageError(f"no command or file '{word}'; {hint}")


def _known(error: Exception) -> int | None:
    """Print a known error, a line for each thing that is wrong, and return its exit code; ``None`` for a defect."""
    from contracts.errors import ContractsError
    from fake_pointillist.errors import FakePointillistError
    from simulator.errors import SimulatorError

    if isinstance(error, (SimulatorError, ContractsError, FakePointillistError)):
        lines = [" ".join(str(wrong).split("\n")) for wrong in error.args or (type(error).__name__,)]
    elif isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        lines = [f"{where}{error.strerror}"]
    else:
        return None
    from simulator.text import visible

    try:
        sys.stderr.write("".join(f"pointillist-sim: {visible(line)}\n" for line in lines))
    except OSError:  # nobody can be told (a full disk, a closed pipe); the exit code still says it
        return Exit.CANNOT
    return Exit.CANNOT
