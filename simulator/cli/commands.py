"""The table of commands: its name, one sentence, and the module that holds it.

A command module has ``add_arguments(parser)``, ``run(arguments) -> int`` and a module docstring whose last paragraph is
the example shown by ``--help``. It is imported only when its command is asked for: start-up is a feature.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """One row: what is typed, what it does in one sentence, and the module that does it."""

    name: str
    sentence: str
    module: str


_TABLE = (
    Command("demo", "the five-act identity-stitching demo", "simulator.cli.demo"),
    Command("generate", "make realistic Segment messages, the same bytes for the same seed", "simulator.cli.generate"),
    Command("transform", "Segment messages to Pointillist events, one result a line", "simulator.cli.transform"),
    Command("check", "check messages and events against every contract", "simulator.cli.check"),
    Command("verify", "run golden fixtures {input, output}", "simulator.cli.verify"),
    Command("stitch", "who is who after these messages, and why", "simulator.cli.stitch"),
    Command("send", "transform messages and deliver them to a Pointillist endpoint", "simulator.cli.send"),
    Command("run", "the whole way headless: generate, transform, deliver, check, stitch", "simulator.cli.run"),
    Command("serve", "the fake Pointillist alone", "simulator.cli.serve"),
    Command("listen", "a Segment source for real SDKs, all the way to the fake", "simulator.cli.listen"),
    Command("diff", "what changed between two mappings, contracts or event files", "simulator.cli.diff"),
    Command("explain", "what a code means, its basis, an example, the mend", "simulator.cli.explain"),
    Command("contracts", "export our contracts, infer a plan, lint a plan or mapping", "simulator.cli.contracts"),
    Command("doctor", "what is installed, and whether anything is in the way", "simulator.cli.doctor"),
)

COMMANDS: dict[str, Command] = {row.name: row for row in _TABLE}
"""Every command by its name, in the order of the help."""
