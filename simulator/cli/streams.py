"""The standard streams, the same on every system: open, UTF-8, and a line feed at the end of a line.

A console of Windows, a locale of C and PYTHONIOENCODING would each write other bytes, or fail at the first name that is
not ASCII; the results of a command are compared byte for byte.
"""

from __future__ import annotations

import errno
import os
import sys


def settle_streams() -> None:
    """Take the process's standard streams as they are and make them fit to write results to.

    One that was closed (``>&-``) leads nowhere. Were its number left free, the next file or socket opened would get it,
    and whoever writes to standard error would write into a database.
    """
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            number = os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is the closed one's
            if name != "stdin":  # that nothing was piped in is for the commands to say
                setattr(sys, name, os.fdopen(number, "w", encoding="utf-8"))
        elif name != "stdin" and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def is_closed_pipe(error: Exception, platform: str = sys.platform) -> bool:
    """Say whether an error means that nobody reads standard output any more; Windows calls that an invalid argument."""
    if isinstance(error, BrokenPipeError):
        return True
    is_nameless = isinstance(error, OSError) and error.errno == errno.EINVAL and error.filename is None
    return is_nameless and platform == "win32"
