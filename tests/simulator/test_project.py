"""The project's own table: what stands in it, where its paths lead, and what is refused."""

import argparse
from importlib import import_module

import pytest

from simulator.cli.commands import COMMANDS
from simulator.cli.parser import Parser
from simulator.errors import UsageError
from simulator.project import SETTINGS, read_project


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
    """From wherever the tests or the command are started; a mapping's name that is no file stays."""
    found = project('plan = ["plan", "more"]\nmapping = "own"', plan="{}", more="{}", own="")
    assert found.plans() == ["../plan", "../more"]
    assert found.mapping("segment-docs") == "../own"
    assert project('mapping = "typed"').mapping("segment-docs") == "typed"


def test_without_settings_the_defaults_hold(project):
    """No plan, the given mapping, errors fail."""
    found = project("")
    assert (found.plans(), found.mapping("typed"), found.fail_on(), found.severities()) == ([], "typed", "error", {})
    assert found.now() is None
    assert project('fail_on = "warning"').fail_on() == "warning"
    assert project('plan = "one"', one="{}").plans() == ["../one"]


def test_the_clock_is_text_or_a_time_of_toml(project):
    """Both mean the same instant, in microseconds."""
    assert project('now = "2020-01-01T00:00:00Z"').now() == 1_577_836_800_000_000
    assert project("now = 2020-01-01T00:00:00Z").now() == 1_577_836_800_000_000
    assert project("now = 2020-01-01").now() == 1_577_836_800_000_000


@pytest.mark.parametrize(
    ("text", "ask", "said"),
    [
        ("plan = 5", "plans", "plan = 5: must be text or a list of text"),
        ("plan = [5]", "plans", "must be text or a list of text"),
        ('plan = "none"', "plans", "../pyproject.toml: [tool.pointillist-simulator] plan: no file 'none' beside it"),
        ('fail-on = "info"', "fail_on", "fail-on = 'info': must be one of error, warning"),
        ("now = 'soon'", "now", "now = 'soon': not a time; write it like 2026-03-02T09:15:30Z"),
        ("severity = 5", "severities", 'must be a table such as type_flips = "error"'),
    ],
)
def test_what_cannot_be_meant_is_said(project, text, ask, said):
    """The setting, and what is allowed."""
    with pytest.raises(UsageError, match="pointillist-simulator") as error:
        getattr(project(text), ask)()
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('mappings = "typed"', "mappings: no such setting; did you mean 'mapping'?"),
        ('fail_onn = "warning"', "fail_onn: no such setting; did you mean 'fail-on'?"),
        ('severities = {type_flips = "error"}', "severities: no such setting; did you mean 'severity'?"),
        ("zzz = 1", "zzz: no such setting; settings are named like the flags of the commands, without --"),
    ],
)
def test_a_misspelt_setting_is_no_setting(project, tmp_path, text, said):
    """What was meant to be set would silently not be: the file, the name, the nearest one."""
    with pytest.raises(UsageError) as error:
        project(text)
    assert str(error.value) == f"{tmp_path / 'pyproject.toml'}: [tool.pointillist-simulator] {said}"


def test_everything_that_is_no_setting_is_told_at_once(project, tmp_path):
    """In the order of the table; so are plans that are not there."""
    with pytest.raises(UsageError) as error:
        project('mappings = "typed"\nfail-on = "error"\nzzz = 1')
    head = f"{tmp_path / 'pyproject.toml'}: [tool.pointillist-simulator]"
    for line, name in zip(error.value.args, ("mappings", "zzz"), strict=True):
        assert line.startswith(f"{head} {name}: no such setting")
    with pytest.raises(UsageError) as error:
        project('plan = ["a", "b"]').plans()
    assert [line[-21:] for line in error.value.args] == ["no file 'a' beside it", "no file 'b' beside it"]


def flags(parser):
    """The name of every flag of a parser and of those below it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from flags(inner)
        elif action.option_strings:
            yield action.dest.replace("_", "-")


def test_what_may_be_set_is_what_is_a_flag(tmp_path, monkeypatch):
    """A flag that is new, or gone, changes the settings."""
    monkeypatch.chdir(tmp_path)
    found = set()
    for name in (*COMMANDS, "front"):
        parser = Parser()
        import_module(f"simulator.cli.{name}").add_arguments(parser)
        found |= {*flags(parser)}
    assert found - {"help", "version"} | {"keys", "severity"} == SETTINGS
