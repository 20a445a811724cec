"""Recordings: the messages of a run as JSON Lines, which every command takes as input.

Each carries the moment it was received: its events have the same times when the recording is opened again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from simulator.tui.forms import as_received

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.tui.session import Session


def write_recording(path: Path, session: Session) -> int:
    """Write the messages as shown (the filter applies) to ``path``; return how many.

    The file appears whole or not at all.

    Raises:
        OSError: It cannot be written.
    """
    beside = path.with_name(path.name + ".part")
    count = 0
    try:
        with beside.open("wb") as file:
            for trace in session.traces(session.rows.shown_numbers()):
                file.write(orjson.dumps(as_received(trace), option=orjson.OPT_APPEND_NEWLINE))
                count += 1
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return count
