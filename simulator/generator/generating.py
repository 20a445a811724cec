"""Generating: the arguments users give, and the stream of messages they get."""

from __future__ import annotations

from copy import deepcopy
from itertools import islice
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.generator.clock import DAY, DEFAULT_START, parse_start
from simulator.generator.journeys import shipped
from simulator.generator.population import Habits, Population

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

PEOPLE = 2_000
"""People of a run, unless said otherwise. Their number decides how much time a number of messages covers: a million
messages of 2,000 people are about half a year."""


def generate(
    n: int | None,
    seed: int | str,
    *,
    start: str | datetime = DEFAULT_START,
    days: float | None = None,
    scenarios: Sequence[str] = ("mixed",),
    people: int | None = None,
    locale: str = "en_US",
) -> Iterator[dict[str, Any]]:
    """Yield Segment messages in time order; every message is the caller's own and may be changed.

    The same arguments give the same messages, on any day, in any process and time zone.

    Args:
        n: How many messages; ``None`` for no limit.
        seed: Of everything.
        start: The first moment, ISO-8601 or a datetime (without a zone: UTC).
        days: Stop after this much simulated time.
        scenarios: Names of scenarios; several are mixed in time order.
        people: How many people; by default 2,000.
        locale: Where they live, and what they are called.

    Raises:
        UsageError: An argument that cannot be meant; lists what is known.
    """
    stream = messages(n, seed, start=start, days=days, scenarios=scenarios, people=people, locale=locale)
    return (deepcopy(message) for message in stream)


def messages(
    n: int | None,
    seed: int | str,
    *,
    start: str | datetime = DEFAULT_START,
    days: float | None = None,
    scenarios: Sequence[str] = ("mixed",),
    people: int | None = None,
    locale: str = "en_US",
) -> Iterator[dict[str, Any]]:
    """The same as :func:`generate`, faster: parts may be shared between messages, so treat them as read-only."""
    start_ms = parse_start(start)
    if people is not None and people < 1:
        raise UsageError(f"--people {people}: must be 1 or more")
    for name in scenarios:
        if name not in ("mixed", "ecommerce", "media", "saas", "mobile"):
            raise UsageError(f"--scenario {name}: must be one of mixed, ecommerce, media, saas, mobile")
    shares = {"ecommerce": 50, "saas": 22, "mobile": 20, "media": 8}
    wanted = shares if "mixed" in scenarios else scenarios
    habits = Habits(journeys=tuple((shipped(name), shares[name]) for name in wanted))
    population = Population(seed, start_ms, people or PEOPLE, locale, habits)
    end = None if days is None else start_ms + int(days * DAY)
    return islice(_until(population.messages(), end), n)


def _until(stream: Iterator[tuple[int, dict[str, Any]]], end: int | None) -> Iterator[dict[str, Any]]:
    for at, message in stream:
        if end is not None and at >= end:
            return
        yield message
