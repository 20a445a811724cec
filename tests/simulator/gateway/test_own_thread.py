import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.gateway.own_thread import OwnThread


async def serving(ready, stopping):
    """Run until it shall end."""
    ready.set_result(None)
    await stopping.wait()


async def failing(ready, stopping):
    """Fail once it is ready."""
    ready.set_result(None)
    raise OSError("the disk is gone")


async def answer():
    """Something to ask for."""
    return 42


def test_what_is_called_runs_in_its_loop_while_it_runs():
    """Before it is started and after it was stopped a call says that it is not running; a second stop does nothing."""
    thread = OwnThread("worker", serving, None)
    for running in (False, True, False):
        if running:
            thread.start()
            assert thread.call(answer()).result(20) == 42
            thread.stop()
            thread.stop()
        else:
            with pytest.raises(RuntimeError, match="the worker is not running"):
                thread.call(answer())


def test_what_it_fails_by_before_it_is_ready_is_raised_by_start():
    """Nothing of it is left running."""

    async def refusing(ready, stopping):
        raise OSError("the port is taken")

    thread = OwnThread("worker", refusing, None)
    with pytest.raises(OSError, match="the port is taken"):
        thread.start()
    assert "worker" not in {running.name for running in threading.enumerate()}


@pytest.mark.parametrize("ask", [OwnThread.stop, lambda thread: thread.call(answer())], ids=["stop", "call"])
def test_who_asks_while_it_fails_is_told_why(ask):
    """Its loop is closed before its thread is over; who asks in between is told the reason, not of a loop."""
    failed, may_end = threading.Event(), threading.Event()

    def hold():
        failed.set()
        may_end.wait(20)

    thread = OwnThread("worker", failing, hold)
    thread.start()
    assert failed.wait(20)
    with ThreadPoolExecutor() as pool:
        told = pool.submit(ask, thread)
        may_end.set()
        with pytest.raises(OSError, match="the disk is gone"):
            told.result(20)
