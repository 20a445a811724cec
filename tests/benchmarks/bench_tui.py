"""Row 2 and the figures of the terminal UI, in a pseudo-terminal: its start, leaving it, and its keys under load.

Load is 100,000 messages that went the whole way, and 500 a second on top. ``--messages N`` and ``--rate R`` for others.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path

from pty_run import Terminal
from ratios import Ratio, in_turn, report

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("ready")
    def key_q(self):
        self.exit()
Empty().run()
"""
PAGE_UP = b"\x1b[5~"
KEYS = 40


def seconds_until(command: list[str], shown: bytes) -> float:
    """Start a program, wait until something stands on its screen, end it with ``q``; return the seconds it took."""
    start = time.perf_counter()
    terminal = Terminal(command)
    data = terminal.read(lambda data: re.search(shown, data))
    took = time.perf_counter() - start
    if not re.search(shown, data):
        raise SystemExit(f"never shown: {shown!r}")
    terminal.press(b"q")
    terminal.end()
    return took


def start_ratio(runs: int) -> Ratio:
    """Measure from the start of the process to the first delivered message, and to an empty app's first words."""
    ours, baseline = in_turn(
        lambda: seconds_until([sys.executable, "-m", "simulator"], rb"[1-9][0-9]* delivered"),
        lambda: seconds_until([sys.executable, "-c", EMPTY], rb"ready"),
        runs,
    )
    return Ratio("2", "process start to first message on screen", ours, baseline, "s", "less", 4, 2)


def leaving(runs: int) -> float:
    """Measure the seconds from ``q`` to the end of the process, with messages under way; the median."""
    took = []
    for _ in range(runs):
        terminal = Terminal([sys.executable, "-m", "simulator", "--rate", "200"])
        terminal.read(lambda data: re.search(rb"[1-9][0-9]* delivered", data))
        terminal.press(b"q")
        took.append(terminal.end()[1])
    return statistics.median(took)


def load(messages: int, rate: float) -> dict[str, float]:
    """Load a UI and press page-up in it; return what was measured inside and outside."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder, "figures.json")
        here = Path(__file__).with_name("loaded_tui.py")
        terminal = Terminal([sys.executable, str(here), str(messages), f"{rate:g}", str(figures)], size=(140, 42))
        ready = terminal.read(lambda data: b"loaded" in data, seconds=300)
        if b"loaded" not in ready:
            raise SystemExit("it was never loaded")
        terminal.press(b" ")
        terminal.drain(1.0)
        pressed = []
        for _ in range(KEYS):
            pressed.append(time.monotonic())
            terminal.press(PAGE_UP)
            terminal.drain(0.25)
        terminal.press(b"q")
        terminal.end()
        seen = json.loads(figures.read_text())
    # One clock for both processes; after a stall one painting may show two keys.
    shown = [next((moment for moment in seen["painted"] if moment > start), None) for start in pressed]
    latencies = [moment - start for moment, start in zip(shown, pressed, strict=True) if moment is not None]
    lags = sorted(seen["lags"])
    return {
        "rows": seen["rows"],
        "keys": len(latencies),
        "key_ms": statistics.median(latencies) * 1000,
        "key_worst_ms": max(latencies) * 1000,
        "lag_p95_ms": lags[int(len(lags) * 0.95)] * 1000,
        "resident_mb": seen["resident_mb"],
    }


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=500)
    parser.add_argument("--runs", type=int, default=7)
    arguments, _ = parser.parse_known_args()
    report("Terminal UI", [start_ratio(arguments.runs)], "textual")
    print(f"  from q to the end, 200 messages a second under way: {leaving(arguments.runs):.2f} s  (must < 1 s)")
    found = load(arguments.messages, arguments.rate)
    print(
        f"  {found['rows']:,.0f} rows and {arguments.rate:g} a second: key to repaint "
        f"{found['key_ms']:.0f} ms, median of {found['keys']:.0f} (must < 50), worst {found['key_worst_ms']:.0f}, "
        f"lag p95 {found['lag_p95_ms']:.1f} ms (must < 20), "
        f"resident {found['resident_mb']:.0f} MB (must < 300)"
    )


if __name__ == "__main__":
    main()
