"""Commits: when they are carried out, and who is told."""

from __future__ import annotations

import asyncio
import threading

import pytest

from fake_pointillist.errors import StoreError
from fake_pointillist.storage.commits import SAFE, Commit, Together


def make():
    """Return a commit that is safe once carried out, and the list of times it was."""
    carried_out = []

    def carry_out():
        carried_out.append(1)
        commit.decide(None)

    commit = Commit(carry_out)
    return commit, carried_out


def test_what_needs_no_commit_is_told_at_once():
    """Nobody waits for what is safe as it is."""
    told = []
    SAFE.then(told.append)
    assert told == [None]


def test_all_that_wait_in_one_turn_of_the_loop_are_told_in_order_by_one_commit():
    """It is carried out once, after the loop has done what was ready, and everyone hears it in the order of asking."""
    told = []

    async def wait():
        commit, carried_out = make()
        for number in range(3):
            commit.then(lambda failure, number=number: told.append((number, failure)))
        assert (told, carried_out) == ([], [])
        await commit.settled()
        assert carried_out == [1]

    asyncio.run(wait())
    assert told == [(0, None), (1, None), (2, None)]


def test_answers_without_a_commit_leave_together_once_the_loop_has_done_what_was_ready():
    """Nobody is told while others still come in, then all in the order of asking, and who comes after them later."""
    told = []

    async def wait():
        together = Together()
        for number in range(3):
            together.then(SAFE, lambda failure, number=number: told.append((number, failure)))
        asyncio.get_running_loop().call_soon(together.then, SAFE, lambda failure: told.append(("later", failure)))
        assert told == []
        await asyncio.sleep(0)
        assert told == [(0, None), (1, None), (2, None)]
        await asyncio.sleep(0)

    asyncio.run(wait())
    assert told[3:] == [("later", None)]


def test_answers_that_wait_for_one_commit_are_told_of_it_alone():
    """Who waits for the next commit hears nothing of this one, and a commit lost meanwhile is no success."""
    told = []

    async def wait():
        together = Together()
        commits = [make()[0] for _ in range(2)]
        for number, commit in enumerate((*commits[:1] * 2, commits[1])):
            together.then(commit, lambda failure, number=number: told.append((number, failure)))
        commits[0].decide(None, asyncio.get_running_loop())
        assert told == [(0, None), (1, None)]
        await commits[1].settled()
        assert told[2:] == [(2, None)]
        lost = StoreError("disk full")
        commits[1].failure = lost
        together.then(commits[1], told.append)
        await asyncio.sleep(0)
        assert told[3:] == [lost]

    asyncio.run(wait())


def test_two_event_loops_wait_for_one_commit():
    """Each is told in its own thread, whichever carries it out."""
    commit, carried_out = make()
    ready = threading.Barrier(2)
    threads = []

    async def wait():
        ready.wait()
        await commit.settled()
        threads.append(threading.current_thread())

    other = threading.Thread(target=lambda: asyncio.run(wait()))
    other.start()
    asyncio.run(wait())
    other.join()
    assert set(threads) == {threading.main_thread(), other}
    assert len(carried_out) in (1, 2)


def test_a_loop_that_is_gone_keeps_nobody_else_from_being_told():
    """Who closed the loop it waited in is passed over."""
    commit, _ = make()

    async def ask():
        commit.then(lambda _: None)

    loop = asyncio.new_event_loop()
    loop.run_until_complete(ask())
    loop.close()

    async def wait():
        await commit.settled()

    asyncio.run(wait())


def test_a_lost_commit_is_an_error_for_everyone_who_asks():
    """Before it is decided or after: who waits for it gets the reason."""
    lost = StoreError("disk full")
    commit = Commit(lambda: commit.decide(lost))

    async def wait():
        for _ in range(2):
            with pytest.raises(StoreError, match="disk full"):
                await commit.settled()
        assert commit.failure is lost

    asyncio.run(wait())
