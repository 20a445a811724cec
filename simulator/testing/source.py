"""The fixture ``segment_source``: a gateway for real SDKs, whose messages can be held against every contract."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from contracts.errors import ContractFileError
from contracts.plan import as_plan
from simulator import clocks
from simulator.checking.inspection import inspect
from simulator.errors import UsageError
from simulator.gateway.gateway import Gateway
from simulator.mapping.loading import DEFAULT, load_mapping
from simulator.reports import render
from simulator.testing.wording import TO_MEND, left_out
from simulator.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from os import PathLike

    from simulator.checking.findings import Report
    from simulator.project import Project
    from simulator.testing.tenant import FakeTenant

_NOTHING = f"no message came to segment_source, so there is nothing to judge: {TO_MEND}"


class SegmentSource(Gateway):
    """A gateway to a test's own fake, with the project's mapping.

    Args:
        fake: Where the messages are delivered.
        project: Its mapping, plans and severities are the defaults here.
        test: The test's id, for the way to repeat it.
        warn: Told, a line each, what ``assert_contract()`` found that fails nothing but is no mere note.

    Raises:
        MappingError, UsageError: The project's mapping cannot be used.
    """

    def __init__(
        self, fake: FakeTenant, project: Project, test: str, warn: Callable[[str], None] = lambda _line: None
    ) -> None:
        self._mapping = load_mapping(project.mapping(DEFAULT))
        self._project = project
        self._test = test
        self._warn = warn
        super().__init__(fake.url, token=fake.token, explain=True, mapping=self._mapping)
        fake.fed_by(lambda: left_out(self.messages()))

    def assert_contract(self, plans: Sequence[str | PathLike[str] | dict[str, Any]] | None = None) -> Report:
        """Fail if a message that came breaks a contract: Segment's, the plans', Pointillist's; return the report.

        Fails where none came, too: the SDK may have posted elsewhere. Waits for what is under way, as ``flush()``
        does. What a finding weighs, and from which severity on it fails, is the project's own
        ``[tool.pointillist-simulator]``, as for ``check``.

        Args:
            plans: Tracking plans: paths, or their decoded content; by default the project's, ``plan = "plan.json"``
                below ``[tool.pointillist-simulator]``.

        Raises:
            AssertionError: Says what is wrong, where, how to mend it; or that no message came.
            ContractFileError, UsageError: A plan or a severity that cannot be used.
            TimeoutError: See :meth:`~simulator.gateway.gateway.Gateway.flush`.
        """
        __tracebackhide__ = True
        came = self.flush()
        try:
            found = inspect(
                (trace.received for trace in came),
                plans=[as_plan(plan) for plan in (self._project.plans() if plans is None else plans)],
                mapping=self._mapping,
                now=clocks.system,
                severities=self._project.severities(),
            )
        except (ContractFileError, UsageError) as error:
            raise error.with_traceback(None) from None  # a plan or a table is wrong: our own frames say nothing of it
        report = replace(found, fail_on=self._project.fail_on())
        if not report.messages:
            raise AssertionError(f"{_NOTHING}\nrepeat: pytest {shlex.quote(self._test)}")
        if not report.passed:
            raise AssertionError(f"{render(_mistakes(report), 'text')}repeat: pytest {shlex.quote(self._test)}")
        for finding in report.findings:
            if finding.severity != "info":
                mend = f"; {finding.hint}" if finding.hint else ""
                self._warn(visible(f"{finding.code}  {finding.event}  {finding.path}: {finding.message}{mend}"))
        return report


def _mistakes(report: Report) -> Report:
    """What is to be mended: that a test did not send the whole plan is no mistake, nor is a note."""
    told = tuple(finding for finding in report.findings if finding.severity != "info")
    return replace(report, findings=told, coverage=None)
