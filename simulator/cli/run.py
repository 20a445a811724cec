"""The whole way headless: generate, map, check, deliver over real HTTP to a fake started for the run, stitch.

--fault orders failures from the fake, as POST /_fake/faults takes them: when (next=N, every=N, or rate=P), and what
(status, retry_after, latency_ms, drop=before or drop=after, body): status=503,every=10 or drop=after,rate=0.05.

Exit code 1: a message stayed undelivered, was lost, or broke a contract.

Example: pointillist-sim run -n 2000 --seed 1 --fault status=503,every=10
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shlex
import signal
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from fake_pointillist.flags import above_zero, add_unique, whole
from simulator import clocks
from simulator.cli.exits import Exit
from simulator.cli.generate import add_generator_arguments, plan_of
from simulator.cli.inputs import add_mapping, add_policy
from simulator.cli.progress import is_watched, shown
from simulator.cli.sending_flags import add_delivery, options_of
from simulator.errors import UsageError
from simulator.trace import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.fake_client import Summary
    from simulator.generator import Plan
    from simulator.trace import Trace

FAULT_KEYS = "when: next, every or rate (with seed); what: status, retry_after, latency_ms, drop or body"
TENANT = "run"
"""The tenant of the run; its fake lives and dies with it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags of ``run``."""
    parser.add_argument("-n", type=whole(1, 1000), default=1_000, metavar="N", help="how many messages")
    add_generator_arguments(parser)
    parser.add_argument("--rate", type=above_zero(50), metavar="R", help="messages a second at most")
    add_delivery(parser)
    add_mapping(parser)
    add_policy(parser)
    add_unique(parser)
    parser.add_argument(
        "--fault",
        action="append",
        type=fault,
        default=[],
        metavar="SPEC",
        help="let posts of events fail: status=503,every=10; repeatable",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print the summary")


def fault(text: str) -> dict[str, Any]:
    """Read ``status=503,every=10`` as the body of ``POST /_fake/faults``."""
    import orjson

    spec: dict[str, Any] = {}
    for part in text.split(","):
        key, equals, value = part.partition("=")
        if not key or not equals or not value:
            raise argparse.ArgumentTypeError(f"{part!r} is not KEY=VALUE; write it like status=503,every=10")
        try:
            spec[key.strip()] = orjson.loads(value)
        except orjson.JSONDecodeError:
            spec[key.strip()] = value.strip()
    return spec


class Done(NamedTuple):
    """What the run came to, on our side and on the fake's."""

    generated: int
    violations: int
    outcomes: dict[Outcome, int]
    left: int
    summary: Summary
    seconds: float
    stopped: signal.Signals | None


def run(arguments: argparse.Namespace) -> int:
    """Run, print the summary, and judge."""
    from fake_pointillist.listening import new_event_loop
    from simulator.fake_client.process import FakeProcess

    plan = plan_of(arguments, arguments.n)
    with FakeProcess(policy=arguments.policy, options={"unique": arguments.unique}) as fake:
        _order_faults(fake.url, arguments.fault)
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            done = runner.run(_run(arguments, plan, fake.url))
    lost = _lost(done)
    _print(arguments, done)
    if lost:
        sys.stderr.write(f"pointillist-sim: {lost}\n")
    if done.stopped is not None:
        return Exit.INTERRUPTED if done.stopped is signal.SIGINT else Exit.FAILED
    failed = done.outcomes[Outcome.REJECTED] + done.outcomes[Outcome.EXPIRED]
    return Exit.FAILED if failed or done.left or done.violations or lost else Exit.OK


def _order_faults(url: str, faults: list[dict[str, Any]]) -> None:
    if not faults:
        return
    from simulator.fake_client import FakeApiError, FakeClient

    with FakeClient(url, TENANT) as client:
        for spec in faults:
            try:
                client.add_fault(**spec)
            except FakeApiError as error:
                detail = error.problem.get("detail", str(error))
                raise UsageError(f"--fault {_spec(spec)}: {detail}; {FAULT_KEYS}") from error


async def _run(arguments: argparse.Namespace, plan: Plan, url: str) -> Done:
    from simulator.cli.stopping import GRACE, stopping
    from simulator.delivery import Delivery
    from simulator.delivery.pacing import AtRate
    from simulator.delivery.sending import Sending, directly
    from simulator.fake_client import AsyncFakeClient

    sending = Sending()
    delivery = Delivery(
        url,
        TENANT,
        rng=random.Random(str(arguments.seed)),
        options=options_of(arguments),
        on_attempt=sending.attempted,
        on_outcome=sending.ended,
    )
    counting = _Counting(arguments, plan)
    start = time.perf_counter()
    async with delivery:
        with stopping(sending.stop.set) as asked:
            pace = AtRate(arguments.rate) if arguments.rate else None
            await sending.send(directly(counting.traces()), delivery, pace)
            left = await sending.finish(delivery, GRACE)
    seconds = time.perf_counter() - start
    async with AsyncFakeClient(url, TENANT) as client:
        summary = await client.summary()
    # Whoever is stopped may hold one message more that was made and never sent.
    generated = counting.generated if asked.by is None else sum(delivery.counts.values()) + left
    return Done(generated, counting.violations, delivery.counts, left, summary, seconds, asked.by)


