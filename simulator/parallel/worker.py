"""One of several processes that read an input: it takes a block the whole way, but for what the other blocks decide.

What was before a block only the process that hands the blocks out knows. So the two talk twice a block::

    <- Block
    -> the messageIds of what was admitted, one entry a message
    <- Before: the position of the block's first message, and which of its messages are duplicates
    -> Done: what was made of it, and what could not be read
"""

from __future__ import annotations

import signal
import traceback
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import InputError
from simulator.parallel.making import TOGETHER
from simulator.segment.admission import Admission
from simulator.segment.message import Admitted, Received
from simulator.segment.reading import read_block
from simulator.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

    from simulator.parallel.making import Making
    from simulator.segment.blocks import Block
    from simulator.segment.reading import Read


class Before(NamedTuple):
    """What came before a block.

    Attributes:
        messages: How many messages.
        repeated: Places in the block, from 0, of messages whose id was admitted before.
    """

    messages: int
    repeated: Sequence[int]


class Done(NamedTuple):
    """What became of a block.

    Attributes:
        made: What the command makes of its messages.
        unreadable: Place and reason where a line could not be read; ``made`` is of what stands before it.
    """

    made: Any
    unreadable: tuple[str, str] | None


class Broke(NamedTuple):
    """A defect of ours, as the traceback in the other process."""

    trace: str


def work(
    pipe: Connection, start: Callable[[], Making[Any]], now: Callable[[], int], inherited: Sequence[Connection] = ()
) -> None:
    """Take blocks until there are no more: what a worker process does.

    Args:
        pipe: To who hands the blocks out.
        start: Makes what messages are given to.
        now: The clock, for messages without any time; microseconds since the epoch.
        inherited: The other ends of pipes that forking brought along. While one is open here, its reader would wait
            for ever should the process that hands out be killed.
    """
    for end in inherited:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; who hands out says when it is over
    try:
        worker = _Worker(pipe, start(), now)
        while True:
            worker.take(pipe.recv())
    except (EOFError, ConnectionError):
        return
    except Exception:  # noqa: BLE001 - told to the other side, which raises it
        pipe.send(Broke(traceback.format_exc()))


class _Worker:
    def __init__(self, pipe: Connection, making: Making[Any], now: Callable[[], int]) -> None:
        self._pipe = pipe
        self._making = making
        self._first = Admission(now, seen=_Never())
        self._repeated = Admission(now, seen=_Always())

    def take(self, block: Block) -> None:
        read, unreadable = _read(block)
        answers = [self._first.admit(value) for value, _, _ in read]
        self._pipe.send([answer.message_id if isinstance(answer, Admitted) else None for answer in answers])
        before: Before = self._pipe.recv()
        for place in before.repeated:
            answers[place] = self._repeated.admit(read[place][0])
        ways = [
            Trace(Received(position, value, origin, None, notes), answer)
            for position, (value, origin, notes), answer in zip(count(before.messages), read, answers, strict=False)
        ]
        for at in range(0, len(ways), TOGETHER):
            self._making.take(ways[at : at + TOGETHER])
        self._pipe.send(Done(self._making.give(), unreadable))


def _read(block: Block) -> tuple[list[Read], tuple[str, str] | None]:
    read: list[Read] = []
    try:
        read.extend(read_block(block))
    except InputError as error:
        return read, (error.where, error.what)
    return read, None


class _Never:
    """Message ids of a run in which none comes twice."""

    def __contains__(self, message_id: object) -> bool:
        return False

    def add(self, message_id: str) -> None:
        """Keep nothing: the ids are remembered where all blocks meet."""


class _Always(_Never):
    """Message ids of a run in which every one has come before."""

    def __contains__(self, message_id: object) -> bool:
        return True
