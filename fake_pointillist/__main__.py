"""``python -m fake_pointillist``: the server alone, without the simulator; ``pointillist-sim serve`` says more."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from fake_pointillist.command import add_arguments, first_line, serve
from fake_pointillist.errors import FakePointillistError

if TYPE_CHECKING:
    from fake_pointillist.server import FakePointillist


class _Parser(argparse.ArgumentParser):
    """argparse whose usage errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Print one line and exit with 2."""
        sys.stderr.write(f"fake_pointillist: {message}\n")
        sys.exit(2)


def main() -> int:
    """Serve until SIGTERM (0) or Ctrl-C (130); 2 where it cannot start."""
    parser = _Parser(
        prog="python -m fake_pointillist", description=(__doc__ or "").replace("`", ""), allow_abbrev=False
    )
    add_arguments(parser)
    try:
        return serve(parser.parse_args(), _announce)
    except (FakePointillistError, ValueError) as error:
        sys.stderr.write(f"fake_pointillist: {error}\n")
        return 2


def _announce(server: FakePointillist) -> None:
    sys.stdout.write(first_line(server) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
