"""What Edit works on: the messages of a text, the mapping they go through, what the last save changed. No widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import MappingError
from simulator.tui.editing import MappingFile, changed_rows, count_changed, read_text

if TYPE_CHECKING:
    from simulator.trace import Trace
    from simulator.tui.engine import Engine
    from simulator.tui.session import Session

LOOKED_AT = 2_000
"""Messages of the run that are mapped again to count what a save changes, the newest."""


class Draft:
    """A message of one's own, and a mapping.

    Args:
        engine: Tries messages out, and takes the mapping that is saved.

    Attributes:
        file: The mapping.
        payloads: The messages of the text; those of the last good text while it cannot be read.
        at: Place of the message that is looked at.
        problem: Why the text cannot be read, or ``""``.
        trace: The way of the message looked at, the last good one.
        before: What the last save changed: input path -> what became of it before.
        saved: Whether the mapping was saved here or elsewhere since Edit was opened.
        effect: How many messages of the run the last save changes, in words.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.file = MappingFile("segment-docs")
        self.payloads: tuple[Any, ...] = ()
        self.at = 0
        self.problem = ""
        self.trace: Trace | None = None
        self.before: dict[str, str] = {}
        self.saved = False
        self.effect = ""

    @property
    def payload(self) -> Any:
        """The message looked at, ``None`` where there is none."""
        return self.payloads[self.at] if self.payloads else None

    # The message.

    def read(self, text: str) -> None:
        """Read the messages of ``text`` and map the one looked at; what cannot be read leaves the last good one."""
        found = read_text(text)
        self.problem = found.problem
        if found.problem:
            return
        self.payloads = found.payloads
        self.at = min(self.at, max(len(found.payloads) - 1, 0))
        self._map()

    def turn(self, step: int) -> None:
        """Look at the next or previous message of the text."""
        if self.payloads:
            self.at = (self.at + step) % len(self.payloads)
            self._map()

    def _map(self) -> None:
        self.before = {}
        if self.payloads:
            self.trace = self._engine.try_out(self.payload, self.file.mapping)

    # The mapping.

    def load_mapping(self, name_or_path: str) -> str:
        """Edit another mapping; return why it cannot be, in which case it is the shipped one, or ``""``."""
        problem = ""
        try:
            self.file = MappingFile(name_or_path)
        except (MappingError, OSError) as error:
            problem = str(error)
            self.file = MappingFile("segment-docs")
        return problem

    def use_saved(self, session: Session) -> None:
        """Put the mapping in force as it was saved, map anew, and say what that changes in the run.

        Raises:
            SimulatorError: It cannot be used; the last good one stays in force.
        """
        if self.file.path is None or self.file.problem:
            return
        self._engine.set_mapping(str(self.file.path))
        self.saved = True
        before = self.trace
        self._map()
        if before is not None and self.trace is not None:
            self.before = changed_rows(before, self.trace)
        self._count_effect(session)

    def _count_effect(self, session: Session) -> None:
        rows, mapping = session.rows, self.file.mapping
        first = max(rows.base, rows.next_number - LOOKED_AT)
        traces = list(session.traces(range(first, rows.next_number)))
        changed, looked = count_changed(traces, lambda payload: self._engine.try_out(payload, mapping, check=False))
        whole = "of this run" if looked < LOOKED_AT else "newest of this run"
        self.effect = f"{changed:,} of the {looked:,} events {whole} change with this save"
