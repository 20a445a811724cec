"""What the Edit screen knows: the messages of a pasted text, a mapping's text, and what a save changed. No widget."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import InputError, MappingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.mapping import Mapping
    from simulator.trace import Trace


class Messages(NamedTuple):
    """The messages of a text.

    Attributes:
        payloads: What could be read; empty where nothing could.
        problem: Why the text cannot be read, with line and column, or ``""``.
    """

    payloads: tuple[Any, ...]
    problem: str


def read_text(text: str) -> Messages:
    """Read what input files take: one object, an array, JSON Lines, a batch body."""
    if not text.strip():
        return Messages((), "nothing here yet: paste or type a Segment message")
    from simulator.segment.reading import read_messages  # noqa: PLC0415 - read when asked for

    try:
        data = text.encode("utf-8", errors="surrogatepass")
        return Messages(tuple(received.payload for received in read_messages(["-"], stdin=io.BytesIO(data))), "")
    except InputError as error:
        return Messages((), str(error).replace("<stdin>:", "line ").replace("<stdin>", "text"))


class MappingFile:
    """A mapping being edited.

    Args:
        name_or_path: A shipped name, which is read-only, or a file.

    Attributes:
        path: The file, or ``None`` for a shipped mapping.
        text: As it was last read or written; never reformatted.
        mapping: The last good one.
        problem: Why the text as it is now cannot be used, or ``""``.
    """

    def __init__(self, name_or_path: str) -> None:
        from contracts import resources  # noqa: PLC0415 - read when asked for
        from simulator.mapping import load_mapping  # noqa: PLC0415

        self.mapping: Mapping = load_mapping(name_or_path)
        self.problem = ""
        shipped = f"mappings/{name_or_path}"
        if shipped in resources.names("mappings/"):
            self.path: Path | None = None
            self.name = f"{name_or_path}.toml"
            self.text = resources.text(shipped)
            self._seen = 0
        else:
            self.path = Path(name_or_path)
            self.name = self.path.name
            self.text = _read(self.path)
            self._seen = self.path.stat().st_mtime_ns

    def judge(self, text: str) -> str:
        """Return why ``text`` is no mapping, or ``""``; changes nothing."""
        from simulator.mapping.loading import parse_mapping  # noqa: PLC0415 - read when asked for

        try:
            parse_mapping(text, str(self.path or self.name))
        except MappingError as error:
            return str(error)
        return ""

    def save(self, text: str, path: Path | None = None) -> bool:
        """Write ``text`` and use it; a text that is no mapping changes nothing and becomes :attr:`problem`.

        Raises:
            OSError: The file cannot be written.
        """
        target = path or self.path
        assert target is not None
        if not self._use(text, str(target)):
            return False
        target.write_text(text, encoding="utf-8", newline="")
        self.path, self.name = target, target.name
        self._seen = target.stat().st_mtime_ns
        return True

    def changed_elsewhere(self) -> str | None:
        """Return the file's new text where another editor has saved it, else ``None``; uses it if it is good."""
        if self.path is None:
            return None
        try:
            stamp = self.path.stat().st_mtime_ns
            if stamp == self._seen:
                return None
            self._seen = stamp
            self.text = text = _read(self.path)
        except (OSError, UnicodeDecodeError) as error:
            self.problem = str(error)
            return None
        self._use(text, str(self.path))
        return text

    def _use(self, text: str, where: str) -> bool:
        from simulator.mapping.loading import parse_mapping  # noqa: PLC0415 - read when asked for

        try:
            mapping = parse_mapping(text, where)
        except MappingError as error:
            self.problem = str(error)
            return False
        self.mapping, self.text, self.problem = mapping, text, ""
        return True


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:  # line ends stay what they are
        return file.read()


def changed_rows(before: Trace, after: Trace) -> dict[str, str]:
    """Return what was different before a save: input path -> what became of it then."""
    old, new = _ways(before), _ways(after)
    found = {source: way for source, way in old.items() if new.get(source) != way}
    found.update({source: "was not there" for source in new if source not in old})
    return found


def _ways(trace: Trace) -> dict[str, str]:
    from simulator.tui.details.values import at, short  # noqa: PLC0415 - beside its only use

    if trace.mapped is None:
        return {}
    ways: dict[str, str] = {}
    for step in trace.mapped.provenance:
        key = step.source or f"(constant) {step.target}"
        value = short(at(trace.mapped.event, step.target))
        ways[key] = f"{ways[key]} and {step.target} {value}" if key in ways else f"{step.target} {value} {step.basis}"
    for drop in trace.mapped.dropped:
        ways[drop.source] = f"dropped, {drop.code}"
    return ways


def count_changed(traces: Iterable[Trace], again: Callable[[Any], Trace]) -> tuple[int, int]:
    """Return how many of ``traces`` would become another event, and how many were looked at."""
    changed = looked = 0
    for trace in traces:
        if trace.mapped is None:
            continue
        looked += 1
        new = again(trace.received.payload)
        if new.mapped is None or _content(new.mapped.event) != _content(trace.mapped.event):
            changed += 1
    return changed, looked


def _content(event: dict[str, Any]) -> dict[str, Any]:
    """An event without its time: where a message has none, or a sender's clock is mended, it depends on the arrival."""
    return {key: value for key, value in event.items() if key != "eventTime"}
