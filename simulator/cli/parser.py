"""The argument parser all commands share: one-line usage errors, an example in every help, no abbreviations."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from simulator import __version__
from simulator.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


class Parser(argparse.ArgumentParser):
    """argparse with our manners.

    Usage errors are one line and exit 2. Flags cannot be abbreviated: a new flag must never change what an old script
    means. ``-q`` and ``-v`` are there for every command as ``arguments.verbosity`` (-1, 0, 1).
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        options.setdefault("allow_abbrev", False)
        super().__init__(**options)
        self.add_argument("--version", action="version", version=f"pointillist-sim {__version__}")
        loudness = self.add_mutually_exclusive_group()
        loudness.add_argument(
            "-q", "--quiet", dest="verbosity", action="store_const", const=-1, default=0, help="no notes, no progress"
        )
        loudness.add_argument("-v", "--verbose", dest="verbosity", action="store_const", const=1, help="say more")

    def error(self, message: str) -> NoReturn:
        """Print one line and exit with 2."""
        sys.stderr.write(f"{self.prog}: {message} (see '{self.prog} --help')\n")
        sys.exit(Exit.CANNOT)

    def parse_known_args(  # type: ignore[override]  # argparse's overloads say no more than this
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse, with values of ``[tool.pointillist-simulator]`` as defaults where the project has them."""
        from simulator.cli.settings import apply_settings

        apply_settings(self)
        return super().parse_known_args(args, namespace)


def describe(module: ModuleType) -> dict[str, str]:
    """Return ``description`` and ``epilog`` of a command's parser, both from its module's docstring."""
    text = (module.__doc__ or "").strip()
    body, _, example = text.rpartition("\n\n")
    return {"description": body, "epilog": example}
