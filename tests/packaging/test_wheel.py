"""The built wheel is what users get: its contents are pinned, and it runs in an empty venv outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("contracts", "fake_pointillist", "simulator")


def run(*command, cwd=None, **options):
    """Run a command; its output is the message when it fails."""
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from the checkout."""
    target = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", target, ROOT)
    return next(target.glob("*.whl"))


def test_the_wheel_holds_exactly_the_three_packages(wheel):
    """Every file of the three packages is in the wheel, and nothing else but its metadata."""
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tracked = run("git", "ls-files", *PACKAGES, cwd=ROOT).split("\n") if (ROOT / ".git").exists() else []
    expected = {name for name in tracked if name and (ROOT / name).exists()}
    assert {name.split("/")[0] for name in inside} == set(PACKAGES)
    assert expected <= inside
    assert not {name for name in inside if Path(name).suffix not in ALLOWED}


ALLOWED = {".py", ".typed", ".json", ".toml", ".tcss", ".html", ".css", ".js", ".md"}


@pytest.mark.parametrize(
    "name",
    [
        "contracts/py.typed",
        "contracts/segment/track.schema.json",
        "contracts/segment/identify.schema.json",
        "contracts/pointillist/event.schema.json",
        "contracts/mappings/segment-docs.toml",
        "contracts/mappings/typed.toml",
        "contracts/mappings/device-plus.toml",
        "fake_pointillist/py.typed",
        "simulator/py.typed",
    ],
)
def test_the_wheel_holds_the_data(wheel, name):
    """Schemas, mappings and type markers travel with the code."""
    assert name in zipfile.ZipFile(wheel).namelist()


@pytest.mark.slow
def test_the_wheel_runs_in_an_empty_venv(wheel, tmp_path):
    """Installed outside the checkout, the command runs and a test uses the plugin."""
    venv.create(tmp_path / "venv", with_pip=True)
    scripts = tmp_path / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    run(scripts / "python", "-m", "pip", "install", "--quiet", wheel, "pytest")
    assert run(scripts / "pointillist-sim", "--version", cwd=tmp_path).startswith("pointillist-sim ")
    lines = run(scripts / "pointillist-sim", "generate", "-n", "5", "--seed", "1", cwd=tmp_path)
    events = run(scripts / "pointillist-sim", "transform", "-", cwd=tmp_path, input=lines)
    assert len(events.splitlines()) == 5
    (tmp_path / "test_app.py").write_text(
        "import httpx\n"
        "def test_nothing_wrong(fake_pointillist):\n"
        "    event = {'eventType': 'Seen', 'eventTime': '2026-03-02T09:00:00Z',"
        " 'actors': {'customer': {'userId': 'u'}}}\n"
        "    answer = httpx.post(fake_pointillist.url + '/event', json=event,"
        " headers={'apiToken': fake_pointillist.token})\n"
        "    assert answer.status_code == 200\n"
        "    assert len(fake_pointillist.events()) == 1\n"
    )
    assert "1 passed" in run(scripts / "python", "-m", "pytest", "-q", "test_app.py", cwd=tmp_path)
