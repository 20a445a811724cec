"""Imperfections: the ways real traffic goes wrong, each with a name, and an account of every message spoiled.

The clean stream under them stays what it is: the same seed with and without ``--bad`` differs in the spoiled messages
only. What each way does to one message stands in :mod:`simulator.generator.spoilers`; here it is decided which message
meets which way, what arrives late or twice or not at all, and what the account (``--truth``) says.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.generator.clock import HOUR, SECOND
from simulator.generator.randomness import Table, exponential, stream
from simulator.generator.spoilers import SPOILERS, Finding, Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from random import Random

MAX_NAMES = 10_000
"""Names remembered, of events and their properties: a wrongly spelt one can be told apart once the right one came."""

CALLS = frozenset({"identify", "track"})
"""Only these are spoiled: the others never reach Pointillist anyway."""


@dataclass(frozen=True, slots=True)
class Spoiled:
    """One row of the account.

    Attributes:
        message_id: The message it was done to, as it stands in the clean stream.
        imperfection: Which way, a name of :data:`~simulator.generator.spoilers.SPOILERS`.
        done: What was done, in words.
        report: Codes ``check`` should report for this message; none where it cannot be seen.
        plan: Codes a check against the plan of the vocabulary reports besides.
        elsewhere: Codes that may appear on other messages because of this one.
        arrives: ``once``, ``twice`` (the row is about the second), ``late`` or ``never``.
    """

    message_id: str
    imperfection: str
    done: str
    report: tuple[str, ...]
    plan: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    arrives: str = "once"

    def to_json(self) -> dict[str, Any]:
        """Return the row as ``--truth`` writes it."""
        return {
            "messageId": self.message_id,
            "imperfection": self.imperfection,
            "done": self.done,
            "report": list(self.report),
            "plan": list(self.plan),
            "elsewhere": list(self.elsewhere),
            "arrives": self.arrives,
        }


def check_rates(bad: float, rates: Mapping[str, float]) -> None:
    """Raise a :class:`UsageError` for a rate outside 0 to 1, an unknown name, or rates above 1 together."""
    if not 0 <= bad <= 1:
        raise UsageError(f"--bad {bad}: must be from 0 to 1")
    for name, rate in rates.items():
        if name not in SPOILERS:
            raise UsageError.none_of("--imperfection", name, SPOILERS)
        if not 0 <= rate <= 1:
            raise UsageError(f"--imperfection {name}={rate}: must be from 0 to 1")
    if sum(rates.values()) + bad > 1 + 1e-9:
        raise UsageError("--bad and --imperfection: the rates must not add up to more than 1")


Timed = tuple[int, dict[str, Any], tuple[Spoiled, ...]]
"""Arrival in milliseconds, message, and the accounts to give when it is written."""


def spoil(
    messages: Iterator[tuple[int, dict[str, Any]]], seed: int | str, name: str, bad: float, rates: Mapping[str, float]
) -> Iterator[Timed]:
    """Yield the stream with some messages spoiled, in order of arrival.

    Args:
        messages: The clean stream: (arrival in milliseconds, message), in order of arrival.
        seed: Of the run.
        name: Of the scenario, to set its stream of chance apart.
        bad: Share of calls spoiled by the mix.
        rates: Share of calls spoiled in one way; a call that way does not fit is left alone.
    """
    rng = stream(seed, "imperfections", name)
    chances = [(SPOILERS[each], rate) for each, rate in rates.items()]
    mix = Table((way, way.share) for way in SPOILERS.values())
    seen: set[str] = set()
    waiting: list[tuple[int, int, dict[str, Any], Spoiled]] = []
    lost: tuple[Spoiled, ...] = ()
    count = 0
    for at, message in messages:
        while waiting and waiting[0][0] <= at:
            later, _, delayed, account = heappop(waiting)
            yield later, delayed, (account,)
        spoiled, way, finding = _try(rng, message, _ways(rng, message, chances, bad, mix), seen)
        if way is None or finding is None:
            _remember(seen, message)
            yield at, message, lost
            lost = ()
            continue
        account = _account(message, way, finding)
        if way.arrives == "never":
            lost += (account,)
            continue
        if way.arrives == "once":
            yield at, spoiled, (*lost, account)
            lost = ()
            continue
        if way.arrives == "twice":
            yield at, message, lost
            lost = ()
        count += 1
        heappush(waiting, (at + _delay(rng, way), count, spoiled, account))
    while waiting:
        later, _, delayed, account = heappop(waiting)
        yield later, delayed, (account,)


def _remember(seen: set[str], message: dict[str, Any]) -> None:
    """Remember the names of a clean call, as it is delivered."""
    if len(seen) < MAX_NAMES and message["type"] in CALLS:
        if "event" in message:
            seen.add(message["event"])
        seen.update(message.get("properties") or message.get("traits") or ())


def _try(
    rng: Random, message: dict[str, Any], ways: tuple[Way, ...], seen: set[str]
) -> tuple[dict[str, Any], Way | None, Finding | None]:
    """Spoil a copy of the message in the first way that fits."""
    for way in ways:
        spoiled = deepcopy(message)
        finding = way.apply(rng, spoiled, seen)
        if finding is not None:
            return spoiled, way, finding
    return message, None, None


def _ways(
    rng: Random, message: dict[str, Any], chances: list[tuple[Way, float]], bad: float, mix: Table[Way]
) -> tuple[Way, ...]:
    """Return the ways to try on a message, the first that fits counts; chance is drawn for every message alike."""
    draw = rng.random()
    if message["type"] not in CALLS:
        return ()
    for way, rate in chances:
        if draw < rate:
            return (way,)
        draw -= rate
    if draw < bad:
        return tuple(mix.draw(rng) for _ in range(6))
    return ()


def _delay(rng: Random, way: Way) -> int:
    if way.name == "out_of_order":
        return 5 * SECOND + int(exponential(rng, 60 * SECOND))
    if way.arrives == "twice":
        return SECOND + int(exponential(rng, 30 * SECOND))
    return HOUR + int(exponential(rng, 6 * HOUR))


def _account(message: dict[str, Any], way: Way, finding: Finding) -> Spoiled:
    return Spoiled(
        message_id=message["messageId"],
        imperfection=way.name,
        done=finding.done,
        report=finding.report,
        plan=finding.plan,
        elsewhere=finding.elsewhere,
        arrives=way.arrives,
    )
