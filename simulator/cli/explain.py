"""What a code means, how much it weighs where, what the rule rests on, an example, and how to mend it.

Without CODE it lists every code there is with its sentence. Codes stand in every finding, note and answer. What the
project's own table makes of a code in check ([tool.pointillist-simulator.severity]) is said too.

Example: pointillist-sim explain type_flips
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.exits import Exit
from simulator.project import TABLE

if TYPE_CHECKING:
    import argparse

    from contracts.codes import Code
    from simulator.checking.code_weights import Weight

_SEVERITIES = {
    "error": "error: the data was refused or discarded, or a contract is broken",
    "warning": "warning: the data was kept, but changed or doubtful",
    "info": "info: good to know",
}
_BASES = {
    "seed": "Segment's Pointillist Destination page says so",
    "fact": "seen in another public source",
    "inferred": "our reading of public evidence; Pointillist may behave differently",
    "ours": "a choice of this product; nothing public settles it",
    "plan": "your own tracking plan or mapping",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of ``explain``."""
    parser.add_argument("code", nargs="?", metavar="CODE", help="such as no_user_anon_id; without it all are listed")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def run(arguments: argparse.Namespace) -> int:
    """Print one code, or all."""
    import orjson

    from contracts.codes import CODES
    from simulator.checking.code_examples import EXAMPLES
    from simulator.checking.code_weights import WEIGHTS
    from simulator.errors import UsageError
    from simulator.project import read_project

    if arguments.code is None:
        rows = list(CODES.values())
    elif arguments.code in CODES:
        rows = [CODES[arguments.code]]
    else:
        import difflib

        same = [code for code in CODES if code.casefold() == arguments.code.casefold()]
        near = same or difflib.get_close_matches(arguments.code, CODES, 3, 0.7)
        told = f"did you mean {' or '.join(near)}?" if near else "'pointillist-sim explain' lists all codes"
        raise UsageError(f"no code {arguments.code!r}; {told}")
    if arguments.format == "json":
        records = [
            {
                **row._asdict(),
                "elsewhere": [weight._asdict() for weight in WEIGHTS.get(row.code, ())],
                "example": EXAMPLES.get(row.code),
            }
            for row in rows
        ]
        document = records[0] if arguments.code is not None else records
        sys.stdout.write(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE).decode())
    elif arguments.code is None:
        width = max(len(row.code) for row in rows)
        sys.stdout.write("".join(f"{row.code:<{width}}  {row.severity:<7}  {row.sentence}\n" for row in rows))
    else:
        own = read_project().severities().get(rows[0].code)
        sys.stdout.write(_told(rows[0], WEIGHTS.get(rows[0].code, ()), own, EXAMPLES.get(rows[0].code)))
    return Exit.OK


def _told(row: Code, weights: tuple[Weight, ...], own: str | None, example: str | None) -> str:
    lines = [row.code, f"    {row.sentence}", "", f"severity  {_SEVERITIES[row.severity]}"]
    lines += [f"          {severity}: {where}" for severity, where in weights]
    if own is not None:
        lines.append(f"          {own}: in this project's check, by [tool.{TABLE}.severity]")
    lines.append(f"basis     {row.basis}: {_BASES[row.basis]}")
    if example:
        first, *more = example.splitlines()
        lines += [f"example   {first}", *(f"          {line}" for line in more)]
    lines.append(f"mend      {row.hint or 'nothing needs mending'}")
    return "\n".join(lines) + "\n"
