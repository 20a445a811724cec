"""A program in a terminal of its own: started, read until something shows, sent keys, watched to its end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import termios
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WINDOW = 4_096
"""Bytes that are looked at again: what is waited for may come in two pieces."""


class Terminal:
    """A pseudo-terminal with ``command`` running in it."""

    def __init__(self, command: Sequence[str], size: tuple[int, int] = (120, 32)) -> None:
        self.pid, self._end = pty.fork()
        if self.pid == 0:  # the child becomes another program
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.environ.update(TERM="xterm-256color", TEXTUAL_ANIMATIONS="none")
            os.execvp(command[0], list(command))

    def read(self, until: Callable[[bytes], object], seconds: float = 60.0) -> bytes:
        """Read until ``until`` holds of the last that came, the other side closes, or the time is up; return that."""
        last = b""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not until(last):
            if select.select([self._end], [], [], 0.1)[0]:
                try:
                    chunk = os.read(self._end, 65_536)
                except OSError:
                    break
                if not chunk:
                    break
                last = last[-WINDOW:] + chunk
        return last

    def drain(self, seconds: float) -> None:
        """Read and forget for a while: a terminal nobody reads blocks its program."""
        self.read(lambda _: False, seconds)

    def press(self, keys: bytes) -> None:
        """Send keys."""
        os.write(self._end, keys)

    def end(self) -> tuple[int, float]:
        """Read to the end; return the exit code and the seconds it took."""
        start = time.monotonic()
        self.read(lambda _: False)
        _, status = os.waitpid(self.pid, 0)
        with contextlib.suppress(OSError):
            os.close(self._end)
        return os.waitstatus_to_exitcode(status), time.monotonic() - start