class _Counting:
    """The messages of the run on their way, counted."""

    def __init__(self, arguments: argparse.Namespace, plan: Plan) -> None:
        from simulator.checking.contract_checks import ContractChecks
        from simulator.mapping import load_mapping
        from simulator.segment.admission import Admission

        self.generated = 0
        self.violations = 0
        self._messages = shown(plan.messages(), plan.n) if is_watched(arguments) else plan.messages()
        self._admission = Admission(clocks.system)
        self._mapping = load_mapping(arguments.mapping)
        self._checks = ContractChecks(now=clocks.system)

    def traces(self) -> Iterator[Trace]:
        """Yield the traces, checked. A discard alone is no violation here: the outcomes count it."""
        from simulator.pipeline import trace_one
        from simulator.segment.message import Received

        for index, payload in enumerate(self._messages):
            received = Received(index, payload, "generator")
            trace = trace_one(received, admission=self._admission, mapping=self._mapping, checks=self._checks)
            self.generated += 1
            if trace.violations and trace.mapped is not None:
                self.violations += sum(found.severity == "error" for found in trace.violations)
            yield trace


def _lost(done: Done) -> str:
    """Compare both sides' counts; return what does not add up, or nothing."""
    events, outcomes = done.summary["events"], done.outcomes
    ended = sum(outcomes.values()) + done.left
    if ended != done.generated:
        return f"{done.generated} messages were generated and {ended} accounted for"
    delivered = outcomes[Outcome.DELIVERED] + outcomes[Outcome.DUPLICATE]
    # An expired or unfinished message may have been stored by an attempt whose answer was lost.
    unsure = outcomes[Outcome.EXPIRED] + done.left
    if not delivered <= events["accepted"] <= delivered + unsure:
        return f"{delivered} messages were delivered and the fake holds {events['accepted']}"
    return ""


def _spec(spec: dict[str, Any]) -> str:
    return ",".join(f"{key}={value}" for key, value in spec.items())


def _command(arguments: argparse.Namespace) -> str:
    """Return the command that repeats the run; what is at its default is left out."""
    words = ["pointillist-sim", "run", "-n", str(arguments.n), "--seed", str(arguments.seed)]
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    for action in parser._actions:  # noqa: SLF001 - there is no public list
        value = getattr(arguments, action.dest, action.default)
        if action.dest in ("n", "seed", "format") or value in (action.default, None, []):
            continue
        for one in value if isinstance(value, list) else [value]:
            words += [action.option_strings[0], _typed(one)]
    return shlex.join(words)


def _typed(value: Any) -> str:
    """Return a flag's value as one types it."""
    if isinstance(value, dict):
        return _spec(value)
    if isinstance(value, tuple):
        return ",".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _print(arguments: argparse.Namespace, done: Done) -> None:
    events, actors = done.summary["events"], done.summary["actors"]
    if arguments.format == "json":
        import orjson

        line = {
            "generated": done.generated,
            "outcomes": {str(outcome): done.outcomes[outcome] for outcome in Outcome},
            "events": events,
            "actors": actors,
            "merges": done.summary["merges"],
            "violations": done.violations,
            "seconds": round(done.seconds, 3),
            "seed": arguments.seed,
            "command": _command(arguments),
        }
        sys.stdout.write(orjson.dumps(line).decode() + "\n")
        return
    outcomes = ", ".join(f"{outcome} {done.outcomes[outcome]}" for outcome in Outcome)
    more = f", {done.left} under way and not finished" if done.left else ""
    rate = done.generated / done.seconds if done.seconds else 0.0
    sys.stdout.write(
        f"generated  {done.generated}, seed {arguments.seed}\n"
        f"outcomes   {outcomes}{more}\n"
        f"events     accepted {events['accepted']}, refused {events['refused']}, duplicates {events['duplicates']}\n"
        f"actors     known {actors['known']}, anonymous {actors['anonymous']}, merges {done.summary['merges']},"
        f" conflicts {done.summary['conflicts']}\n"
        f"contracts  {done.violations} violations\n"
        f"time       {done.seconds:.2f} s, {rate:,.0f} messages a second\n"
        f"repeat     {_command(arguments)}\n"
    )
