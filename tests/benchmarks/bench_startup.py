"""Row 1: help, version and a usage error against a bare interpreter."""

from __future__ import annotations

import sys
from pathlib import Path

from ratios import Ratio, in_turn, process_seconds, report

SIM = str(Path(sys.executable).with_name("pointillist-sim"))


def main() -> None:
    """Measure three ways of asking little."""
    bare = process_seconds([sys.executable, "-c", "pass"])
    rows = []
    for what in (["--help"], ["--version"], ["transform", "--help"], ["transform", "--no-such-flag"]):
        ours, baseline = in_turn(process_seconds([SIM, *what]), bare, runs=21)
        rows.append(Ratio("1", "pointillist-sim " + " ".join(what), ours, baseline, "s", "less", 4, 2))
    report("Start-up", rows)


if __name__ == "__main__":
    main()
