"""The project's own table: what stands in it, where its paths lead, and what is refused."""

import pytest

from simulator.errors import UsageError
from simulator.project import read_project


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Write a pyproject.toml and stand in a folder below it; return what is read of it."""
    (tmp_path / "tests").mkdir()
    monkeypatch.chdir(tmp_path / "tests")

    def written(text, **files):
        (tmp_path / "pyproject.toml").write_text(f"[tool.pointillist-simulator]\n{text}\n")
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        return read_project()

    return written


def test_paths_are_meant_from_the_file_they_stand_in(project):
    """From wherever the tests or the command are started; names that are no files stay."""
    found = project('plan = ["plan", "none"]\nmapping = "own"', plan="{}", own="")
    assert found.plans() == ["../plan", "none"]
    assert found.mapping("segment-docs") == "../own"
    assert project('mapping = "typed"').mapping("segment-docs") == "typed"


def test_without_settings_the_defaults_hold(project):
    """No plan, the given mapping, errors fail."""
    found = project("")
    assert (found.plans(), found.mapping("typed"), found.fail_on(), found.severities()) == ([], "typed", "error", {})
    assert project('fail_on = "warning"').fail_on() == "warning"
    assert project('plan = "one"').plans() == ["one"]


@pytest.mark.parametrize(
    ("text", "ask", "said"),
    [
        ("plan = 5", "plans", "plan = 5: must be text or a list of text"),
        ("plan = [5]", "plans", "must be text or a list of text"),
        ('fail-on = "info"', "fail_on", "fail-on = 'info': must be one of error, warning"),
        ("severity = 5", "severities", 'must be a table such as type_flips = "error"'),
    ],
)
def test_what_cannot_be_meant_is_said(project, text, ask, said):
    """The setting, and what is allowed."""
    with pytest.raises(UsageError, match="pointillist-simulator") as error:
        getattr(project(text), ask)()
    assert said in str(error.value)
