"""Reading flags: names, and numbers. One that cannot be meant is told what may stand there, and an example.

Both commands read theirs here, the server's own and the simulator's.
"""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 1_000_000_000_000
"""What whole numbers end at where nothing else bounds them."""


def whole(low: int, example: int, high: int = MOST) -> Callable[[str], int]:
    """Return the reader of a whole number from ``low`` to ``high``, both included.

    The reader raises ``argparse.ArgumentTypeError`` for everything else.
    """

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and len(text) <= len(str(high)) and low <= int(text) <= high:
            return int(text)
        most = "" if high == MOST else f" to {high}"
        raise argparse.ArgumentTypeError(f"must be a whole number from {low}{most}, such as {example}; not {text!r}")

    return read


def above_zero(example: float, high: float = math.inf) -> Callable[[str], float]:
    """Return the reader of a number above 0, at most ``high`` and never endless.

    The reader raises ``argparse.ArgumentTypeError`` for everything else.
    """

    def read(text: str) -> float:
        value = _number(text)
        if 0 < value <= high and value != math.inf:
            return value
        most = "" if high == math.inf else f", at most {high:g}"
        raise argparse.ArgumentTypeError(f"must be a number above 0{most}, such as {example:g}; not {text!r}")

    return read


def share(text: str) -> float:
    """Read a share, a number from 0 to 1.

    Raises:
        ArgumentTypeError: It is none.
    """
    value = _number(text)
    if 0 <= value <= 1:
        return value
    raise argparse.ArgumentTypeError(f"must be a number from 0 to 1, such as 0.05; not {text!r}")


def names(text: str) -> tuple[str, ...]:
    """Read names with commas between them; white space around a name is not part of it."""
    return tuple(filter(None, map(str.strip, text.split(","))))


def unique(text: str) -> tuple[str, ...]:
    """Read names of identifiers a person has one of.

    Raises:
        ArgumentTypeError: One cannot be; :class:`~fake_pointillist.identity.attribution.Options` says which.
    """
    from fake_pointillist.identity.attribution import Options  # noqa: PLC0415 - most commands ask for none

    given = names(text)
    try:
        Options(unique=given)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error).removeprefix("unique ")) from error
    return given


def add_unique(parser: argparse.ArgumentParser) -> None:
    """Declare ``--unique``, wherever a fake is started or messages are stitched."""
    parser.add_argument(
        "--unique",
        type=unique,
        metavar="NAMES",
        default=(),
        help="identifiers beside userId that a person has one of: email,customerId (default: userId only)",
    )


port = whole(0, 8765, 65_535)
"""Reads a port; 0 stands for a free one."""


def _number(text: str) -> float:
    try:
        return float(text) if text.isascii() else math.nan
    except ValueError:
        return math.nan
