"""The session: the one model of the terminal UI, changed in one place.

The app owns it. Traces come in through :meth:`Session.take`; widgets read rows and immutable :class:`Counters`. Plain
Python, no widget, no clock, no socket.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from simulator.tui.records import Records
from simulator.tui.rows import Row, row_of
from simulator.tui.shelf import Shelf
from simulator.tui.signs import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contracts.violations import Violation
    from simulator.trace import Trace


@dataclass(frozen=True, slots=True)
class Counters:
    """What the top line counts.

    Attributes:
        messages: Every message of the run, those no longer kept included.
        states: How many stand where.
        merges: Merges told so far.
        failures: Messages ``e`` would stop at.
    """

    messages: int
    states: dict[State, int]
    merges: int
    failures: int


class Arrival(NamedTuple):
    """A trace that came in, or went a step further.

    Attributes:
        new: Whether the message has only just been received.
        trace: The way of the message so far.
    """

    new: bool
    trace: Trace


ANEW = Arrival(True, None)  # type: ignore[arg-type]  # the one arrival without a trace
"""In place of an arrival: the run began anew, what came before is gone."""


@dataclass(slots=True)
class CodeCount:
    """One code of the run, with how often and where first.

    Attributes:
        violation: The first one found.
        count: In how many messages.
        first: Number of the first message.
        last: Number of the last message.
    """

    violation: Violation
    count: int
    first: int
    last: int


@dataclass(slots=True)
class Session:
    """Every message of this run.

    Attributes:
        rows: One row a message, with the filter of the list.
        codes: Violations and warnings of the run by code and path.
        changed: Numbers of the rows that changed since the filter last looked; it empties the set.
        answers: How many messages were last answered what (``200``, ``503``, ``net``).
        seconds: How long the last thousand answers took.
    """

    keep: int = 100_000
    rows: Records[Row] = field(init=False)
    codes: dict[tuple[str, str], CodeCount] = field(default_factory=dict)
    changed: set[int] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    seconds: deque[float] = field(default_factory=lambda: deque(maxlen=1_000))
    _shelf: Shelf = field(init=False)
    _under_way: dict[int, tuple[int, Trace]] = field(default_factory=dict)
    _states: Counter[State] = field(default_factory=Counter)
    _merged: set[str] = field(default_factory=set)
    _merges: int = 0
    _failures: int = 0
    _by_name: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rows = Records(self.keep)
        self._shelf = Shelf(keep=self.keep + 2_000)

    @property
    def counters(self) -> Counters:
        """An immutable snapshot for the top line."""
        return Counters(self.rows.next_number, dict(self._states), self._merges, self._failures)

    def take(self, arrivals: Iterable[Arrival]) -> None:
        """Take traces in: new ones, and ones under way that went a step further."""
        fresh: list[Row] = []
        for arrival in arrivals:
            if arrival is ANEW:
                self.clear()
                fresh.clear()
                continue
            is_new, trace = arrival
            if not is_new:
                known = self._under_way.get(id(trace))
                if known is not None and known[1] is trace:  # else it had ended before its first line was drawn
                    self._update(known[0], trace, fresh)
                continue
            number = self._shelf.append(trace)
            row = row_of(trace, number, merged=trace.name in self._merged)
            fresh.append(row)
            self._by_name[row.name] = number
            self._count(row, 1)
            if row.state is State.WAITING:
                self._under_way[id(trace)] = (number, trace)
            else:
                self._file(trace, number)
        if self.rows.extend(fresh):
            self._forget_names()

    def _update(self, number: int, trace: Trace, fresh: list[Row]) -> None:
        start = self.rows.next_number
        old = self.rows.get(number) if number < start else fresh[number - start]
        row = row_of(trace, number, merged=trace.name in self._merged)
        if row.state is not State.WAITING:
            del self._under_way[id(trace)]
            self._shelf.put(number, trace)
            self._file(trace, number)
        if old is None:
            return
        self._count(old, -1)
        self._count(row, 1)
        if number < start:
            self.rows.put(number, row)
            self.changed.add(number)
        else:
            fresh[number - start] = row

    def _count(self, row: Row, by: int) -> None:
        self._states[row.state] += by
        self._failures += by if row.failed else 0

    def _file(self, trace: Trace, number: int) -> None:
        """Count what was found, by code and path, and what was answered; once a message."""
        if trace.attempts:
            last = trace.attempts[-1]
            self.answers["net" if last.status is None else str(last.status)] += 1
            if last.seconds is not None:
                self.seconds.append(last.seconds)
        found = {(item.code, item.path): item for item in findings(trace)}
        for key, item in found.items():
            entry = self.codes.get(key)
            if entry is None:
                self.codes[key] = CodeCount(item, 1, number, number)
            else:
                entry.count += 1
                entry.last = number

    def _forget_names(self) -> None:
        base = self.rows.base
        self._by_name = {name: number for name, number in self._by_name.items() if number >= base}
        self.changed = {number for number in self.changed if number >= base}

    def merged(self, names: Iterable[str]) -> None:
        """Mark the messages whose claims merged an actor, as the fake's merge log names them."""
        for name in names:
            self._merges += 1
            self._merged.add(name)
            number = self._by_name.get(name)
            row = self.rows.get(number) if number is not None else None
            if row is not None and not row.merged:
                self.rows.put(row.number, replace(row, merged=True))
                self.changed.add(row.number)

    def trace(self, number: int) -> Trace | None:
        """Return the trace of a row, or ``None`` where it is no longer kept."""
        return self._shelf.get(number)

    def number_of(self, name: str) -> int | None:
        """Return the number of the latest message called ``name``."""
        return self._by_name.get(name)

    def traces(self, numbers: Iterable[int]) -> Iterator[Trace]:
        """Yield the traces of ``numbers`` that are still kept."""
        for number in numbers:
            trace = self._shelf.get(number)
            if trace is not None:
                yield trace

    def next_failure(self, number: int, step: int) -> int | None:
        """Return the next (``step`` 1) or previous (-1) failed message as shown, or ``None``."""
        rows = self.rows
        place = rows.place_of(number)
        if step > 0 and not rows.is_shown(number):
            place -= 1
        place += step
        while 0 <= place < len(rows):
            if rows.at(place).failed:
                return rows.number_at(place)
            place += step
        return None

    def clear(self) -> None:
        """Forget the run (the tenant was reset)."""
        self.rows.clear()
        self._shelf.clear()
        self.codes.clear()
        self.changed.clear()
        self._under_way.clear()
        self._states.clear()
        self.answers.clear()
        self.seconds.clear()
        self._merged.clear()
        self._by_name.clear()
        self._merges = 0
        self._failures = 0


