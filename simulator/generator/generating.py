"""Generating: the arguments users give, and the stream of messages they get."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from math import inf
from operator import itemgetter
from sys import maxsize
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.generator.clock import DAY, DEFAULT_START, END, parse_start
from simulator.generator.files import library_with
from simulator.generator.imperfections import check_rates, spoil
from simulator.generator.people import places
from simulator.generator.population import Population
from simulator.generator.scenarios import DEFAULT, Scene, Story
from simulator.generator.stories import tellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from os import PathLike

    from simulator.generator.imperfections import Spoiled, Timed
    from simulator.generator.scenarios import Library

PEOPLE = 2_000
"""People of a run, unless said otherwise. Their number decides how much time a number of messages covers: a million
messages of 2,000 people are about three months."""

MOST_PEOPLE = 1_000_000
"""Each takes some four kilobytes of memory from the first message on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The checked arguments of a run. :meth:`messages` can be called again and gives the same again.

    Attributes:
        n: How many messages; ``None`` for no limit.
        seed: Of everything.
        start_ms: The first moment, milliseconds since the epoch.
        end_ms: Nothing from here on.
        parts: The scenarios.
        people: How many people in all.
        locale: Where they live.
        bad: Share of messages spoiled in some way, on top of what a scenario says itself.
        imperfections: Share of messages spoiled in one named way.
    """

    n: int | None
    seed: int | str
    start_ms: int
    end_ms: int
    parts: tuple[Scene | Story, ...]
    people: int
    locale: str
    bad: float
    imperfections: Mapping[str, float]

    def timed(self, on_spoiled: Callable[[Spoiled], None] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield (arrival in milliseconds, message); nested parts may be shared between messages: treat as read-only.

        Args:
            on_spoiled: Called for every message that was spoiled on purpose, before the message is yielded.
        """
        if self.n == 0:
            return
        streams = [self._stream(part) for part in self.parts]
        # By arrival; heapq.merge keeps the order of the scenarios where two arrive in the same millisecond.
        joined = streams[0] if len(streams) == 1 else merge(*streams, key=itemgetter(0))
        end = self.end_ms
        for at, message, accounts in islice(joined, self.n):
            if at >= end:
                if end == END:
                    raise UsageError(
                        "simulated time reached the year 9990: ask for less, more --people, or an earlier --start"
                    )
                return
            if on_spoiled is not None:
                for account in accounts:
                    on_spoiled(account)
            yield at, message

    def messages(self, on_spoiled: Callable[[Spoiled], None] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the messages alone."""
        for _, message in self.timed(on_spoiled):
            yield message

    def _stream(self, part: Scene | Story) -> Iterator[Timed]:
        bad, rates = self.bad, dict(self.imperfections)
        if isinstance(part, Story):
            clean = tellings(part, self.seed, self.start_ms, self.locale)
        else:
            scenes = [each for each in self.parts if isinstance(each, Scene)]
            place = scenes.index(part)
            # Numbers go on from one population of a run to the next: e-mail addresses hold them and must differ.
            first = sum(self._count(each, scenes) for each in range(place))
            count = self._count(place, scenes)
            population = Population(
                self.seed, self.start_ms, count, self.locale, part.habits, name=part.name, first_number=first
            )
            clean = population.messages()
            bad, rates = bad or part.bad, {**part.imperfections, **rates}
        if bad or rates:
            return spoil(clean, self.seed, part.name, bad, rates)
        return ((at, message, ()) for at, message in clean)

    def _count(self, place: int, scenes: Sequence[Scene]) -> int:
        """Return how many of the people live in one of the populations: equal parts, at least one."""
        return max(1, self.people // len(scenes) + (1 if place < self.people % len(scenes) else 0))


def plan(
    n: int | None,
    seed: int | str,
    *,
    start: str | datetime = DEFAULT_START,
    days: float | None = None,
    scenarios: Sequence[str] = (DEFAULT,),
    people: int | None = None,
    locale: str = "en_US",
    bad: float = 0.0,
    imperfections: Mapping[str, float] | None = None,
    journey_files: Sequence[str | PathLike[str]] = (),
) -> Plan:
    """Check the arguments of a run; see :func:`generate` for what they mean.

    Raises:
        UsageError: An argument that cannot be meant; lists what is known.
        InputError: A journey file that cannot be used: file, key, what is allowed there.
    """
    if n is not None and not 0 <= n <= maxsize:
        raise UsageError(f"-n {n}: must be 0 or more, at most {maxsize}")
    if people is not None and not 1 <= people <= MOST_PEOPLE:
        raise UsageError(f"--people {people}: must be from 1 to {MOST_PEOPLE}")
    if days is not None and not 0 < days < inf:
        raise UsageError(f"--days {days}: must be more than 0")
    places(locale)
    rates = dict(imperfections or {})
    check_rates(bad, rates)
    library, own = library_with(journey_files)
    wanted = tuple(dict.fromkeys(scenarios or (DEFAULT,)))
    if own and wanted == (DEFAULT,):
        wanted = own
    start_ms = parse_start(start)
    return Plan(
        n=n,
        seed=seed,
        start_ms=start_ms,
        end_ms=END if days is None else min(END, start_ms + int(days * DAY)),
        parts=tuple(_scenario(library, name) for name in wanted),
        people=PEOPLE if people is None else people,
        locale=locale,
        bad=bad,
        imperfections=rates,
    )


def generate(
    n: int | None,
    seed: int | str,
    *,
    start: str | datetime = DEFAULT_START,
    days: float | None = None,
    scenarios: Sequence[str] = (DEFAULT,),
    people: int | None = None,
    locale: str = "en_US",
    bad: float = 0.0,
    imperfections: Mapping[str, float] | None = None,
    journey_files: Sequence[str | PathLike[str]] = (),
) -> Iterator[dict[str, Any]]:
    """Yield Segment messages in order of arrival; every message is the caller's own and may be changed.

    The same arguments give the same messages: on any day, in any process and time zone, whatever ``PYTHONHASHSEED``.
    Only names and streets depend on the version of faker.

    Args:
        n: How many messages; ``None`` for no limit.
        seed: Of everything.
        start: The first moment, ISO-8601 or a datetime (without a zone: UTC).
        days: Stop after this much simulated time.
        scenarios: Names of scenarios; several are mixed by time.
        people: How many people; by default 2,000.
        locale: Where they live, and what they are called.
        bad: Share of messages spoiled on purpose, 0 to 1.
        imperfections: Share of messages spoiled in one named way.
        journey_files: Files with journeys and scenarios of one's own; without ``scenarios`` these are played.

    Raises:
        UsageError: An argument that cannot be meant; lists what is known.
        InputError: A journey file that cannot be used: file, key, what is allowed there.
    """
    checked = plan(
        n,
        seed,
        start=start,
        days=days,
        scenarios=scenarios,
        people=people,
        locale=locale,
        bad=bad,
        imperfections=imperfections,
        journey_files=journey_files,
    )
    return (deepcopy(message) for message in checked.messages())


def _scenario(library: Library, name: str) -> Scene | Story:
    try:
        return library.scenario(name)
    except KeyError:
        raise UsageError.none_of("--scenario", name, library.rows) from None


def catalogue(journey_files: Sequence[str | PathLike[str]] = ()) -> tuple[Scene | Story, ...]:
    """Return every scenario there is, in the order of ``--list``.

    Raises:
        InputError: A journey file that cannot be used.
    """
    library, _ = library_with(journey_files)
    return tuple(library.scenario(name) for name in library.rows)
