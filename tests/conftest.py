"""What holds for the whole suite: how many processes it runs in, and that Ctrl-C reaches the processes it starts."""

import signal

import pytest


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Twice as many as there are cores: half of the suite's time is waiting, for sockets, processes and repaints."""
    cores = yield
    return 2 * cores


def pytest_configure():
    """A shell's background jobs ignore SIGINT, and so does what they start: a test of Ctrl-C would wait for ever."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
