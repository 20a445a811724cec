"""Transform Segment messages and deliver them to a Pointillist endpoint, as Segment would: one event a request.

Network errors, 429 and 500, 502, 503, 504 are tried again with randomised exponential backoff; everything else is
final. Messages that share a userId or an anonymousId stay in order. The token also comes from POINTILLIST_API_KEY.
Where nobody answers at all the exit code is 2.

Exit code 1: something stayed undelivered.

Example: pointillist-sim send events.jsonl --url http://127.0.0.1:8765 --token demo --speed 60
"""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from fake_pointillist.flags import above_zero
from simulator.cli.exits import Exit
from simulator.cli.inputs import add_files, add_mapping, add_now, clock, received
from simulator.cli.sending_flags import add_delivery, options_of, token_of
from simulator.errors import SimulatorError, UnreachableError
from simulator.text import shorten_end, visible
from simulator.trace import Outcome

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from simulator.delivery.sending import Sending
    from simulator.trace import Trace

LISTED = 1_000
"""Undelivered messages the JSON summary lists at most; beyond it it says how many more."""
FAILURES = (Outcome.REJECTED, Outcome.EXPIRED)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of ``send``."""
    add_files(parser)
    parser.add_argument("--url", required=True, metavar="URL", help="the endpoint, without /event")
    parser.add_argument("--token", metavar="T", help="API token; better in the environment: POINTILLIST_API_KEY")
    pace = parser.add_mutually_exclusive_group()
    pace.add_argument("--rate", type=above_zero(50), metavar="R", help="messages a second at most")
    pace.add_argument("--speed", type=above_zero(60), metavar="X", help="the recording's own timing, X times as fast")
    add_delivery(parser)
    add_mapping(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the summary")
    add_now(parser)


def run(arguments: argparse.Namespace) -> int:
    """Deliver everything; see the module for the exit codes."""
    from fake_pointillist.listening import new_event_loop

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(_send(arguments))


class Listing:
    """What the summary says of single messages."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._text = arguments.format == "text"
        self._discards = arguments.verbosity > 0
        self._quiet = arguments.verbosity < 0
        self.rows: list[dict[str, Any]] = []
        self.more = 0
        self.web_pages = 0

    def ended(self, trace: Trace) -> None:
        """Note a message that was not delivered, or so it seems; as text it is told at once."""
        for found in trace.warnings:
            if found.code == "web_page":
                self.web_pages += 1
                if self.web_pages == 1:
                    sys.stderr.write(f"pointillist-sim: warning web_page: {visible(found.message)}\n")
        if trace.outcome in FAILURES:
            row = undelivered(trace)
            if self._text:
                if not self._quiet:
                    sys.stdout.write(f"{trace.outcome:<9}  {line_of(row)}\n")
            elif len(self.rows) < LISTED:
                self.rows.append(row)
            else:
                self.more += 1
        elif trace.outcome is Outcome.DISCARDED and self._discards and self._text:
            code, message = getattr(trace.admission, "code", ""), getattr(trace.admission, "message", "")
            sys.stdout.write(f"discarded  {visible(trace.name)}  {code}: {visible(message)}\n")


def undelivered(trace: Trace) -> dict[str, Any]:
    """Return the JSON row of an undelivered message."""
    from simulator.delivery.answers import said

    last = trace.attempts[-1]
    return {
        "messageId": trace.admission.message_id,
        "index": trace.received.index,
        "outcome": str(trace.outcome),
        "attempts": len(trace.attempts),
        "status": last.status,
        "detail": said(last),
    }


def line_of(row: dict[str, Any]) -> str:
    """Return the row as text for people."""
    name = row["messageId"] or f"#{row['index'] + 1}"
    tries = f"{row['attempts']} attempt{'s' if row['attempts'] > 1 else ''}"
    status = f"[{row['status']}]" if row["status"] is not None else "[no answer]"
    return visible(f"{name}  {status} after {tries}: {shorten_end(row['detail'], 200)}")


async def _send(arguments: argparse.Namespace) -> int:
    from simulator.cli.stopping import GRACE, stopping
    from simulator.delivery import Delivery
    from simulator.delivery.pacing import AtRate, AtSpeed
    from simulator.delivery.sending import Sending, directly, from_thread

    listing = Listing(arguments)
    trouble = partial(_trouble, arguments.max_attempts > 1)
    sending = Sending(listing.ended, None if arguments.verbosity < 0 else trouble)
    delivery = Delivery(
        arguments.url,
        token_of(arguments.token),
        rng=random.SystemRandom(),
        options=options_of(arguments),
        on_attempt=sending.attempted,
        on_outcome=sending.ended,
    )
    pace = AtRate(arguments.rate) if arguments.rate else AtSpeed(arguments.speed) if arguments.speed else None
    traces = _traces(arguments)
    feed = from_thread(traces) if "-" in arguments.files or not arguments.files else directly(traces)
    failure: SimulatorError | None = None
    start = time.monotonic()
    async with delivery:
        with stopping(sending.stop.set) as asked:
            try:
                await sending.send(feed, delivery, pace)
            except SimulatorError as error:  # what was read before it still goes out
                failure = error
            left = await sending.finish(delivery, GRACE)
    if failure is None or any(delivery.counts.values()):
        _summary(arguments, sending, listing, delivery, left, time.monotonic() - start)
    if failure is not None:
        raise failure
    tried = sending.nobody_there or left or delivery.counts[Outcome.EXPIRED]
    if tried and not delivery.answered and asked.by is None:
        raise UnreachableError(f"no answer from {arguments.url}: {sending.first_error}")
    if asked.by is not None:
        return Exit.INTERRUPTED if asked.by is signal.SIGINT else Exit.FAILED
    return Exit.FAILED if left or any(delivery.counts[outcome] for outcome in FAILURES) else Exit.OK


def _trouble(again: bool, error: str) -> None:
    """Say why nothing seems to happen."""
    sys.stderr.write(f"pointillist-sim: {visible(error)}{'; trying again' if again else ''}\n")
    sys.stderr.flush()


def _traces(arguments: argparse.Namespace) -> Iterator[Trace]:
    from simulator.mapping import load_mapping
    from simulator.pipeline import traces
    from simulator.segment.admission import Admission

    mapping = load_mapping(arguments.mapping)
    return traces(received(arguments, results_at_end=True), admission=Admission(clock(arguments)), mapping=mapping)


def _summary(  # noqa: PLR0917 - all of them are what the summary is made of
    arguments: argparse.Namespace, sending: Sending, listing: Listing, delivery: Any, left: int, seconds: float
) -> None:
    counts: dict[Outcome, int] = delivery.counts
    if arguments.format == "json":
        import orjson

        summary = {
            "outcomes": {str(outcome): counts[outcome] for outcome in Outcome},
            "unfinished": left,
            "discards": dict(sending.discards.most_common()),
            "undelivered": listing.rows,
            "undelivered_more": listing.more,
            "web_pages": listing.web_pages,
            "seconds": round(seconds, 3),
        }
        sys.stdout.write(orjson.dumps(summary).decode() + "\n")
    else:
        sys.stdout.write(summary_line(counts, sending.discards, left) + f" in {seconds:.1f} s\n")
    sys.stdout.flush()


def summary_line(counts: dict[Outcome, int], discards: dict[str, int], left: int) -> str:
    """Return the counts as one line."""
    parts = [f"{outcome} {counts[outcome]}" for outcome in Outcome]
    if discards:
        parts[-1] += " (" + ", ".join(f"{code} {count}" for code, count in sorted(discards.items())) + ")"
    if left:
        parts.append(f"{left} under way and not finished")
    return ", ".join(parts)
