"""Hand blocks out to worker processes and give back what they made, in the order of the input.

Each process takes whole blocks. What depends on the messages before a block is settled here, block after block: the
positions, and which messageIds came before. So any number of processes gives the result of one.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from collections import deque
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, cast

from simulator.errors import InputError, SimulatorError, WorkerEndedError
from simulator.parallel.worker import Before, Broke, Done, work
from simulator.segment.fingerprints import Fingerprints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from simulator.parallel.making import Made, Making
    from simulator.segment.blocks import Block


def made_apart(
    blocks: Iterable[Block],
    start: Callable[[], Making[Made]],
    *,
    now: Callable[[], int],
    jobs: int,
    forked: bool | None = None,
) -> Iterator[Made]:
    """Yield what ``jobs`` processes make of the blocks, in the blocks' order.

    Args:
        blocks: Of the input, in order.
        start: Makes what the messages of one process are given to. Must be picklable where processes cannot be forked.
        now: The clock, for messages without any time; microseconds since the epoch. Picklable likewise.
        jobs: How many processes.
        forked: Fork the processes, which is fast, instead of starting them anew; by default where that is safe: on
            Linux, with no other thread.

    Raises:
        SimulatorError: What reading the input raises, after everything before it.
        WorkerEndedError: A process was ended from outside.
    """
    if forked is None:
        forked = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork") if forked else multiprocessing.get_context("spawn")
    making = start()  # here as well, so that what is wrong with it is an error of this process
    begin = (lambda: making) if forked else start
    crew: list[_Worker] = []
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            inherited = (*(worker.pipe for worker in crew), ours) if forked else ()
            process = context.Process(target=work, args=(theirs, begin, now, inherited), daemon=True)
            process.start()
            theirs.close()
            crew.append(_Worker(process, ours))
        yield from _Blocks(blocks, crew).made()
    finally:
        for worker in crew:
            worker.stop()


class _Worker:
    """A worker process, seen from here, and the number of the block it has."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self._process = process
        self.pipe = pipe
        self.block = -1

    def answer(self) -> Any:
        """Return what it says next.

        Raises:
            WorkerEndedError: It is gone.
            RuntimeError: A defect of ours, with the traceback from there.
        """
        try:
            answer = self.pipe.recv()
        except (EOFError, ConnectionError):
            raise self._ended() from None
        if isinstance(answer, Broke):
            raise RuntimeError(f"in a worker process:\n{answer.trace}")  # noqa: TRY004 - a defect, whatever its type
        return answer

    def tell(self, what: Block | Before) -> None:
        """Hand it something.

        Raises:
            WorkerEndedError: It is gone.
        """
        try:
            self.pipe.send(what)
        except ConnectionError:
            raise self._ended() from None

    def _ended(self) -> WorkerEndedError:
        self._process.join()
        return WorkerEndedError(
            f"a process that read part of the input was ended (exit code {self._process.exitcode}), perhaps for want "
            "of memory; --jobs 1 does without others"
        )

    def stop(self) -> None:
        """End it; it holds nothing that could be lost."""
        self.pipe.close()
        self._process.kill()
        self._process.join()


class _Blocks:
    """The blocks under way."""

    def __init__(self, blocks: Iterable[Block], crew: list[_Worker]) -> None:
        self._blocks = iter(blocks)
        self._ended: SimulatorError | None = None
        self._more = True
        self._idle = deque(crew)
        self._busy: dict[Any, _Worker] = {}
        self._handed = 0
        self._asking: dict[int, tuple[_Worker, list[str | None]]] = {}
        self._done: dict[int, Done] = {}
        self._settled = 0
        self._messages = 0
        self._ids = Fingerprints()

    def made(self) -> Iterator[Any]:
        """Yield what is made, block after block."""
        given = 0
        self._hand_out()
        while self._busy:
            for pipe in wait(list(self._busy)):
                self._hear(self._busy[pipe])
            self._settle()
            self._hand_out()
            while given in self._done:
                made, unreadable = self._done.pop(given)
                given += 1
                yield made
                if unreadable is not None:
                    raise InputError(*unreadable)
        if self._ended is not None:
            raise self._ended

    def _hand_out(self) -> None:
        while self._idle and self._more:
            try:
                block = next(self._blocks, None)
            except SimulatorError as error:  # said once everything before it was given
                self._ended = error
                block = None
            if block is None:
                self._more = False
                return
            worker = self._idle.popleft()
            worker.block = self._handed
            self._handed += 1
            worker.tell(block)
            self._busy[worker.pipe] = worker

    def _hear(self, worker: _Worker) -> None:
        answer = worker.answer()
        if isinstance(answer, Done):
            self._done[worker.block] = answer
            self._idle.append(self._busy.pop(worker.pipe))
        else:
            self._asking[worker.block] = worker, cast("list[str | None]", answer)

    def _settle(self) -> None:
        """Tell the blocks whose predecessors have all named their ids what came before them."""
        while self._settled in self._asking:
            worker, ids = self._asking.pop(self._settled)
            is_new = self._ids.is_new
            repeated = [place for place, one in enumerate(ids) if one is not None and not is_new(one)]
            worker.tell(Before(self._messages, repeated))
            self._messages += len(ids)
            self._settled += 1
