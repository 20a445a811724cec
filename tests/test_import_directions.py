"""The arrows of the house point one way, proved at run time: one subprocess a module."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

PURE = {
    "contracts.violations",
    "contracts.codes",
    "contracts.instants",
    "contracts.wording",
    "contracts.compatibility",
    "contracts.plan_compatibility",
    "contracts.reasoning.solver",
    "contracts.schema_changes",
    "simulator.comparing.differing",
    "fake_pointillist.identity.attribution",
    "fake_pointillist.identity.graph",
    "fake_pointillist.identity.id_warnings",
    "fake_pointillist.identity.engine",
    "fake_pointillist.identity.ledger",
    "fake_pointillist.identity.ownership",
    "fake_pointillist.identity.people",
    "fake_pointillist.identity.reasons",
    "fake_pointillist.identity.watch",
    "fake_pointillist.identity.why_pair",
    "fake_pointillist.identity.policies",
    "fake_pointillist.identity.blocked",
    "fake_pointillist.identity.why",
    "fake_pointillist.intake",
    "simulator.segment.message",
    "simulator.segment.times",
    "simulator.segment.integrations",
    "simulator.segment.admission",
    "simulator.mapping.result",
    "simulator.mapping.apply",
    "simulator.mapping.numbers",
    "simulator.mapping.account",
    "simulator.mapping.quick",
    "simulator.mapping.rules",
    "simulator.mapping.tree",
    "simulator.segment.batching",
}
"""Rooms that run without any socket, file, clock or third-party package."""

IMPURE = [
    *("socket", "sqlite3", "asyncio", "subprocess"),
    *("httpx", "textual", "faker", "starlette", "uvicorn", "orjson", "jsonschema", "jsonschema_rs", "rich"),
]
HEAVY_FOR_FAKE = ["simulator", "textual", "faker", "httpx", "rich"]
HEAVY_FOR_CONTRACTS = ["simulator", "fake_pointillist", "textual", "faker", "httpx", "starlette", "uvicorn", "rich"]


def modules_of(package: str) -> list[str]:
    """Every module of a package, by its dotted name; ``__main__`` modules would start something."""
    names = []
    for path in sorted((ROOT / package).rglob("*.py")):
        dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if not dotted.endswith("__main__"):
            names.append(dotted.removesuffix(".__init__"))
    return names


def loaded_of(module: str, suspects: list[str]) -> str:
    """Import one module in a fresh interpreter and return which of the suspects came with it."""
    code = f"import sys, {module}; print(*[name for name in {suspects!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("module", modules_of("contracts"))
def test_contracts_reach_neither_side(module):
    """No module of contracts brings in the fake, the simulator or anything only they need."""
    assert loaded_of(module, HEAVY_FOR_CONTRACTS) == ""


@pytest.mark.parametrize("module", modules_of("fake_pointillist"))
def test_the_fake_stands_alone(module):
    """No module of the fake brings in the simulator, textual, faker or httpx."""
    assert loaded_of(module, HEAVY_FOR_FAKE) == ""


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_rooms_need_nothing(module):
    """A pure room runs without any socket, file or third-party package."""
    assert loaded_of(module, IMPURE) == ""


def test_the_plugin_costs_a_project_nothing():
    """The pytest plugin brings in no engine, no HTTP and no schema library until a fixture is used."""
    heavy = [*IMPURE[5:], "fake_pointillist", "contracts"]
    assert loaded_of("pytest, simulator.testing.plugin", heavy) == ""
