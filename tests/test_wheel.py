"""A wheel, installed by itself in an empty environment, works in an empty folder: the assets came along."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TIMEOUT_S = 120
ASSETS = "emulator/_assets/"


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command without the checkout in sight and return what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GLASSES_"))}
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of commands of an environment with the wheel, and what it needs borrowed from this one."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, symlinks=os.name != "nt")
    paths = sysconfig.get_paths("venv", {"base": str(home), "platbase": str(home)})
    python = Path(paths["scripts"], "python")
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=home)
    Path(paths["purelib"], "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    return Path(paths["scripts"])


def test_the_wheel_holds_package_and_assets_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"emulator", "glasses_emulator-0.1.0.dist-info"}
    assets = {path.relative_to(ROOT / "assets").as_posix() for path in (ROOT / "assets").rglob("*") if path.is_file()}
    assert assets
    assert assets == {name.removeprefix(ASSETS) for name in names if name.startswith(ASSETS)}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_installed_command_runs_in_an_empty_folder(installed, tmp_path):
    where = run(installed / "python", "-c", "import emulator; print(emulator.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(installed.parent)
    assert run(installed / "glasses", "--version", cwd=tmp_path) == "glasses 0.1.0\n"
    assert "quark_s1" in run(installed / "glasses", "profiles", "list", cwd=tmp_path)


def test_the_installed_command_plays_a_shipped_flow(installed, tmp_path):
    told = run(installed / "glasses", "flow", "run", "smoke", "--log", "out.jsonl", cwd=tmp_path)
    assert "0 failed" in told
    log = (tmp_path / "out.jsonl").read_text("utf-8")
    assert '"topic":"session.ended"' in log.splitlines()[-1]
