"""Contracts to start from: export ours, infer a plan from observed messages, lint a plan or mapping, redact messages.

Each of the four has a help of its own: pointillist-sim contracts lint --help

Exit code 1: lint found something to mend.

Examples:
  pointillist-sim contracts export contracts
  pointillist-sim contracts infer messages.jsonl > plan.json
  pointillist-sim contracts lint plan.json messages.jsonl
  pointillist-sim contracts redact messages.jsonl > shareable.jsonl
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.exits import Exit
from simulator.cli.inputs import add_files, add_now, clock, inputs, received, some, unnoted
from simulator.cli.parser import describe
from simulator.errors import InputError

if TYPE_CHECKING:
    import argparse

    from contracts.violations import Violation

_EXPORT = """Write the shipped schemas, mappings and the example plan into a folder, to read, change and use.

Example: pointillist-sim contracts export contracts
"""
_INFER = """Print a tracking plan of what was seen, marked as inferred: a start, not the truth.

Example: pointillist-sim contracts infer messages.jsonl > plan.json
"""
_LINT = """Name the rules of a plan or mapping that cannot fail, contradict themselves or are misspelt.

With FILEs it also names what never came.

Exit code 1: something is to be mended.

Example: pointillist-sim contracts lint plan.json messages.jsonl
"""
_REDACT = """Print the messages with every value replaced; types, lengths, and what belongs together stay.

Example: pointillist-sim contracts redact messages.jsonl > shareable.jsonl
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``export``, ``infer``, ``lint`` and ``redact``."""
    tasks = parser.add_subparsers(dest="task", required=True, metavar="export|infer|lint|redact")
    export = tasks.add_parser("export", help="write our schemas, mappings and the example plan", **describe(_EXPORT))
    export.add_argument("folder", metavar="DIR", help="made where it is missing; files that differ are not overwritten")
    export.add_argument("--force", action="store_true", help="overwrite files that differ")
    infer = tasks.add_parser("infer", help="a tracking plan from observed messages", **describe(_INFER))
    add_files(infer)
    lint = tasks.add_parser("lint", help="what a plan or mapping cannot check", **describe(_LINT))
    lint.add_argument("contract", metavar="PLAN|MAPPING", help="a plan (.json) or a mapping (.toml or a shipped name)")
    lint.add_argument("files", nargs="*", default=[], metavar="FILE", help="observed messages: names what never came")
    lint.add_argument("--format", choices=("text", "json"), default="text", help="how to report")
    add_now(lint)
    redact = tasks.add_parser("redact", help="messages with every value replaced", **describe(_REDACT))
    add_files(redact)


def run(arguments: argparse.Namespace) -> int:
    """Do the task asked for."""
    return {"export": _export, "infer": _infer, "lint": _lint, "redact": _redact}[arguments.task](arguments)


def _export(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from contracts import resources
    from simulator.errors import UsageError
    from simulator.text import visible

    folder = Path(arguments.folder)
    wanted = {folder / resources.file_name(name): resources.text(name) for name in resources.names()}
    differing = [path for path, text in wanted.items() if path.exists() and path.read_text(encoding="utf-8") != text]
    if differing and not arguments.force:
        more = f" and {len(differing) - 1} more" if len(differing) > 1 else ""
        raise UsageError(f"{differing[0]}{more} differs from ours; --force overwrites")
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{visible(str(path))}\n")
    return Exit.OK


def _infer(arguments: argparse.Namespace) -> int:
    import orjson

    from simulator.plans.inferring import infer

    messages = some(unnoted(received(arguments, results_at_end=True)), inputs(arguments))
    plan = infer(message.payload for message in messages)
    sys.stdout.write(orjson.dumps(plan, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())
    if arguments.verbosity >= 0:
        sys.stderr.write(
            f"{len(plan['rules'])} rules inferred: what was seen, not what is right. Read them before use\n"
        )
    return Exit.OK


def _lint(arguments: argparse.Namespace) -> int:
    import orjson

    from contracts.plan import read_plan
    from simulator.mapping import load_mapping
    from simulator.plans.linting import lint_mapping, lint_plan

    files = arguments.files
    messages = some(received(arguments, results_at_end=True), files) if files else iter(())
    if _is_json(arguments.contract):
        found = lint_plan(read_plan(arguments.contract), (message.payload for message in messages))
    else:
        found = lint_mapping(load_mapping(arguments.contract), messages, clock(arguments))
    if arguments.format == "json":
        record = {"findings": [row.to_json() for row in found]}
        sys.stdout.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE).decode())
    else:
        sys.stdout.write(_text(found, arguments.contract))
    return Exit.FAILED if any(row.severity != "info" for row in found) else Exit.OK


def _is_json(path: str) -> bool:
    """Say whether a contract is a plan and no mapping: by its ending, or since TOML never begins with a brace."""
    if path.endswith(".json"):
        return True
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - the path is the user's own text
            return file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    except OSError:  # the name of a shipped mapping, or nothing: who loads it says so
        return False


def _text(found: list[Violation], where: str) -> str:
    from simulator.reports.text import plural, sentence
    from simulator.text import visible

    rows = []
    for row in found:
        rows.append(f"{row.severity}  {row.code}  {visible(row.path)}")
        rows += sentence("    ", f"{visible(row.message)}  [{row.basis}]")
        if row.hint:
            rows += sentence("    mend  ", visible(row.hint))
    rows.append(f"{visible(where)}: {plural(len(found), 'finding') if found else 'nothing found'}")
    return "\n".join(rows) + "\n"


def _redact(arguments: argparse.Namespace) -> int:
    import orjson

    from simulator.checking.redacting import redact

    for message in unnoted(received(arguments)):
        try:
            line = orjson.dumps(redact(message.payload), option=orjson.OPT_APPEND_NEWLINE)
        except (RecursionError, orjson.JSONEncodeError) as error:
            raise InputError(message.origin, "nested too deep to be written again") from error
        sys.stdout.buffer.write(line)
    return Exit.OK
