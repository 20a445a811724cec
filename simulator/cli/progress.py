"""A bar on standard error for commands that take a while; whoever calls has made sure that a person sees it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

    from rich.progress import ProgressColumn

    from simulator.segment.extent import Extent

T = TypeVar("T")

_EVERY = 2_000
_EVERY_OF_FEW = 50


def is_watched(arguments: argparse.Namespace) -> bool:
    """Say whether a person sees standard error and wants to be told."""
    return bool(arguments.verbosity >= 0 and sys.stderr.isatty())


def shown(items: Iterable[T], end: int | Extent | None = None, size: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
    """Yield the items and count their messages on standard error.

    Args:
        items: Messages, or what was made of some.
        end: How many messages there will be, or the files they are read from; ``None`` where no end is known.
        size: How many messages an item stands for.
    """
    from rich.console import Console
    from rich.progress import Progress

    total, files = (end, None) if end is None or isinstance(end, int) else (end.total, end)
    every = _EVERY_OF_FEW if files is None and total is not None and total <= 100 * _EVERY_OF_FEW else _EVERY
    # On one terminal with the bar, output has to step above it; elsewhere it must go where the user sends it.
    together = sys.stdout.isatty()
    console = Console(stderr=True)
    with Progress(*_columns(end), console=console, transient=True, redirect_stdout=together) as progress:
        task = progress.add_task("", total=total, count=0)
        count = told = 0
        for item in items:
            count += size(item)
            if count - told >= every:
                progress.update(task, completed=count if files is None else files.read, count=count)
                told = count
            yield item


def _columns(end: int | Extent | None) -> tuple[ProgressColumn, ...]:
    from rich import progress as rich

    counted = rich.TextColumn("{task.fields[count]:,.0f} messages")
    if end is None:
        return rich.SpinnerColumn(), counted, rich.TimeElapsedColumn()
    if isinstance(end, int):
        of_all = rich.TextColumn("{task.fields[count]:,.0f} of {task.total:,.0f} messages")
        return rich.BarColumn(), of_all, rich.TimeRemainingColumn()
    return rich.BarColumn(), rich.TaskProgressColumn(), counted, rich.TimeRemainingColumn()
