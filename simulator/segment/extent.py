"""How far the reading of files has come, for whoever waits for its end."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Sequence


class Extent:
    """Bytes of files, as they lie on the disk: packed ones are counted packed.

    Attributes:
        total: Of all files, when the reading began.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._before = 0
        self._stream: BinaryIO | None = None

    @property
    def read(self) -> int:
        """How many have been read; never more than there were when the reading began."""
        inside = self._stream.tell() if self._stream is not None else 0
        return min(self._before + inside, self.total)

    def begin(self, stream: BinaryIO) -> None:
        """Read the next file from here on."""
        self._stream = stream

    def end(self) -> None:
        """Count the file as read, before it is closed."""
        self._before, self._stream = self.read, None


def extent_of(paths: Sequence[str]) -> Extent | None:
    """Return the extent of some files; ``None`` where one has no end that is known, such as a pipe, or is not there."""
    try:
        found = [Path(path).stat() for path in paths]
    except OSError:
        return None
    return Extent(sum(one.st_size for one in found)) if all(stat.S_ISREG(one.st_mode) for one in found) else None
