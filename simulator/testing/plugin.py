"""The pytest plugin: fixtures, the collector of ``*.contract.json``, ``--pointillist-update``, and one marker.

It is imported in every pytest run of its environment, so the top imports pytest and the standard library only; what the
fixtures need is imported when one is asked for. A project that uses none of it sees nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from fake_pointillist import FakePointillist
    from simulator.testing.source import SegmentSource
    from simulator.testing.tenant import FakeTenant

ENDING = ".contract.json"
UPDATED = "pointillist_updated"
"""The user property under which a rewritten fixture travels to the summary, also from an xdist worker."""
WARNED = "pointillist_warned"
"""The same of what ``assert_contract()`` found that fails nothing."""

pytest.register_assert_rewrite("simulator.testing.tenant")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare ``--pointillist-update``."""
    parser.getgroup("pointillist").addoption(
        "--pointillist-update",
        action="store_true",
        default=False,
        help="rewrite the outputs of *.contract.json fixtures that changed",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "pointillist(allow_refused=False, policy='first-claim', unique=()): allow_refused=True lets the fake refuse "
        "events that nobody asks about; policy is the fake's identity policy for this test, unique names the "
        "identifiers beside userId that a person has one of, and so may stand every other option of the policy",
    )


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect ``*.contract.json``."""
    if not file_path.name.endswith(ENDING):
        return None
    from simulator.testing.collecting import ContractFile  # noqa: PLC0415 - see the module

    made: pytest.Collector = ContractFile.from_parent(parent, path=file_path)
    return made


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say which fixtures were rewritten and what in them, and what contracts warn of in tests that passed."""
    told: dict[str, dict[str, list[str]]] = {UPDATED: {}, WARNED: {}}
    for report in terminalreporter.getreports("passed"):
        for name, value in getattr(report, "user_properties", ()):
            if name in told and report.when == "call":
                told[name].setdefault(str(value), []).append(report.nodeid)
    if told[UPDATED]:
        terminalreporter.section("pointillist fixtures updated")
        for changed in sorted(told[UPDATED]):
            terminalreporter.write_line(changed)
    if told[WARNED]:
        terminalreporter.section("pointillist contract warnings")
        for line, tests in sorted(told[WARNED].items()):
            more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
            terminalreporter.write_line(f"{line}\n    in {tests[0]}{more}")
        terminalreporter.write_line('fail-on = "warning" below [tool.pointillist-simulator] makes them fail')


@pytest.fixture(scope="session")
def _pointillist_server() -> Iterator[FakePointillist]:
    """One fake Pointillist for the whole run (for each xdist worker its own), on a free port."""
    from fake_pointillist import FakePointillist  # noqa: PLC0415 - see the module

    with FakePointillist() as server:
        yield server


@pytest.fixture
def fake_pointillist(request: pytest.FixtureRequest, _pointillist_server: FakePointillist) -> Iterator[FakeTenant]:
    """A fake Pointillist of this test's own: ``.url``, ``.token``, questions and assertions.

    A real server on a free port that the tests of a run share; the token is new for each test, and a token's events and
    identities are nobody else's. Fails the test at its end if something was refused and the test did not ask
    ``refused()``; ``@pytest.mark.pointillist(allow_refused=True)`` switches that off.
    """
    from simulator.testing.marks import identity_of  # noqa: PLC0415 - see the module
    from simulator.testing.tenant import FakeTenant  # noqa: PLC0415 - see the module

    marks = [mark.kwargs for mark in request.node.iter_markers("pointillist")]
    options = {name: value for kwargs in reversed(marks) for name, value in kwargs.items()}
    allow_refused = options.pop("allow_refused", False)
    try:
        identity = identity_of(options)
    except ValueError as error:
        raise pytest.UsageError(f"@pytest.mark.pointillist: {error}") from error
    with FakeTenant(_pointillist_server, request.node.nodeid) as tenant:
        if options:
            tenant.client.set_policy(identity.policy, **identity.options.to_json())
        yield tenant
        refused = "" if allow_refused else tenant.unexpected_refusals()
    if refused:
        pytest.fail(refused, pytrace=False)


@pytest.fixture
def segment_source(request: pytest.FixtureRequest, fake_pointillist: FakeTenant) -> Iterator[SegmentSource]:
    """A Segment source to point a real SDK at: ``.host``, ``.write_key``, ``.messages()``, ``.flush()``.

    What it takes is admitted, mapped and delivered to ``fake_pointillist``. ``flush()`` waits until all of it has
    arrived and returns the traces; ``assert_contract()`` holds it against every contract. The mapping, the plans and
    the severities are those of ``[tool.pointillist-simulator]`` in the nearest pyproject.toml above the test.
    """
    from simulator.errors import SimulatorError  # noqa: PLC0415 - see the module
    from simulator.project import read_project  # noqa: PLC0415 - see the module
    from simulator.testing.source import SegmentSource  # noqa: PLC0415 - see the module

    try:
        project = read_project(request.path.parent)
        made = SegmentSource(fake_pointillist, project, request.node.nodeid, partial(_keep_warning, request.node))
    except SimulatorError as error:  # the user's pyproject.toml or mapping: our own frames say nothing of it
        pytest.fail(str(error), pytrace=False)
    with made as source:
        yield source


def _keep_warning(test: pytest.Item, line: str) -> None:
    if (WARNED, line) not in test.user_properties:
        test.user_properties.append((WARNED, line))


@pytest.fixture
def segment_events(request: pytest.FixtureRequest) -> Callable[..., list[dict[str, Any]]]:
    """The generator, seeded by the test's name: ``segment_events(n, **options)`` returns ``n`` Segment messages.

    The same test gets the same messages on every run; ``seed=`` overrides. Options are those of
    :func:`simulator.generate`.
    """
    from simulator.generator import generate  # noqa: PLC0415 - see the module

    def events(n: int, *, seed: Any = None, **options: Any) -> list[dict[str, Any]]:
        used = request.node.name if seed is None else seed
        request.node.add_report_section("call", "pointillist", f"segment_events({n}, seed={used!r})")
        return list(generate(n, used, **options))

    return events
