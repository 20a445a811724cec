"""The measuring all benchmarks share: two things in turn in one run, medians and their ratio, printed and as JSON.

Machines drift by the hour, so a benchmark never judges an absolute figure: it runs a baseline beside ours, A B A B ...,
and reports the ratio. Run one as ``python tests/benchmarks/bench_startup.py [--json FILE]``.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Ratio:
    """One row: a figure of ours against a baseline of the same run.

    ``better`` says which way is good: ``less`` (ours / baseline should be small) or ``more`` (ours should be many
    times the baseline, both being rates).
    """

    target: str
    what: str
    ours: float
    baseline: float
    unit: str
    better: str
    must: float
    goal: float

    @property
    def ratio(self) -> float:
        """Ours over the baseline."""
        return self.ours / self.baseline

    @property
    def verdict(self) -> str:
        """How the ratio stands to the targets of a release, in a word."""
        if self.better == "less":
            return "goal" if self.ratio <= self.goal else "must" if self.ratio <= self.must else "missed"
        return "goal" if self.ratio >= self.goal else "must" if self.ratio >= self.must else "missed"


def in_turn(ours: Callable[[], float], baseline: Callable[[], float], runs: int = 7) -> tuple[float, float]:
    """Run both in turn and return their medians; each returns its own figure. One warm-up of each is not counted."""
    ours(), baseline()
    pairs = [(ours(), baseline()) for _ in range(runs)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def process_seconds(command: Sequence[str], **options) -> Callable[[], float]:
    """Return a function that runs a command to its end and returns the wall seconds it took."""

    def run() -> float:
        start = time.perf_counter()
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
        return time.perf_counter() - start

    return run


def versions(*distributions: str) -> dict[str, str]:
    """The versions a figure was measured with."""
    found = {"python": platform.python_version()}
    for name in distributions:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def report(title: str, rows: Sequence[Ratio], *distributions: str) -> None:
    """Print the rows as a table; ``--json FILE`` on the command line also writes them."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--json", help="also write the figures to this file")
    arguments, _ = parser.parse_known_args()
    print(f"{title}   {versions(*distributions)}")
    for row in rows:
        sign = "<=" if row.better == "less" else ">="
        print(
            f"  {row.target:<4} {row.what:<52} {row.ours:>12,.4g} against {row.baseline:>12,.4g} {row.unit:<9}"
            f" {row.ratio:>8.2f}x  (must {sign} {row.must}x, goal {sign} {row.goal}x): {row.verdict}"
        )
    if arguments.json:
        figures = [asdict(row) | {"ratio": row.ratio, "verdict": row.verdict} for row in rows]
        document = {"title": title, "versions": versions(*distributions), "rows": figures}
        Path(arguments.json).write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    sys.stdout.flush()
