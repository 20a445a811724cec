"""The flags of every command that delivers, and what they mean."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fake_pointillist.flags import above_zero, whole
from simulator.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from simulator.delivery import Options

TOKEN_VARIABLE = "POINTILLIST_API_KEY"  # noqa: S105 - the name of the place, not the token


def add_delivery(parser: argparse.ArgumentParser) -> None:
    """Declare how to deliver."""
    parser.add_argument(
        "--concurrency",
        type=whole(1, 16, 10_000),
        default=16,
        metavar="C",
        help="connections at once; order per actor is kept",
    )
    parser.add_argument("--max-attempts", type=whole(1, 10), default=10, metavar="A", help="attempts a message")
    parser.add_argument(
        "--retry-for", type=above_zero(60), metavar="S", help="no attempt later than S seconds after its first"
    )


def options_of(arguments: argparse.Namespace, capacity: int = 1_000) -> Options:
    """Return the delivery options the flags ask for."""
    from simulator.delivery import Backoff, Options

    backoff = Backoff(attempts=arguments.max_attempts, retry_for=arguments.retry_for)
    return Options(concurrency=arguments.concurrency, backoff=backoff, capacity=capacity)


def token_of(given: str | None, mend: str = f"pass --token, or set {TOKEN_VARIABLE}") -> str:
    """Return the API token of the flag, else of the environment.

    Args:
        given: What the flag says; ``None`` where there is none.
        mend: What to do where neither has one.

    Raises:
        UsageError: There is none.
    """
    token = given or os.environ.get(TOKEN_VARIABLE, "")
    if not token:
        raise UsageError(f"no API token: {mend}")
    return token
