"""The table of commands, in the order of the help: a command's name and what it does, in one sentence.

``name`` lives in the module ``simulator.cli.name``, which has ``add_arguments(parser)``, ``run(arguments) -> int`` and
a docstring whose last paragraph is the example shown by ``--help``. It is imported only when its command is asked for:
start-up is a feature.
"""

from __future__ import annotations

COMMANDS: dict[str, str] = {
    "demo": "the five-act identity-stitching demo",
    "generate": "make realistic Segment messages, the same bytes for the same seed",
    "transform": "Segment messages to Pointillist events, one result a line",
    "check": "check messages and events against every contract",
    "verify": "run golden fixtures {input, output}",
    "stitch": "who is who after these messages, and why",
    "send": "transform messages and deliver them to a Pointillist endpoint",
    "run": "the whole way headless: generate, transform, deliver, check, stitch",
    "serve": "the fake Pointillist alone",
    "listen": "a Segment source for real SDKs, all the way to the fake",
    "diff": "what changed between two mappings, contracts or event files",
    "explain": "what a code means, its basis, an example, the mend",
    "contracts": "export our contracts, infer a plan, lint a plan or mapping",
    "doctor": "what is installed, and whether anything is in the way",
}


def top_help() -> str:
    """Return the help of the bare command: what it opens, and every other command in one sentence."""
    width = max(map(len, COMMANDS))
    rows = "\n".join(f"  {name:<{width}}  {sentence}" for name, sentence in COMMANDS.items())
    return _TOP.format(rows=rows)


_TOP = """\
usage: pointillist-sim [FILE ...] [options]
       pointillist-sim COMMAND ... [--help]

Send Segment messages to Pointillist, without Pointillist: preview the mapping, check contracts,
watch anonymousIds merge into userIds. Nothing leaves this machine unless you name another endpoint.

Without a command it opens the terminal UI, with a fake Pointillist and a Segment source started inside.

commands:
{rows}

options of the terminal UI:
  FILE              open a recording instead of generating
  --seed S          seed of the generator
  --rate R          messages a second
  --mapping M       a mapping file, or segment-docs, typed, device-plus
  --policy P        identity policy: first-claim, last-claim, split, previous-only, quarantine, graph
  --paused          start paused
  --ascii           plain signs
  -h, --help        this help; every command has its own
  --version         the version
  --print-completion bash|zsh|tcsh

example:
  pointillist-sim generate -n 3 --seed 1 | pointillist-sim transform -
"""
