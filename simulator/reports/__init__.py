"""What was found, in the forms people and build servers read: text, JSON, JUnit, GitHub annotations, SARIF, HTML.

Each module renders the same :class:`~simulator.checking.findings.Report`; :func:`render` finds it by its format's name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.checking.findings import Report

FORMATS = {
    "text": "simulator.reports.text",
    "json": "simulator.reports.json_",
    "junit": "simulator.reports.junit",
    "github": "simulator.reports.github",
    "sarif": "simulator.reports.sarif",
    "html": "simulator.reports.html",
}
"""The module of every format."""


def render(report: Report, form: str, *, verbosity: int = 0) -> str:
    """Return ``report`` as text in the format ``form``, ending with a line end.

    Args:
        report: What was found.
        form: A key of :data:`FORMATS`.
        verbosity: 1 lists ``info`` findings in the text form too.
    """
    text: str = import_module(FORMATS[form]).render(report, verbosity=verbosity)
    return text if not text or text.endswith("\n") else text + "\n"
