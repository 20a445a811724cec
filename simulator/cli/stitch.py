"""Who is who after these messages: which anonymousIds belong to which userId, and why.

Every message is read as Segment would deliver it, in order of arrival, and stitched by the identity policy asked for
(first-claim by default; what Pointillist does where two users claim one anonymousId is public nowhere). --why explains
one event, one id, or why two ids are one or are not. A mapping may give the customer more identifiers than the two ids
(to = "actors.customer.email"); they join people too. Discards and warnings are results: they fail nothing.

Example: pointillist-sim generate -n 500 --seed 7 | pointillist-sim stitch --policy last-claim --format json -
"""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from fake_pointillist.flags import add_unique, whole
from simulator.cli.exits import Exit
from simulator.cli.inputs import add_files, add_mapping, add_now, add_policy, clock, received
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from fake_pointillist.identity.attribution import Options
    from simulator.stitching.spill import Spill
    from simulator.stitching.stitch import Stitching

FORMATS = ("table", "json", "jsonl", "dot", "html")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    add_files(parser)
    add_mapping(parser)
    add_policy(parser)
    parser.add_argument("--format", choices=FORMATS, default="table", help="dot and html are pictures to share")
    parser.add_argument(
        "--why",
        metavar="EVENT|ID[,ID]",
        help="explain one event, one id, or two ids; user:U, anon:A and id:email:VALUE say which kind of id",
    )
    parser.add_argument(
        "--unlink",
        action="append",
        default=[],
        metavar="USER=ANON",
        help="take a user's claims on an id (another identifier: id:email:VALUE) away at the end",
    )
    parser.add_argument("--link-on", choices=("any", "identify"), default="any", help="which events claim")
    parser.add_argument(
        "--claim-order", choices=("event-time", "arrival"), default="event-time", help="what first and last mean"
    )
    parser.add_argument("--lookback-days", type=whole(0, 30), metavar="N", help="older anonymous events are not moved")
    parser.add_argument(
        "--max-anonymous-ids",
        type=whole(1, 10),
        metavar="N",
        help="anonymousIds a user may own, its other identifiers counted in",
    )
    parser.add_argument("--on-limit", choices=("warn", "refuse"), default="warn", help="what becomes of a further id")
    add_unique(parser)
    add_now(parser)


def run(arguments: argparse.Namespace) -> int:
    """Read, stitch, show.

    Raises:
        UsageError: ``--unique`` names what cannot be unique.
        MappingError: The mapping is wrong or unknown.
    """
    from simulator.mapping.loading import load_mapping
    from simulator.segment.admission import Admission
    from simulator.stitching.spill import Spill
    from simulator.stitching.stitch import Stitching

    options = _options(arguments)
    mapping = load_mapping(arguments.mapping)
    unlinks = [_pairs(text) for text in arguments.unlink]
    lists = arguments.format in ("json", "jsonl", "html") and arguments.why is None
    with ExitStack() as stack:
        spill = stack.enter_context(Spill()) if lists else None
        asked = [arguments.why] if arguments.why else []
        stitching = Stitching(arguments.policy, options, mapping=mapping, spill=spill, ask=asked)
        stitching.feed(received(arguments), Admission(clock(arguments)))
        for pairs in unlinks:
            if not any(stitching.unlink(user, anon) for user, anon in pairs) and arguments.verbosity >= 0:
                user, anon = pairs[0]
                _note(f"--unlink {user}={anon}: no such claim, nothing to take away")
        stitching.finish()
        if arguments.why is not None:
            _explain(stitching, arguments.why, as_json=arguments.format in ("json", "jsonl"))
        elif spill is not None:
            _write(_rendered(arguments.format, stitching, spill))
        else:
            _say(_drawn(arguments.format, stitching))
    return Exit.OK


def _options(arguments: argparse.Namespace) -> Options:
    from fake_pointillist.identity.attribution import Options

    try:
        return Options(
            arguments.link_on,
            arguments.claim_order,
            arguments.lookback_days,
            arguments.max_anonymous_ids,
            arguments.on_limit,
            arguments.unique,
        )
    except ValueError as error:
        raise UsageError(str(error)) from error


def _rendered(form: str, stitching: Stitching, spill: Spill) -> Iterator[bytes]:
    if form == "html":
        from simulator.stitching.views.as_html import page

        return (piece.encode() for piece in page(stitching, spill))
    from simulator.stitching.views import as_json

    return as_json.chunks(stitching, spill) if form == "json" else as_json.lines(stitching, spill)


def _drawn(form: str, stitching: Stitching) -> Iterator[str]:
    if form == "dot":
        from simulator.stitching.views.as_dot import graph

        return graph(stitching)
    from shutil import get_terminal_size

    from simulator.stitching.views.as_table import table

    return table(stitching, get_terminal_size().columns if sys.stdout.isatty() else None)


def _explain(stitching: Stitching, subject: str, *, as_json: bool) -> None:
    from simulator.stitching.views.reasons import brief, explained

    why = explained(stitching, subject)
    if as_json:
        import orjson

        _write(iter([orjson.dumps(why.to_json(), option=orjson.OPT_APPEND_NEWLINE)]))
        return
    from fake_pointillist.identity.why import why_text
    from simulator.text import visible

    _say(visible(line) for line in why_text(brief(why)).split("\n"))


def _pairs(text: str) -> Sequence[tuple[str, str]]:
    """Return the pairs ``USER=ANON`` may mean; an id may hold an equals sign, so there can be several.

    Raises:
        UsageError: There is no equals sign with something on both sides.
    """
    parts = text.split("=")
    pairs = [("=".join(parts[:at]), "=".join(parts[at:])) for at in range(1, len(parts))]
    pairs = [(user, anon) for user, anon in pairs if user and anon]
    if not pairs:
        raise UsageError(f"--unlink {text}: write USER=ANON, a userId and an anonymousId")
    return pairs


def _note(text: str) -> None:
    from simulator.text import visible

    sys.stderr.write(f"pointillist-sim: {visible(text)}\n")


def _write(pieces: Iterator[bytes]) -> None:
    held = bytearray()
    for piece in pieces:
        held += piece
        if len(held) > 1 << 16:
            sys.stdout.buffer.write(held)
            held = bytearray()
    sys.stdout.buffer.write(held)
    sys.stdout.buffer.flush()


def _say(lines: Iterator[str]) -> None:
    _write(f"{line}\n".encode() for line in lines)
