"""Row 10: the whole pipe over HTTP, one event a request, against the pipe as one would first write it.

``python tests/benchmarks/bench_run.py [--json FILE]``
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ratios import Ratio, in_turn, report

OURS = 10_000
NAIVE = 500


def ours() -> float:
    """Messages a second of `run`: generated, checked, mapped, delivered, stored and stitched."""
    command = [sys.executable, "-m", "simulator", "run", "-n", str(OURS), "--seed", "1", "--format", "json"]
    done = subprocess.run(command, capture_output=True, check=True)
    summary = json.loads(done.stdout)
    # Only what was delivered counts: discarded messages make no request.
    return (summary["generated"] - summary["outcomes"]["discarded"]) / summary["seconds"]


def naive() -> float:
    """Messages a second of the naive pipe."""
    command = [sys.executable, str(Path(__file__).with_name("naive_pipe.py")), str(NAIVE)]
    done = subprocess.run(command, capture_output=True, check=True)
    return NAIVE / float(done.stdout)


if __name__ == "__main__":
    rate, first = in_turn(ours, naive, runs=3)
    row = Ratio("10", "run over HTTP, one event a request", rate, first, "events/s", "more", 10, 20)
    report("the whole pipe", [row], "httpx", "uvicorn", "uvloop", "starlette", "jsonschema", "jsonschema-rs", "Faker")