def findings(trace: Trace) -> list[Violation]:
    """Return what was found wrong or doubtful in a message, worst first; notes without consequence are left out.

    Violations of the contract check and of the refusal often say the same; each code and path is listed once.
    """
    found: dict[tuple[str, str], Violation] = {}
    for item in (*refusals(trace), *trace.violations, *trace.warnings, *trace.notes):
        found.setdefault((item.code, item.path), item)
    order = {"error": 0, "warning": 1, "info": 2}
    kept = (item for item in found.values() if item.code not in _NOTES)
    return sorted(kept, key=lambda item: order.get(item.severity, 3))


_NOTES = frozenset({"inferred_mapping", "null_value", "empty_value", "not_mapped", "secret_like"})
"""Said already by the rows of the mapping."""


def refusals(trace: Trace) -> list[Violation]:
    """Return the violations the last answer named (a refusal's problem document)."""
    from contracts.violations import Violation  # noqa: PLC0415 - a record, needed where an answer is refused

    body = trace.attempts[-1].body if trace.attempts else None
    listed = body.get("violations") if isinstance(body, dict) else None
    found = []
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict):
            hint = item.get("hint")
            found.append(
                Violation(
                    code=str(item.get("code", "?")),
                    severity=item.get("severity", "error"),
                    path=str(item.get("path", "")),
                    message=str(item.get("message", "")),
                    basis=item.get("basis", "ours"),
                    hint=None if hint is None else str(hint),
                )
            )
    return found
