"""Traces of a long run, small: the newest stay whole, older ones are packed a hundred and twenty-eight at a time.

A hundred thousand messages as Python dicts take more than 300 MB; packed together, where neighbours share nearly all
their keys and many values, a few hundred bytes each.
"""

from __future__ import annotations

import pickle
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.trace import Trace

CHUNK = 128
"""Traces packed together: enough to compress well, few enough to unpack within a frame."""
LATE = 1_000
"""Traces replaced after they were packed that wait to be packed again, together with others of their chunk."""


class Shelf:
    """Traces by number.

    Args:
        whole: How many of the newest stay unpacked.
        keep: How many stay at all.
    """

    def __init__(self, whole: int = 1_000, keep: int = 102_000) -> None:
        self._whole = whole
        self._keep = keep
        self._next = 0
        self._open: dict[int, Trace] = {}
        self._packed: dict[int, bytes] = {}
        self._opened: tuple[int, list[Trace]] | None = None
        self._late: dict[int, Trace] = {}

    def __len__(self) -> int:
        """How many traces there are."""
        return len(self._open) + CHUNK * len(self._packed)

    def append(self, trace: Trace) -> int:
        """Keep ``trace``; return its number, from 0."""
        number = self._next
        self._open[number] = trace
        self._next += 1
        if self._next % CHUNK == 0 and len(self._open) >= self._whole + CHUNK:
            self._pack(min(self._open) // CHUNK)
        return number

    def get(self, number: int) -> Trace | None:
        """Return the trace of ``number``, or ``None`` where it has gone."""
        trace = self._open.get(number) or self._late.get(number)
        if trace is not None:
            return trace
        chunk, place = divmod(number, CHUNK)
        return self._chunk(chunk)[place] if chunk in self._packed else None

    def put(self, number: int, trace: Trace) -> None:
        """Replace the trace of ``number`` (a late answer to a message long gone by).

        Packing a chunk takes milliseconds, and late answers come by hundreds: they wait for others of their chunk.
        """
        if number in self._open:
            self._open[number] = trace
        elif number // CHUNK in self._packed:
            self._late[number] = trace
            if len(self._late) > LATE:
                self._pack_late(next(iter(self._late)) // CHUNK)

    def clear(self) -> None:
        """Forget everything and number from 0 again."""
        self._next = 0
        self._open.clear()
        self._packed.clear()
        self._late.clear()
        self._opened = None

    def _chunk(self, chunk: int) -> list[Trace]:
        if self._opened is None or self._opened[0] != chunk:
            # Our own bytes, never anybody else's: the one use pickle is right for.
            self._opened = (chunk, pickle.loads(zlib.decompress(self._packed[chunk])))  # noqa: S301
        return self._opened[1]

    def _pack(self, chunk: int) -> None:
        first = chunk * CHUNK
        self._packed[chunk] = _pack([self._open.pop(number) for number in range(first, first + CHUNK)])
        while len(self) > self._keep and self._packed:
            gone = min(self._packed)
            del self._packed[gone]
            self._take_late(gone)

    def _pack_late(self, chunk: int) -> None:
        traces = self._chunk(chunk)
        for number, trace in self._take_late(chunk).items():
            traces[number % CHUNK] = trace
        self._packed[chunk] = _pack(traces)

    def _take_late(self, chunk: int) -> dict[int, Trace]:
        """Return what waits for a chunk, and let it wait no longer."""
        numbers = range(chunk * CHUNK, (chunk + 1) * CHUNK)
        return {number: self._late.pop(number) for number in numbers if number in self._late}


def _pack(traces: list[Trace]) -> bytes:
    return zlib.compress(pickle.dumps(traces, protocol=pickle.HIGHEST_PROTOCOL), 3)
