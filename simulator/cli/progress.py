"""A bar on standard error for commands that take a while; whoever calls has made sure that a person sees it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")

_EVERY = 2_000
_EVERY_OF_FEW = 50


def is_watched(arguments: argparse.Namespace) -> bool:
    """Say whether a person sees standard error and wants to be told."""
    return bool(arguments.verbosity >= 0 and sys.stderr.isatty())


def shown(items: Iterable[T], total: int | None = None, size: Callable[[T], int] = lambda _: 1) -> Iterator[T]:
    """Yield the items and count their messages on standard error.

    Args:
        items: Messages, or what was made of some.
        total: How many messages there will be, so that there is an end to see.
        size: How many messages an item stands for.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    counted = TextColumn("{task.completed:,.0f} messages")
    columns = (
        (SpinnerColumn(), counted, TimeElapsedColumn())
        if total is None
        else (BarColumn(), TextColumn("{task.completed:,.0f} of {task.total:,.0f} messages"), TimeRemainingColumn())
    )
    every = _EVERY if total is None or total > 100 * _EVERY_OF_FEW else _EVERY_OF_FEW
    # On one terminal with the bar, output has to step above it; elsewhere it must go where the user sends it.
    together = sys.stdout.isatty()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=together) as progress:
        task = progress.add_task("", total=total)
        count = told = 0
        for item in items:
            count += size(item)
            if count - told >= every:
                progress.update(task, completed=count)
                told = count
            yield item
