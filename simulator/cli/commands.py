"""The table of commands, in the order of the help: a command's name and what it does, in one sentence.

``name`` lives in the module ``simulator.cli.name``, which has ``add_arguments(parser)``, ``run(arguments) -> int`` and
a docstring of the shape :func:`simulator.cli.parser.describe` reads. It is imported only when its command is asked for:
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
    "contracts": "export our contracts, infer a plan, lint a plan or mapping, redact",
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
  FILE             open these recordings instead of generating
  --seed S         seed of the generator (default: 42)
  --rate R         messages a second (default: 20)
  --scenario NAME  what the generator plays; repeatable (default: mixed)
  --mapping M      a mapping file, or segment-docs, typed, device-plus (default: segment-docs)
  --policy P       identity policy: first-claim, last-claim, split, previous-only, quarantine, graph
                   (default: first-claim)
  --unique NAMES   identifiers beside userId that a person has one of: email,customerId (default: userId only)
  --paused         start paused
  --attach URL     show a fake that runs elsewhere; nothing is generated
  --token T        its tenant (default: demo; with --attach POINTILLIST_API_KEY)
  --screen NAME    first screen: live, identity, edit, demo (default: live)
  --act N          first act of the demo (default: 1)
  --theme NAME     colours: dark, light, ansi-dark, ansi-light; ansi-* follow the terminal's (default: dark)
  --ascii          plain signs, for fonts and terminals without the others
  --web            serve the same UI to a browser here (extra: web)
  --web-port PORT  port of --web (default: 8000)

options of every command:
  -h, --help       this help; every command has its own, with an example
  -q, --quiet      no notes, no progress
  -v, --verbose    say more
  --version        the version
  --print-completion bash|zsh|tcsh

exit codes: 0 done; 1 something it checked failed; 2 could not do it; 130 Ctrl-C

examples:
  pointillist-sim --seed 7 --rate 50
  pointillist-sim generate -n 3 --seed 1 | pointillist-sim transform --format text
"""
