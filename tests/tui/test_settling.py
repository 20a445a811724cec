"""Starting without the garbage collector."""

import subprocess
import sys

SCRIPT = """
import gc
from simulator.tui.settling import collect_from_now_on, put_off
before = gc.get_threshold()
collect_from_now_on()
assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
put_off()
assert not gc.isenabled()
collect_from_now_on()
assert gc.isenabled() and gc.get_freeze_count() > 0 and gc.get_threshold() != before
"""


def test_collecting_begins_again_and_only_where_it_was_put_off():
    """What is there then is never looked through again."""
    subprocess.run([sys.executable, "-c", SCRIPT], check=True, timeout=30)
