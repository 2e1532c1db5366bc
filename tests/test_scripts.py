"""The set-up of scripts/run and scripts/test: done once, taken up again after a failure, calm about what is missing.

Runs the real scripts in a copy of the project's head, with a PATH that has neither apt-get nor a network.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = "sh cat cksum dirname env grep id rm sed tail tee uname".split()  # noqa: SIM905 - words of a shell
pytestmark = pytest.mark.skipif(os.name == "nt", reason="POSIX scripts")
Setup = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a folder with spaces"
    shutil.copytree(ROOT / "scripts", folder / "scripts")
    (folder / "emulator").mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements-voice-weights.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def setup(project: Path, tmp_path: Path) -> Setup:
    """Return a function that runs scripts/setup.sh with few tools and, if asked, a Python."""

    def run(goal: str, *, python: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        tools = tmp_path / ("with" if python else "without")
        tools.mkdir(exist_ok=True)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found, tool
            if not (tools / tool).exists():
                (tools / tool).symlink_to(found)
        if python and not (tools / "python3").exists():
            (tools / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
            (tools / "python3").chmod(0o755)
        return subprocess.run(
            [tools / "sh", project / "scripts" / "setup.sh", goal],
            env={
                "PATH": str(tools),
                "HOME": str(tmp_path),
                "GLASSES_NO_VOICE": "1",
                "PIP_NO_INDEX": "1",
                **environment,
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def make_ready(project: Path, goal: str) -> None:
    """Make the environment of a finished set-up by hand."""
    (project / ".venv" / "bin").mkdir(parents=True)
    python = project / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', "utf-8")
    python.chmod(0o755)
    stamp = "{ cat pyproject.toml requirements-voice-weights.txt; .venv/bin/python -V; pwd; } | cksum"
    done = subprocess.run(["sh", "-c", stamp], cwd=project, capture_output=True, text=True, check=True)
    (project / ".venv" / f".ready-{goal}").write_text(done.stdout, "utf-8")


def test_a_finished_set_up_is_not_repeated(project, setup):
    make_ready(project, "run")
    done = setup("run")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_set_up_of_the_tests_serves_the_window_too_but_not_the_other_way_round(project, setup):
    make_ready(project, "test")
    assert setup("run").stderr == ""
    (project / ".venv" / ".ready-test").rename(project / ".venv" / ".ready-run")
    assert "Setting up in" in setup("test").stderr


def test_a_changed_project_is_set_up_again(project, setup):
    make_ready(project, "run")
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert "Setting up in" in setup("run").stderr


def test_without_a_fit_python_one_line_says_so(setup):
    done = setup("run", python=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("No Python 3.11, 3.12 or 3.13 was found; install one")


def test_a_python_that_does_not_work_is_passed_over(setup, tmp_path):
    shim = tmp_path / "shim"
    shim.write_text("#!/bin/sh\necho 'pyenv: version not installed' >&2\nexit 127\n", "utf-8")
    shim.chmod(0o755)
    assert "No Python" in setup("run", python=False, PYTHON=str(shim)).stderr


def test_a_failed_set_up_names_the_log_and_leaves_no_stamp(project, setup):
    for _ in range(2):  # the second one takes it up again
        done = setup("run")
        assert done.returncode == 1
        assert "Installing Python packages" in done.stderr
        assert done.stderr.splitlines()[-1].endswith(".venv/setup.log")
        assert "Traceback" not in done.stderr
        assert not list((project / ".venv").glob(".ready-*"))
    assert "hatchling" in (project / ".venv" / "setup.log").read_text("utf-8")


def test_the_scripts_are_posix_shell():
    for script in ("run", "test", "check", "setup.sh"):
        subprocess.run(["sh", "-n", ROOT / "scripts" / script], check=True)
        assert (ROOT / "scripts" / script).read_text("utf-8").startswith("#!/bin/sh\n")
