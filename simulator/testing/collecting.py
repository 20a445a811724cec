"""``*.contract.json`` as pytest items: one file, one case."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from simulator.comparing.fixtures import read_fixture
from simulator.comparing.verifying import verify
from simulator.errors import SimulatorError
from simulator.mapping.loading import DEFAULT
from simulator.project import read_project
from simulator.reports.cases import lines_of, repeat_command
from simulator.testing.plugin import ENDING, UPDATED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.comparing.verifying import Case


_project = cache(read_project)


class DifferentError(Exception):
    """The event is not what the fixture says.

    Attributes:
        case: The case with its differences.
    """

    def __init__(self, case: Case) -> None:
        super().__init__(str(case.path))
        self.case = case


class ContractFile(pytest.File):
    """A fixture file."""

    def collect(self) -> Iterator[ContractItem]:
        """Yield its one case."""
        yield ContractItem.from_parent(self, name=self.path.name.removesuffix(ENDING))


class ContractItem(pytest.Item):
    """A golden case."""

    def runtest(self) -> None:
        """Map the input and compare.

        Raises:
            DifferentError: It became another event.
            InputError: The file is no fixture.
            MappingError, UsageError: The fixture's mapping, or the project's mapping or clock, cannot be used.
        """
        project = _project(self.path.parent)
        case = verify(
            read_fixture(self.path),
            mapping=project.mapping(DEFAULT),
            now=project.now(),
            update=self.config.getoption("--pointillist-update"),
        )
        if case.status == "updated":
            rows = [f"  {row}" for changed in case.changed for row in lines_of(changed)]
            self.user_properties.append((UPDATED, "\n".join([str(self._from_here()), *rows])))
        elif case.status == "failed":
            raise DifferentError(replace(case, path=self._from_here()))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the differences field by field; a wrong file is one line."""
        error = excinfo.value
        if isinstance(error, DifferentError):
            rows = [line for changed in error.case.changed for line in lines_of(changed)]
            return "\n".join([*rows, "", f"repeat  {repeat_command(error.case)}", f"update  {self._update()}"])
        if isinstance(error, SimulatorError):
            return str(error)
        return super().repr_failure(excinfo, style)

    def _from_here(self) -> Path:
        """Return the file's path as one would type it where pytest was started."""
        start = self.config.invocation_params.dir
        return self.path.relative_to(start) if self.path.is_relative_to(start) else self.path

    def _update(self) -> str:
        return f"pytest --pointillist-update {self.nodeid}"

    def reportinfo(self) -> tuple[Any, int, str]:
        """Return where it stands."""
        return self.path, 0, f"{self.path.name}"
