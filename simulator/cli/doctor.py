"""Say what is installed, which parts run at full speed, and whether anything is in the way.

contracts is a generic top-level name; another distribution may have overwritten it silently. This names the owner
of each of our packages, the versions of what we stand on, and whether the usual ports are free.

Exit code 1: one of our packages belongs to another distribution.

Example: pointillist-sim doctor --format json
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator import __version__
from simulator.cli.exits import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

DISTRIBUTION = "pointillist-simulator"
PACKAGES = ("simulator", "fake_pointillist", "contracts")
PARTS = ("textual", "httpx", "faker", "jsonschema", "jsonschema-rs", "orjson", "starlette", "uvicorn", "uvloop")
PORTS = (8765, 8766)


class Finding(NamedTuple):
    """One line of the report: what was looked at, whether it is well, and what was found."""

    subject: str
    well: bool
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the flags."""
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print")


def run(arguments: argparse.Namespace) -> int:
    """Print every finding; exit 1 where one of our packages belongs to somebody else."""
    findings = [*_python(), *_owners(), *_parts(), *_ports()]
    if arguments.format == "json":
        import orjson

        rows = [finding._asdict() for finding in findings]
        sys.stdout.write(orjson.dumps({"version": __version__, "findings": rows}).decode() + "\n")
    else:
        width = max(len(finding.subject) for finding in findings)
        for finding in findings:
            sys.stdout.write(f"{'ok' if finding.well else '!!':<3}{finding.subject:<{width}}  {finding.text}\n")
    broken = any(not finding.well for finding in findings if finding.subject in PACKAGES)
    return Exit.FAILED if broken else Exit.OK


def _python() -> Iterator[Finding]:
    import platform

    yield Finding("python", well=True, text=f"{platform.python_version()} on {platform.system()}")
    yield Finding(DISTRIBUTION, well=True, text=__version__)


def _owners() -> Iterator[Finding]:
    from importlib.metadata import packages_distributions

    owners: dict[str, Any] = dict(packages_distributions())
    for package in PACKAGES:
        # An editable install lists no files, so no owner: then the checkout on the path is ours.
        names = sorted(set(owners.get(package, []))) or [DISTRIBUTION]
        well = names == [DISTRIBUTION]
        mend = "" if well else f"; reinstall: pip uninstall {' '.join(names)}, then install {DISTRIBUTION} again"
        yield Finding(package, well, f"from {', '.join(names)}{mend}")


def _parts() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    for name in PARTS:
        try:
            yield Finding(name, well=True, text=version(name))
        except PackageNotFoundError:
            # Only these two have a slower stand-in; the others are needed.
            slower = {
                "jsonschema-rs": "missing: checks run slower, with the same verdicts",
                "uvloop": "missing: slower",
            }
            yield Finding(name, name in slower, slower.get(name, f"missing: pip install {name}"))


def _ports() -> Iterator[Finding]:
    import socket

    for port in PORTS:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            free = probe.connect_ex(("127.0.0.1", port)) != 0
        yield Finding(f"port {port}", well=free, text="free" if free else "in use: pass --port, or let the UI pick one")
