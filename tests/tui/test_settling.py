"""Starting without the garbage collector, and setting apart what stays."""

import subprocess
import sys

START = """
import gc
from simulator.tui.settling import GROWN, QUIET, Settling, put_off
before = gc.get_threshold()
by_python = gc.get_freeze_count()
settling = Settling()
"""

NOT_PUT_OFF = """
settling.begin()
settling.grow(2 * GROWN, QUIET)
assert (gc.get_threshold(), gc.get_freeze_count()) == (before, by_python)
"""

PUT_OFF = """
put_off()
assert not gc.isenabled()
settling.begin()
assert gc.isenabled() and gc.get_freeze_count() > by_python and gc.get_threshold() != before
"""

GROWING = """
put_off()
settling.begin()
def stays():
    return gc.get_freeze_count()
start = stays()
row = [[]]
settling.grow(GROWN - 1, QUIET)
settling.grow(1, 0.0)
assert stays() <= start, "somebody types"
assert any(other is row for other in gc.get_objects())
settling.grow(1, QUIET)
assert stays() > start and not any(other is row for other in gc.get_objects())
row = [[]]
settling.grow(2 * GROWN - 1, 0.0)
assert any(other is row for other in gc.get_objects())
settling.grow(1, 0.0)
assert not any(other is row for other in gc.get_objects()), "there is too much of it to wait"
"""

OTHERS = """
import asyncio
from fake_pointillist.turns import others
asyncio.run(others())
assert gc.get_freeze_count() == 0
put_off()
settling.begin()
asyncio.run(others())
assert gc.get_freeze_count() > by_python
"""


def run(*scripts):
    """Run a script in a process of its own."""
    subprocess.run([sys.executable, "-c", START + "".join(scripts)], check=True, timeout=30)


def test_nothing_happens_where_it_was_not_put_off():
    """A collector that runs is left alone."""
    run(NOT_PUT_OFF)


def test_what_is_there_at_the_start_is_never_looked_at():
    """Collecting begins again, with what is there set apart."""
    run(PUT_OFF)


def test_what_came_is_set_apart_while_nobody_types():
    """After so many messages, as soon as no key was pressed for a while, or when twice as many came."""
    run(GROWING)


def test_the_fake_inside_leaves_it_set_apart():
    """The fake's long work does not undo it, as it did: then each full collection looked at everything again."""
    run(OTHERS)
