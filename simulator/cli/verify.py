"""Run golden fixtures: JSON files {"input": <Segment message>, "output": <event> | null, "settings"?, "code"?}.

PATH is a file, or a folder below which every such file is run. A difference says which field became what, from which
value of the message, by which rule. --update rewrites the outputs that changed, and says which. --redact replaces every
value in the report, whatever its format; names and the places of files stay. The clock is --now, else settings.now,
else 2000-01-01T00:00:00Z.

Exit code 1: a fixture failed.

Example: pointillist-sim verify tests/golden --format junit > golden.xml
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.exits import Exit
from simulator.cli.inputs import add_mapping, add_now, mapping_and_now

if TYPE_CHECKING:
    import argparse

FORMATS = ("text", "json", "junit", "github", "sarif")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of ``verify``."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a fixture, or a folder of them")
    parser.add_argument("--update", action="store_true", help="rewrite the outputs that changed")
    add_mapping(parser)
    add_now(parser)
    parser.add_argument("--format", choices=FORMATS, default="text", help="how to report")
    parser.add_argument("--redact", action="store_true", help="leave every value out of the report")


def run(arguments: argparse.Namespace) -> int:
    """Run every fixture; 1 where one failed."""
    from simulator.cli.inputs import clock
    from simulator.comparing.fixtures import find, read_fixture
    from simulator.comparing.verifying import verify
    from simulator.reports.cases import render

    now = clock(arguments)() if arguments.now else None
    cases = [
        verify(read_fixture(path), mapping=arguments.mapping, now=now, update=arguments.update)
        for path in find(arguments.paths)
    ]
    if arguments.redact:
        from simulator.checking.redacting import redact_case

        cases = [redact_case(case) for case in cases]
    options = mapping_and_now(arguments)
    sys.stdout.write(render(cases, arguments.format, verbosity=arguments.verbosity, options=options))
    return Exit.FAILED if any(case.status == "failed" for case in cases) else Exit.OK
