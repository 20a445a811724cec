"""What changed: between two mappings over the same messages, two contracts, or two files of events.

Each of the three has a help of its own: pointillist-sim diff contract --help

Exit code 1: something changed, or for contract the verdict asked for is not compatible.

Examples:
  pointillist-sim diff mapping segment-docs shop.toml messages.jsonl
  pointillist-sim diff contract plan-main.json plan.json
  pointillist-sim diff events before.jsonl after.jsonl
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from simulator.cli.exits import Exit
from simulator.cli.inputs import add_now, clock, received, some, unnoted
from simulator.cli.parser import describe

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from contracts.compatibility import Comparison
    from simulator.comparing.diffing import KeyChanges
    from simulator.segment.message import Received

DIRECTIONS = ("backward", "forward", "both")
GENERATED = 500
"""Messages made for ``diff mapping`` where no file is given."""
_SEED = 1
_MAPPING = f"""What a change of the mapping does to the events: the keys that came, went, were renamed or retyped.

Every message is mapped with both. Without a FILE {GENERATED} generated messages are.

Exit code 1: an event changed.

Example: pointillist-sim diff mapping segment-docs shop.toml messages.jsonl
"""
_CONTRACT = """Whether a contract can be changed so: compatible, breaking, or unknown where it cannot be told.

Both are JSON Schemas or tracking plans. backward asks whether what senders sent before still passes, forward whether
what the new one allows passes the old one. Each breaking change is shown by an example.

Exit code 1: the verdict asked for is breaking or unknown.

Example: pointillist-sim diff contract plan-main.json plan.json --direction both --format json
"""
_EVENTS = """What changed between two files of events, key by key: of Pointillist events, or of transform's results.

Events are compared by messageId, else by position.

Exit code 1: an event changed.

Example: pointillist-sim diff events before.jsonl after.jsonl
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``mapping``, ``contract`` and ``events``."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="mapping|contract|events")
    mapping = kinds.add_parser("mapping", help="two mappings, over the same messages", **describe(_MAPPING))
    mapping.add_argument("old", metavar="OLD", help="a mapping file or a shipped name")
    mapping.add_argument("new", metavar="NEW", help="another")
    mapping.add_argument(
        "files", nargs="*", default=[], metavar="FILE", help=f"messages (default: {GENERATED} generated ones)"
    )
    add_now(mapping)
    contract = kinds.add_parser(
        "contract", help="two JSON Schemas or tracking plans, with a verdict", **describe(_CONTRACT)
    )
    contract.add_argument("old", metavar="OLD", help="a file or a shipped name, such as segment/track")
    contract.add_argument("new", metavar="NEW", help="what it would become")
    contract.add_argument("--direction", choices=DIRECTIONS, default="backward", help="for whom it must not break")
    events = kinds.add_parser("events", help="two files of Pointillist events", **describe(_EVENTS))
    events.add_argument("old", metavar="A", help="events or transform's output, JSON Lines")
    events.add_argument("new", metavar="B", help="the same, later")
    for kind in (mapping, contract, events):
        kind.add_argument("--format", choices=("text", "json"), default="text", help="how to report")


def run(arguments: argparse.Namespace) -> int:
    """Compare and report."""
    if arguments.kind == "contract":
        return _contract(arguments)
    changed = _mapping(arguments) if arguments.kind == "mapping" else _events(arguments)
    _write(changed, changed_text(changed) if arguments.format == "text" else None)
    return Exit.FAILED if changed.changed else Exit.OK


def _contract(arguments: argparse.Namespace) -> int:
    from simulator.plans.contract_files import compare_contracts

    compared = compare_contracts(arguments.old, arguments.new)
    text = contract_text(compared, arguments.direction) if arguments.format == "text" else None
    _write(compared, text)
    return Exit.OK if compared.holds(arguments.direction) else Exit.FAILED


def _mapping(arguments: argparse.Namespace) -> KeyChanges:
    from simulator.comparing.diffing import diff_mappings
    from simulator.mapping import load_mapping

    old, new = load_mapping(arguments.old), load_mapping(arguments.new)
    return diff_mappings(old, new, _messages(arguments), clock(arguments))


def _messages(arguments: argparse.Namespace) -> Iterator[Received]:
    from simulator.segment.reading import received_from

    if arguments.files:
        return some(received(arguments, results_at_end=True), arguments.files)
    from simulator.generator import generate

    if arguments.verbosity >= 0:
        sys.stderr.write(f"no FILE given: comparing over {GENERATED} generated messages (seed {_SEED})\n")
    return iter(received_from(generate(GENERATED, _SEED)))


def _events(arguments: argparse.Namespace) -> KeyChanges:
    from simulator.comparing.diffing import diff_events
    from simulator.segment.reading import read_messages

    lines = ([row.payload for row in unnoted(read_messages([path]))] for path in (arguments.old, arguments.new))
    return diff_events(*lines)


def _write(result: Any, text: str | None) -> None:
    import orjson

    if text is None:
        text = orjson.dumps(result.to_json(), option=orjson.OPT_APPEND_NEWLINE).decode()
    sys.stdout.write(text)


def changed_text(changed: KeyChanges) -> str:
    """Return key changes for people."""
    from simulator.comparing.differing import ABSENT
    from simulator.reports.cases import shown
    from simulator.reports.text import plural
    from simulator.text import visible

    rows = []
    for key in changed.keys:
        example = key.example
        to = f" -> {visible(example['to'])}" if "to" in example else ""
        rows.append(f"{key.kind:<8}  {visible(key.path) or '(the whole event)'}{to}  {plural(key.count, 'event')}")
        old, new = shown(example.get("old", ABSENT)), shown(example.get("new", ABSENT))
        rows.append(f"          {old} -> {new}  in {visible(example['message'])}")
    rows.append(f"{changed.changed:,} of {plural(changed.compared, 'event')} changed")
    return "\n".join(rows) + "\n"


def contract_text(compared: Comparison, direction: str) -> str:
    """Return verdicts and findings for people."""
    from simulator.comparing.differing import ABSENT
    from simulator.reports.cases import shown
    from simulator.text import visible

    meaning = {
        "backward": "what senders sent before",
        "forward": "what the new contract allows, at the old one",
    }
    rows = []
    for finding in compared.findings:
        event = f"{visible(finding.event)}  " if finding.event else ""
        doubt = "" if finding.judged else "  (could not be judged)"
        rows.append(
            f"{finding.direction}  {finding.kind}  {event}{visible(finding.path) or '(the whole contract)'}{doubt}"
        )
        if finding.old is not None or finding.new is not None:
            old = ABSENT if finding.kind.endswith("_added") else finding.old
            new = ABSENT if finding.kind.endswith("_removed") else finding.new
            rows.append(f"    {shown(old)} -> {shown(new)}")
        if finding.judged:
            side = "the new contract refuses" if finding.direction == "backward" else "the old contract refuses"
            rows.append(f"    {side}  {shown(finding.example)}")
    for name in ("backward", "forward"):
        asked = "" if direction in (name, "both") else "  (not asked)"
        rows.append(f"{name:<8}  {getattr(compared, name):<10}  {meaning[name]}{asked}")
    return "\n".join(rows) + "\n"
