"""How many processes the suite runs in."""

import pytest


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers():
    """Half as many again as there are cores: a third of the suite's time is waiting, for sockets and for processes."""
    cores = yield
    return cores + cores // 2
