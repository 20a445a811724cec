"""The records behind a list: appended at the end, dropped from the front, filtered by number. Pure.

A record's *number* is its position since the start and never changes; its *place* is where it stands in the list as
it is shown now. A filter is a list of numbers beside the records, so filtered and unfiltered lists share all code.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")

CHUNK = 1_000
"""Records dropped from the front at once: dropping one by one would move the whole list each time."""


class Records(Generic[T]):
    """Records of a run.

    Args:
        keep: How many records stay at most (the newest); one chunk more for a moment.
    """

    def __init__(self, keep: int = 100_000) -> None:
        self._keep = keep
        self._rows: list[T] = []
        self._base = 0
        self._shown: list[int] | None = None

    @property
    def base(self) -> int:
        """The number of the oldest record kept."""
        return self._base

    @property
    def next_number(self) -> int:
        """The number the next record gets."""
        return self._base + len(self._rows)

    @property
    def kept(self) -> int:
        """How many records there are, filtered or not."""
        return len(self._rows)

    @property
    def filtered(self) -> bool:
        """Whether a filter is in force."""
        return self._shown is not None

    def __len__(self) -> int:
        """How many records are shown."""
        return len(self._rows) if self._shown is None else len(self._shown)

    def extend(self, rows: Iterable[T]) -> int:
        """Append ``rows``; return how many old ones were dropped from the front."""
        self._rows.extend(rows)
        surplus = len(self._rows) - self._keep
        if surplus < CHUNK:
            return 0
        dropped = surplus // CHUNK * CHUNK
        del self._rows[:dropped]
        self._base += dropped
        if self._shown is not None:
            del self._shown[: bisect_left(self._shown, self._base)]
        return dropped

    def clear(self) -> None:
        """Forget all records and start numbering anew; a filter stays in force."""
        self._rows.clear()
        self._base = 0
        if self._shown is not None:
            self._shown.clear()

    def get(self, number: int) -> T | None:
        """Return the record of ``number``, or ``None`` where it has gone or is not there yet."""
        index = number - self._base
        return self._rows[index] if 0 <= index < len(self._rows) else None

    def put(self, number: int, row: T) -> None:
        """Replace the record of ``number`` where it is still kept."""
        index = number - self._base
        if 0 <= index < len(self._rows):
            self._rows[index] = row

    def at(self, place: int) -> T:
        """Return the record at ``place`` of the list as shown."""
        return self._rows[place] if self._shown is None else self._rows[self._shown[place] - self._base]

    def number_at(self, place: int) -> int:
        """Return the number of the record at ``place``."""
        return self._base + place if self._shown is None else self._shown[place]

    def place_of(self, number: int) -> int:
        """Return where ``number`` stands, or where it would stand if it is not shown."""
        if self._shown is None:
            return min(max(number - self._base, 0), len(self._rows))
        return bisect_left(self._shown, number)

    def is_shown(self, number: int) -> bool:
        """Whether the record of ``number`` is in the list as shown."""
        place = self.place_of(number)
        return place < len(self) and self.number_at(place) == number

    def show(self, numbers: Iterable[int] | None) -> None:
        """Show only ``numbers`` (ascending), or everything for ``None``."""
        self._shown = None if numbers is None else [number for number in numbers if number >= self._base]

    def show_more(self, numbers: Iterable[int]) -> None:
        """Append ``numbers`` to a filtered list."""
        if self._shown is not None:
            self._shown.extend(numbers)

    def mark(self, number: int, *, shown: bool) -> None:
        """Let a record that is kept pass a filter that is in force, or not."""
        if self._shown is None or not self._base <= number < self.next_number:
            return
        place = bisect_left(self._shown, number)
        there = place < len(self._shown) and self._shown[place] == number
        if shown and not there:
            self._shown.insert(place, number)
        elif there and not shown:
            del self._shown[place]

    def __iter__(self) -> Iterator[T]:
        """Every record kept, oldest first."""
        return iter(self._rows)

    def shown_numbers(self) -> Iterator[int]:
        """The numbers of the records as shown, in order."""
        return iter(range(self._base, self.next_number)) if self._shown is None else iter(list(self._shown))
