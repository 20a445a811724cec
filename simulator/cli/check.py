"""Check Segment messages against every contract: Segment's, your plans', Pointillist's, and the run as a whole.

Findings are grouped: the same violation 4,000 times is one finding with a count, examples, the mend and a way to repeat
it. With --plan the report also says which planned events and properties never came, and which came unplanned. Where no
message came the exit code is 2. Severities by code stand in the table [tool.pointillist-simulator.severity] of
pyproject.toml (error, warning, info, off).

Exit code 1: something failed (see --fail-on).

Example: pointillist-sim check events.jsonl --plan plan.json --format github --baseline known.json
"""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import Any

from simulator.cli.exits import Exit
from simulator.cli.inputs import (
    add_files,
    add_jobs,
    add_mapping,
    add_now,
    clock,
    inputs,
    mapping_and_now,
    nothing_in,
    parts,
)
from simulator.reports import FORMATS

FAIL_ON = ("error", "warning")


class Several(argparse.Action):
    """A flag that may stand several times; the first one replaces what pyproject.toml says."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        """Append the value."""
        del parser, option
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, [values] if before is self.default else [*before, values])


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of ``check``."""
    add_files(parser)
    parser.add_argument("--plan", action=Several, default=[], metavar="FILE", help="a tracking plan; repeatable")
    add_mapping(parser)
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="how to report")
    parser.add_argument("--fail-on", choices=FAIL_ON, default="error", help="from which severity on it fails")
    parser.add_argument("--baseline", metavar="FILE", help="an earlier --format json report; only what is new fails")
    parser.add_argument("--redact", action="store_true", help="leave every value out of the report")
    add_jobs(parser)
    add_now(parser)


def run(arguments: argparse.Namespace) -> int:
    """Check and report; 1 where something fails."""
    import gc
    from dataclasses import replace
    from functools import partial

    from contracts.plan import read_plan
    from simulator.checking.baseline import read_baseline
    from simulator.checking.inspection import Inspection
    from simulator.checking.item_lines import with_item_lines
    from simulator.checking.making import CheckMaking
    from simulator.mapping.loading import load_mapping
    from simulator.project import read_project
    from simulator.reports import render

    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # every message makes thousands of objects, none of them in cycles
    plans = [arguments.plan] if isinstance(arguments.plan, str) else arguments.plan  # pyproject.toml may say one
    inspection = Inspection(read_project().severities())
    known = read_baseline(arguments.baseline) if arguments.baseline else ()
    mapping = load_mapping(arguments.mapping)
    start = partial(CheckMaking, mapping, [read_plan(path) for path in plans], clock(arguments))
    for part in parts(arguments, start, results_at_end=True):
        inspection.add(part)
    files = inputs(arguments)
    report = inspection.report(known=known, fail_on=arguments.fail_on)
    if not report.messages:
        raise nothing_in(files)
    report = replace(with_item_lines(report), command=_command(arguments, plans), files=tuple(files))
    if arguments.redact:
        from simulator.checking.redacting import redact_report

        report = redact_report(report)
    sys.stdout.write(render(report, arguments.format, verbosity=arguments.verbosity))
    return Exit.OK if report.passed else Exit.FAILED


def _command(arguments: argparse.Namespace, plans: list[str]) -> str:
    words = ["pointillist-sim", "check", "-"]
    for plan in plans:
        words += ["--plan", plan]
    if arguments.fail_on != "error":
        words += ["--fail-on", arguments.fail_on]
    return shlex.join([*words, *mapping_and_now(arguments)])
