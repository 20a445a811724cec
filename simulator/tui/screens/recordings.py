"""Opening a recording and saving one: the question for the file, and what is said afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError
from simulator.tui.recording import write_recording
from simulator.tui.screens.asking import AskText

if TYPE_CHECKING:
    from simulator.tui.app import SimulatorApp


async def play(simulator: SimulatorApp, path: str) -> None:
    """Send the messages of a file the whole way, and say how that went."""
    try:
        count = await simulator.engine.play(path)
    except (SimulatorError, OSError) as error:
        simulator.say(str(error), bad=True)
    else:
        simulator.say(f"{count:,} messages of {path}")


def open_recording(simulator: SimulatorApp) -> None:
    """Ask for a file of messages, and send them the whole way."""

    def named(path: str | None) -> None:
        if path:
            simulator.run_worker(play(simulator, path), group="play", exit_on_error=False)

    question = AskText("Open a recording", "File of Segment messages (JSON Lines, array, batch, .gz)")
    simulator.push_screen(question, named)


def save_recording(simulator: SimulatorApp) -> None:
    """Ask where to save the messages as shown, and do it."""

    def named(path: str | None) -> None:
        if not path:
            return
        try:
            count = write_recording(Path(path).expanduser(), simulator.session)
        except OSError as error:
            simulator.say(f"{path}: {error.strerror}", bad=True)
            return
        simulator.say(f"{count:,} messages saved: pointillist-sim {path} opens them again")

    shown = len(simulator.session.rows)
    question = AskText(f"Save {shown:,} messages as a recording", "JSON Lines, as received", "recording.jsonl")
    simulator.push_screen(question, named)
