"""``python -m simulator`` and the console command ``pointillist-sim``."""

from __future__ import annotations

import sys

from simulator.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
